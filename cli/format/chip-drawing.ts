/**
 * Draws a chip in characters: cores with their utilisation, links with their load. Takes the largest of three scales
 * that fits: tiles in boxes with all numbers, one line per core, one character per core. Pure.
 */
import type { FloorPlan, Result } from "../../app/nouns.js";
import { type Look, type Paint, paint } from "./style.js";
import { visibleWidth } from "./text-table.js";

type Core = Result["utilisation"]["cores"][number];

/** Five steps of utilisation, as characters and as colours with the same meaning. */
const HEAT_UNICODE = [..." ░▒▓█"];
const HEAT_ASCII = [..." .:+#"];
const HEAT_PAINTS: readonly (readonly Paint[])[] = [["dim"], ["blue"], ["cyan"], ["yellow"], ["red", "bold"]];

/** Step 0..4 of a share of 1. */
function heatStep(share: number): number {
  return share <= 0 ? 0 : Math.min(4, 1 + Math.floor(share * 4));
}

function heat(look: Look, share: number, cells: number): string {
  const step = heatStep(share);
  return paint(look, (look.unicode ? HEAT_UNICODE : HEAT_ASCII)[step].repeat(cells), ...HEAT_PAINTS[step]);
}

const busyOf = (core: Core): number => Math.max(core.synapseBusy, core.somaBusy);

/** Load of a link: its flits per cycle, and its busy time relative to the hottest link's. */
interface Load {
  readonly flits: number;
  readonly share: number;
}

/** How a scale draws a tile (rows of equal width), the link to its east (null: none), and the link to its south. */
interface Scale {
  readonly tile: (tile: number) => readonly string[];
  readonly east: (load: Load | null, row: number) => string;
  readonly south: (load: Load) => string;
  readonly about: string;
}

const EAST = { unicode: [..." ┄─━═"], ascii: [..." .-~="] } as const;
const SOUTH = { unicode: [..." ┆│┃║"], ascii: [..." .:|!"] } as const;

/** A link as a line; a busier link is thicker. */
function wire(look: Look, { share }: Load, kind: typeof EAST | typeof SOUTH, cells: number): string {
  const step = heatStep(share);
  const character = kind[look.unicode ? "unicode" : "ascii"][step];
  return paint(look, character.repeat(cells), ...HEAT_PAINTS[step]);
}

/** The drawing in at most `width` cells, if one character per core fits. */
export function chipLines(look: Look, plan: FloorPlan, result: Result, width: number): readonly string[] {
  const legend = (look.unicode ? HEAT_UNICODE : HEAT_ASCII).map((character, step) => paint(look, character, ...HEAT_PAINTS[step]));
  const { width: columns, height: rows, topology } = plan;
  const size = columns * rows === 1 ? "one tile" : `${columns} x ${rows} ${topology}`;
  const head = `${size}, busy share of cycles 0 [${legend.join("")}] 100 %`;
  const coresOf = coresByTile(plan, result);
  for (const scale of [boxed(look, coresOf), listed(look, coresOf), dense(look, coresOf)]) {
    const lines = drawn(plan, result, scale);
    if (visibleWidth(lines[0] ?? "") > width && scale.about !== DENSE) continue;
    const about = columns * rows === 1 ? [] : linkWords(plan, result);
    const words = about.join("; ").length <= width ? [about.join("; ")] : about;
    return [head, "", ...lines, ...[scale.about, ...words].filter((text) => text !== "").map((text) => paint(look, text, "dim"))];
  }
  return [head];
}

function linkWords(plan: FloorPlan, result: Result): readonly string[] {
  const { notes, kinds } = plan.links;
  const { unit } = plan;
  if (notes === null) return switchLoad(result);
  const hottest = kinds.map(({ about, ports }) => {
    const { flits, each } = hottestOf(plan, result, ports);
    const words = each === 1 ? "" : ` of ${each} cycles each`;
    return about === "" ? `hottest ${flits.toFixed(3)} ${unit} per cycle${words}` : `${about} ${flits.toFixed(3)}${words}`;
  });
  return ["per link: its busier direction", ...notes, ...hottest];
}

/** The link among ports of these names that is busy for longest; `each`: cycles per flit. */
function hottestOf(
  { flitCycles }: FloorPlan,
  { utilisation }: Result,
  ports: readonly string[],
): { readonly flits: number; readonly each: number } {
  return utilisation.links
    .filter(({ port }) => ports.includes(port.split(" ")[0]))
    .map((link) => ({ flits: link.flitsPerCycle, each: flitCycles(link) }))
    .reduce((most, link) => (link.flits * link.each > most.flits * most.each ? link : most), { flits: 0, each: 1 });
}

/** Flits that a crossbar's switch passes. */
function switchLoad(result: Result): readonly string[] {
  const flits = result.utilisation.links.map((link) => link.flitsPerCycle);
  const total = flits.reduce((sum, f) => sum + f, 0).toFixed(3);
  return [`one switch joins all: ${total} flits per cycle, ${Math.max(0, ...flits).toFixed(3)} to its busiest port`];
}

function coresByTile(plan: FloorPlan, result: Result): (tile: number) => readonly Core[] {
  const tiles = new Map<number, Core[]>();
  for (const core of result.utilisation.cores) {
    const tile = plan.tileOf(core.core);
    const known = tiles.get(tile);
    if (known === undefined) tiles.set(tile, [core]);
    else known.push(core);
  }
  return (tile) => tiles.get(tile) ?? [];
}

/** Rows of tiles, links between them. North is up: the northern neighbour of router y * width + x is at y + 1. */
function drawn(plan: FloorPlan, result: Result, scale: Scale): readonly string[] {
  const { width: columns, height: rows } = plan;
  const known = new Map(result.utilisation.links.map((link) => [`${link.router} ${link.port}`, link.flitsPerCycle]));
  const busiest = hottestOf(plan, result, plan.links.kinds[0]?.ports ?? []);
  const hottest = busiest.flits * busiest.each;
  /** The link between two neighbouring tiles; null: no link. */
  const between = (from: number, to: number): Load | null => {
    const [forth, back] = [plan.portTo(from, to), plan.portTo(to, from)];
    if (forth === null || back === null) return null;
    const flits = Math.max(known.get(`${from} ${forth}`) ?? 0, known.get(`${to} ${back}`) ?? 0);
    const busy = flits * plan.flitCycles({ router: from, port: forth });
    return { flits, share: hottest === 0 ? 0 : busy / hottest };
  };
  const all = Array.from({ length: columns * rows }, (_, id) => scale.tile(id));
  const cells = Math.max(...all.flat().map(visibleWidth), 0);
  const filled = (text: string): string => text + " ".repeat(Math.max(0, cells - visibleWidth(text)));
  const gap = " ".repeat(visibleWidth(scale.east(null, -1)));
  const lines: string[] = [];
  for (let y = rows - 1; y >= 0; y--) {
    const ids = Array.from({ length: columns }, (_, x) => y * columns + x);
    const height = Math.max(...ids.map((id) => all[id].length));
    for (let row = 0; row < height; row++) {
      const east = (id: number): string => (id % columns === columns - 1 ? "" : scale.east(between(id, id + 1), row));
      lines.push(ids.map((id) => filled(all[id]?.[row] ?? "") + east(id)).join(""));
    }
    if (y === 0) continue;
    const south = ids.map((id) => between(id, id - columns)).filter((load) => load !== null);
    lines.push(south.map((load) => filled(scale.south(load))).join(gap));
  }
  return lines;
}

/** One box per tile: each core's utilisation, busiest unit and neurons; flits per cycle as numbers. */
function boxed(look: Look, coresOf: (tile: number) => readonly Core[]): Scale {
  const [tl, tr, bl, br, h, v] = look.unicode ? [..."┌┐└┘─│"] : ["+", "+", "+", "+", "-", "|"];
  const inside = 14;
  const core = (one: Core): string => {
    const busy = `${(busyOf(one) * 100).toFixed(0)} %`.padStart(6);
    return `${heat(look, busyOf(one), 3)}${busy}${(one.neurons === 0 ? "-" : String(one.neurons)).padStart(5)}`;
  };
  return {
    tile: (tile) => [
      `${tl}${h}${` ${tile} `.padEnd(inside - 1, h)}${tr}`,
      ...(coresOf(tile).length === 0 ? [`${v}${" no core".padEnd(inside)}${v}`] : coresOf(tile).map((one) => `${v}${core(one)}${v}`)),
      `${bl}${(h).repeat(inside)}${br}`,
    ],
    east: (load, row) =>
      load === null || row !== 1 ? " ".repeat(9) : ` ${wire(look, load, EAST, 1)}${load.flits.toFixed(3)}${wire(look, load, EAST, 1)} `,
    south: (load) => `    ${wire(look, load, SOUTH, 1)} ${load.flits.toFixed(3)}`,
    about: "per core: heat, busier unit in %, neurons",
  };
}

/** One line per core: utilisation and busiest unit; links by colour only. */
function listed(look: Look, coresOf: (tile: number) => readonly Core[]): Scale {
  return {
    tile: (tile) => coresOf(tile).map((one) => `${heat(look, busyOf(one), 2)}${(busyOf(one) * 100).toFixed(0).padStart(4)}`),
    east: (load, row) => (load === null || row !== 0 ? "    " : ` ${wire(look, load, EAST, 2)} `),
    south: (load) => ` ${wire(look, load, SOUTH, 1)}`,
    about: "per core: heat, busier unit in %; between tiles: heat of links",
  };
}

const DENSE = "one character per core; between tiles: heat of links";

function dense(look: Look, coresOf: (tile: number) => readonly Core[]): Scale {
  return {
    tile: (tile) => [
      coresOf(tile)
        .map((one) => heat(look, busyOf(one), 1))
        .join(""),
    ],
    east: (load) => (load === null ? " " : wire(look, load, EAST, 1)),
    south: (load) => wire(look, load, SOUTH, 1),
    about: DENSE,
  };
}
