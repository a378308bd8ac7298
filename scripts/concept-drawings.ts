/** The drawings of docs/concepts.md: `npx tsx scripts/concept-drawings.ts` writes docs/images/concepts-*.svg. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { CLOUD, INK } from "../base/plot/colours.js";
import type { Drawing, Shape } from "../base/plot/drawing.js";
import { drawnSvg } from "../base/plot/svg.js";

const [BLUE, ORANGE, GREEN] = ["#d6e6f2", "#fbe8c8", "#d3ece4"];
const GREY = "#ececec";
const SIZE = 10;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A block with a few lines of text, the first one bold. */
function block({ x, y, width, height }: Box, fill: string, ...lines: readonly string[]): readonly Shape[] {
  const top = y + height / 2 - ((lines.length - 1) * 13) / 2 + 3.5;
  return [
    { kind: "box", x, y, width, height, fill },
    ...lines.map(
      (text, i): Shape => ({
        kind: "text",
        x: x + width / 2,
        y: top + 13 * i,
        text,
        size: i === 0 ? SIZE : SIZE - 1,
        anchor: "middle",
        turn: 0,
        bold: i === 0,
      }),
    ),
  ];
}

const line = (points: readonly (readonly [number, number])[], colour = INK, dash: readonly number[] = []): Shape => ({
  kind: "line",
  points,
  colour,
  width: 1,
  dash,
});

/** A line along the points with a head at its end. */
function arrow(...points: readonly (readonly [number, number])[]): readonly Shape[] {
  const [[px, py], [x, y]] = points.slice(-2);
  const [dx, dy] = [Math.sign(x - px), Math.sign(y - py)];
  const head = [
    [x - 5 * dx - 3 * dy, y - 5 * dy - 3 * dx],
    [x, y],
    [x - 5 * dx + 3 * dy, y - 5 * dy + 3 * dx],
  ] as const;
  return [line(points), line(head)];
}

const label = (x: number, y: number, text: string, anchor: "start" | "middle" | "end" = "middle"): Shape => ({
  kind: "text",
  x,
  y,
  text,
  size: SIZE - 1,
  anchor,
  turn: 0,
  bold: false,
});

/** From the description to the front. */
function flow(): Drawing {
  const at = (column: number, row: number, rows = 1): Box => ({
    x: 10 + column * 130,
    y: 14 + row * 62,
    width: 104,
    height: 46 * rows + 16 * (rows - 1),
  });
  const middle = (row: number): number => 14 + row * 62 + 23;
  const across = (column: number, row: number): readonly Shape[] =>
    arrow([10 + column * 130 + 104, middle(row)], [10 + (column + 1) * 130, middle(row)]);
  return {
    width: 518,
    height: 204,
    title: "From a network to a front",
    about: "Function is computed once per precision, time once per chip, prices last.",
    shapes: [
      ...block(at(0, 0), GREY, "network, data", "NIR, recordings"),
      ...block(at(0, 1), GREY, "description", "chip, search"),
      ...block(at(1, 0), BLUE, "functional run", "integers, exact"),
      ...block(at(1, 1), BLUE, "mapping", "neurons to cores"),
      ...block(at(2, 0, 2), BLUE, "board", "replays the spikes", "cycle by cycle"),
      ...block(at(3, 0), ORANGE, "prices", "counts to joules"),
      ...block(at(3, 1), GREEN, "result", "metrics, intervals"),
      ...block(at(2, 2), GREEN, "front", "what no other beats"),
      ...block(at(3, 2), GREEN, "study", "all points, stored"),
      ...across(0, 0),
      ...across(0, 1),
      ...across(1, 0),
      ...across(1, 1),
      ...across(2, 0),
      ...arrow([452, 60], [452, 76]),
      ...arrow([452, 122], [452, 138]),
      ...arrow([400, 161], [374, 161]),
      label(192, 146, "accuracy, operations:"),
      label(192, 158, "once per precision"),
    ],
  };
}

/** Layers one step apart, with barriers between the waves. */
function waves(): Drawing {
  const layers = ["input", "layer 1", "layer 2"];
  const steps = 4;
  const columns = steps + layers.length - 1;
  const cell = (column: number, row: number): Box => ({ x: 70 + column * 70, y: 30 + row * 34, width: 62, height: 26 });
  const shapes = layers.flatMap((name, row) => [
    label(60, 47 + row * 34, name, "end"),
    ...Array.from({ length: steps }, (_, step) => block(cell(step + row, row), [BLUE, ORANGE, GREEN][row], `step ${step}`)).flat(),
  ]);
  const bars = Array.from({ length: columns }, (_, i) =>
    line(
      [
        [66 + 70 * (i + 1), 24],
        [66 + 70 * (i + 1), 132],
      ],
      CLOUD,
      [3, 2],
    ),
  );
  const names = Array.from({ length: columns }, (_, i) => label(101 + 70 * i, 16, `wave ${i}`));
  return {
    width: 70 + columns * 70 + 10,
    height: 150,
    title: "Waves",
    about: "In a wave each layer works on one step, one step behind the layer before it; a barrier ends it.",
    shapes: [
      ...shapes,
      ...bars,
      ...names,
      label(70 + (columns * 70) / 2, 144, "dashed: barrier, all cores have done their work of the wave"),
    ],
  };
}

/** One core between the network's router and its memories. */
function core(): Drawing {
  return {
    width: 520,
    height: 210,
    title: "A core",
    about: "Spikes come from the router, weights are added up on lanes, the soma updates neurons at the end of a wave.",
    shapes: [
      { kind: "box", x: 96, y: 8, width: 416, height: 194, fill: "#f7f7f7" },
      ...block({ x: 8, y: 70, width: 64, height: 60 }, GREY, "router", "flits"),
      ...block({ x: 112, y: 28, width: 74, height: 46 }, BLUE, "input queue", "events"),
      ...block({ x: 216, y: 28, width: 84, height: 46 }, BLUE, "synapse unit", "axon look-up"),
      ...block({ x: 330, y: 28, width: 64, height: 46 }, BLUE, "lanes", "add weights"),
      ...block({ x: 216, y: 112, width: 84, height: 46 }, ORANGE, "synapse mem.", "words, banks"),
      ...block({ x: 424, y: 28, width: 78, height: 130 }, ORANGE, "state memory", "potentials,", "accumulators"),
      ...block({ x: 330, y: 112, width: 64, height: 46 }, GREEN, "soma", "batches"),
      ...block({ x: 112, y: 112, width: 74, height: 46 }, GREEN, "output queue", "packets"),
      ...arrow([72, 85], [84, 85], [84, 51], [112, 51]),
      ...arrow([186, 51], [216, 51]),
      ...arrow([300, 51], [330, 51]),
      ...arrow([394, 51], [424, 51]),
      ...arrow([258, 112], [258, 74]),
      ...arrow([424, 135], [394, 135]),
      ...arrow([362, 158], [362, 180], [149, 180], [149, 158]),
      ...arrow([112, 135], [84, 135], [84, 115], [72, 115]),
      label(252, 194, "spikes of the wave"),
    ],
  };
}

/** What is exact and what is estimated. */
function certainty(): Drawing {
  const row = (i: number, fill: string, what: string, how: string, sure: string): readonly Shape[] => [
    ...block({ x: 10, y: 10 + i * 36, width: 120, height: 28 }, fill, what),
    label(142, 28 + i * 36, how, "start"),
    label(500, 28 + i * 36, sure, "end"),
  ];
  return {
    width: 510,
    height: 156,
    title: "What is how certain",
    about: "Function, cycles and counts are exact; prices have errors; accuracy has the error of a sample.",
    shapes: [
      ...row(0, BLUE, "spikes, operations", "integers, checked by a slow reference", "exact"),
      ...row(1, BLUE, "cycles, counts", "checked by an oracle and SystemVerilog", "exact for the model"),
      ...row(2, GREEN, "accuracy", "a sample of the data", "90 % interval"),
      ...row(3, ORANGE, "energy, area", "counts x prices fitted to published chips", "factor of about two"),
    ],
  };
}

for (const [name, drawing] of Object.entries({ flow: flow(), waves: waves(), core: core(), certainty: certainty() })) {
  const file = join("docs", "images", `concepts-${name}.svg`);
  writeFileSync(join(packageRoot(), file), String(drawnSvg(drawing)));
  console.log(`wrote ${file}: ${drawing.title}`);
}
