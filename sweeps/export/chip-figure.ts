/**
 * A chip as a figure for papers: which populations are on which core, and, beside or below it, how busy cores and links
 * are. Tiles lie as in the floor plan, north up; the two directions of a link are drawn side by side, each on its
 * right. Darker is more, also in grey print. Pure.
 */
import type { FloorPlan } from "../../arch/index.js";
import { cividis, GRID, INK, NAMED } from "../../base/plot/colours.js";
import { type Drawing, fitted, type Shape, textWidth } from "../../base/plot/drawing.js";
import { COLUMNS, type ColumnName } from "../../base/plot/spec.js";
import type { Result } from "../../sim/index.js";

const SMALL = 6.5;
/** Width factor for viewers without Helvetica, which use a wider font. */
const OTHER_FONTS = 1.15;
const LINE = 9;
/** A core below `NUMBER_WIDTH` has no words; one below `WORDS_WIDTH` has a number only. */
const NUMBER_WIDTH = 17;
const WORDS_WIDTH = 30;
const MARGIN = 4;
/** Share of a tile's pitch that links take. */
const GAP = 0.28;
const UNUSED = "#f4f4f4";

type Core = Result["utilisation"]["cores"][number];
type Fill = (core: Core) => readonly Mark[];

/** How a box is filled: populations of one colour differ in their number of white bars. */
interface Mark {
  readonly colour: string;
  readonly bars: number;
}

const plain = (colour: string): Mark => ({ colour, bars: 0 });

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A filled box with its bars at the top, where no words stand. */
function filled(box: Box, { colour, bars }: Mark): readonly Shape[] {
  const pitch = Math.min(0.18, 0.8 / bars) * box.height;
  const bar = (at: number): Shape => ({ ...box, kind: "box", y: box.y + (at + 0.5) * pitch, height: pitch / 2, fill: "#ffffff" });
  return [{ ...box, kind: "box", fill: colour }, ...Array.from({ length: bars }, (_, at) => bar(at))];
}

/** A large share is dark; `pale` is half-way to white, so that words on it can be read. */
const shade = (share: number): string => cividis(1 - share);
function pale(share: number): string {
  const channel = (at: number): string => {
    const value = Number.parseInt(shade(share).slice(at, at + 2), 16);
    return Math.round((value + 255) / 2)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

const text = (x: number, y: number, words: string, anchor: "start" | "middle" | "end", bold = false): Shape => ({
  ...{ kind: "text", x, y, text: words, size: SMALL, anchor, turn: 0, bold },
});

const busyOf = ({ synapseBusy, somaBusy }: Core): number => Math.max(synapseBusy, somaBusy);

/**
 * Populations in the order of the network, so that one has the same colour on every chip that runs it; those that the
 * network's counts do not name, as of recorded chips, by name.
 */
function populationOrder({ operations, utilisation }: Pick<Result, "operations" | "utilisation">): readonly string[] {
  const counted = operations.layers.filter(({ payloadBits }) => payloadBits === 0).map(({ name }) => name);
  const placed = utilisation.cores.flatMap(({ populations }) => populations);
  return [...new Set([...counted, ...placed.filter((name) => !counted.includes(name)).sort()])];
}

/** `title` names the point; `about` is stored in the file. */
export function chipFigure(
  plan: FloorPlan,
  result: Pick<Result, "operations" | "utilisation">,
  column: ColumnName,
  title: string,
  about: string,
): Drawing {
  const { width, spans } = COLUMNS[column];
  const gap = 14;
  const panel = spans === 2 ? (width - gap) / 2 : width;
  const { cores } = result.utilisation;
  const order = populationOrder(result);
  const placed = new Set(cores.flatMap(({ populations }) => populations));
  const names = order.filter((name) => placed.has(name));
  const markOf = (name: string): Mark => {
    const at = order.indexOf(name);
    return { colour: NAMED[at % NAMED.length], bars: Math.floor(at / NAMED.length) };
  };
  const mapping = tiles(plan, cores, [0, 0], panel, {
    heading: "mapping",
    fill: ({ populations }) => populations.map(markOf),
    words: ({ neurons, populations }) => (neurons === 0 ? [] : [String(neurons), populations.join(" ")]),
  });
  const legend = populationLegend(names, markOf, mapping.bottom + 4, panel);
  const [left, top] = spans === 2 ? [panel + gap, 0] : [0, legend.bottom + 6];
  const load = tiles(plan, cores, [left, top], panel, {
    heading: "load",
    fill: (core) => (core.neurons === 0 ? [] : [plain(pale(busyOf(core)))]),
    words: (core) => (core.neurons === 0 ? [] : [`${Math.round(100 * busyOf(core))} %`, `core ${core.core}`]),
  });
  const links = linkShapes(plan, result, [left, top], panel);
  const scales = scaleLegend(plan, links.range, [left, load.bottom + 4], panel);
  const height = Math.ceil(Math.max(legend.bottom, scales.bottom) + MARGIN);
  return { width, height, title, about, shapes: [...mapping.shapes, ...legend.shapes, ...links.shapes, ...load.shapes, ...scales.shapes] };
}

interface Panel {
  readonly heading: string;
  /** Marks of a core, side by side; empty if it is not used. */
  readonly fill: Fill;
  /** A number, then words for cores that are wide enough. */
  readonly words: (core: Core) => readonly string[];
}

/** A drawn part and where it ends. */
interface Drawn {
  readonly shapes: readonly Shape[];
  readonly bottom: number;
}

const pitchOf = ({ width }: FloorPlan, room: number): number => Math.min(70, (room - 2 * MARGIN) / width);

/** Upper left corner of a tile, and its size. */
function placeOf(plan: FloorPlan, tile: number, [left, top]: readonly [number, number], room: number): readonly [number, number, number] {
  const pitch = pitchOf(plan, room);
  const [x, y] = [tile % plan.width, Math.floor(tile / plan.width)];
  return [left + MARGIN + (x + GAP / 2) * pitch, top + LINE + MARGIN + (plan.height - 1 - y + GAP / 2) * pitch, pitch * (1 - GAP)];
}

function tiles(plan: FloorPlan, cores: readonly Core[], corner: readonly [number, number], room: number, panel: Panel): Drawn {
  const shapes: Shape[] = [text(corner[0] + MARGIN, corner[1] + LINE, panel.heading, "start", true)];
  const slots = new Map<number, number>();
  for (const core of cores) {
    const tile = plan.tileOf(core.core);
    const slot = slots.get(tile) ?? 0;
    slots.set(tile, slot + 1);
    const [tileX, y, size] = placeOf(plan, tile, corner, room);
    const wide = size / plan.coresPerTile;
    const x = tileX + slot * wide;
    const marks = panel.fill(core);
    const parts = marks.length === 0 ? [plain(UNUSED)] : marks;
    parts.forEach((mark, i) => {
      shapes.push(...filled({ x: x + (i * wide) / parts.length, y, width: wide / parts.length, height: size }, mark));
    });
    shapes.push(...frame(x, y, wide, size));
    const [number, words] = panel.words(core);
    if (number === undefined || wide < NUMBER_WIDTH) continue;
    const middle = x + wide / 2;
    // words stand on white, because named colours may be dark; the legend has what does not fit whole
    const isWhole = words !== undefined && wide >= WORDS_WIDTH && fitted(words, SMALL, (wide - 6) / OTHER_FONTS) === words;
    const lines = isWhole ? [number, words] : [number];
    const high = lines.length * LINE;
    const broad = Math.min(wide - 2, Math.max(...lines.map((line) => textWidth(line, SMALL) * OTHER_FONTS)) + 4);
    if (panel.heading === "mapping")
      shapes.push({ kind: "box", x: middle - broad / 2, y: y + (size - high) / 2, width: broad, height: high, fill: "#ffffff" });
    lines.forEach((line, i) => {
      shapes.push(text(middle, y + (size - high) / 2 + LINE * (i + 1) - 2.5, line, "middle"));
    });
  }
  return { shapes, bottom: corner[1] + LINE + MARGIN + plan.height * pitchOf(plan, room) };
}

const frame = (x: number, y: number, width: number, height: number): readonly Shape[] => [
  {
    kind: "line",
    points: [
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
      [x, y],
    ],
    colour: INK,
    width: 0.4,
    dash: [],
  },
];

/** Links between neighbouring tiles, shaded by their busy time relative to the busiest link's. */
function linkShapes(
  plan: FloorPlan,
  { utilisation }: Pick<Result, "utilisation">,
  corner: readonly [number, number],
  room: number,
): { readonly shapes: readonly Shape[]; readonly range: string | null } {
  const known = new Map(utilisation.links.map((link) => [`${link.router} ${link.port}`, link.flitsPerCycle * plan.flitCycles(link)]));
  const drawn: { readonly from: number; readonly to: number; readonly busy: number }[] = [];
  const { width, height } = plan;
  for (let tile = 0; tile < width * height; tile++) {
    const beside = [...(tile % width < width - 1 ? [tile + 1] : []), ...(tile + width < width * height ? [tile + width] : [])];
    for (const other of beside) {
      for (const [from, to] of [
        [tile, other],
        [other, tile],
      ]) {
        const port = plan.portTo(from, to);
        if (port !== null) drawn.push({ from, to, busy: known.get(`${from} ${port}`) ?? 0 });
      }
    }
  }
  const hottest = drawn.reduce((most, { busy }) => Math.max(most, busy), 0);
  const shapes = drawn.map(({ from, to, busy }): Shape => {
    const [fromX, fromY, size] = placeOf(plan, from, corner, room);
    const [toX, toY] = placeOf(plan, to, corner, room);
    const [dx, dy] = [Math.sign(toX - fromX), Math.sign(toY - fromY)];
    const lane = size * 0.12;
    const [startX, startY] = [fromX + size / 2 + (dx * size) / 2 - dy * lane, fromY + size / 2 + (dy * size) / 2 + dx * lane];
    const [endX, endY] = [toX + size / 2 - (dx * size) / 2 - dy * lane, toY + size / 2 - (dy * size) / 2 + dx * lane];
    const share = hottest === 0 ? 0 : busy / hottest;
    const [colour, broad] = busy === 0 ? [GRID, 0.5] : [shade(share), 0.7 + share * Math.min(3.5, size * 0.12)];
    const points = [
      [startX, startY],
      [endX, endY],
    ] as const;
    return { kind: "line", points, colour, width: broad, dash: [] };
  });
  const areSlow = utilisation.links.some((link) => plan.flitCycles(link) > 1);
  const most = areSlow
    ? `busy in 0 to ${Number((100 * hottest).toPrecision(3))} % of cycles`
    : `0 to ${Number(hottest.toPrecision(3))} ${plan.unit} per cycle`;
  return { shapes, range: hottest > 0 ? most : null };
}

function populationLegend(names: readonly string[], markOf: (name: string) => Mark, top: number, room: number): Drawn {
  const shapes: Shape[] = [];
  let [x, y] = [MARGIN, top + LINE - 2];
  for (const name of names) {
    const words = fitted(name, SMALL, room - 20);
    const needs = 10 + textWidth(words, SMALL) * OTHER_FONTS + 8;
    if (x + needs > room && x > MARGIN) [x, y] = [MARGIN, y + LINE];
    shapes.push(...filled({ x, y: y - 5.5, width: 7, height: 6 }, markOf(name)), text(x + 10, y, words, "start"));
    x += needs;
  }
  return { shapes, bottom: y + 2 };
}

/** Legend of the shades of cores, and of links, `range`; null: none has traffic. */
function scaleLegend(plan: FloorPlan, range: string | null, [left, top]: readonly [number, number], room: number): Drawn {
  const shapes: Shape[] = [];
  const steps = 12;
  let y = top + LINE - 2;
  const scale = (colour: (share: number) => string, words: string): void => {
    for (let i = 0; i < steps; i++)
      shapes.push({ kind: "box", x: left + MARGIN + i * 4, y: y - 5.5, width: 4, height: 6, fill: colour((i + 0.5) / steps) });
    shapes.push(text(left + MARGIN + steps * 4 + 4, y, fitted(words, SMALL, room - steps * 4 - 12), "start"));
    y += LINE;
  };
  scale(pale, "cores: busier unit, 0 to 100 % of cycles");
  if (range !== null) scale(shade, `links: ${range}`);
  for (const note of plan.links.notes ?? ["one switch joins all cores"]) {
    shapes.push(text(left + MARGIN, y, fitted(note, SMALL, room - 2 * MARGIN), "start"));
    y += LINE;
  }
  return { shapes, bottom: y - LINE + 2 };
}
