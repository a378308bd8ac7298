/** A chip's figure shows each core's populations, and each link's traffic. */
import { expect, test } from "vitest";
import { floorPlanOf, parseArch } from "../../../arch/index.js";
import { NAMED } from "../../../base/plot/colours.js";
import type { Drawing, Shape } from "../../../base/plot/drawing.js";
import { COLUMNS, type ColumnName } from "../../../base/plot/spec.js";
import type { Result } from "../../../sim/index.js";
import { chipFigure } from "../../../sweeps/index.js";

const plan = floorPlanOf(parseArch("version: 1\nnoc: { topology: mesh, width: 3, height: 2 }\n", "d.yaml").experiment);
const cores = Array.from({ length: 6 }, (_, core) => ({
  core,
  populations: core === 5 ? [] : core === 0 ? ["input", "hidden"] : ["hidden"],
  neurons: core === 5 ? 0 : 10 + core,
  synapseBusy: core / 5,
  somaBusy: 0.1,
}));
const links = [
  { router: 0, port: "east", flitsPerCycle: 0.5 },
  { router: 1, port: "west", flitsPerCycle: 0.25 },
  { router: 0, port: "north", flitsPerCycle: 0.125 },
  { router: 0, port: "core 0", flitsPerCycle: 0.9 },
];
const operations = { layers: [] } as unknown as Result["operations"];
const drawn = (column: ColumnName): Drawing => chipFigure(plan, { operations, utilisation: { cores, links } }, column, "point 1", "key");
const words = ({ shapes }: Drawing): readonly string[] => shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
type Line = Extract<Shape, { kind: "line" }>;
const linkLines = ({ shapes }: Drawing): readonly Line[] =>
  shapes.filter((shape): shape is Line => shape.kind === "line" && shape.points.length === 2);

test("every core has the colours of its populations side by side, an unused one has no colour", () => {
  const colours = drawn("double").shapes.flatMap((shape) =>
    shape.kind === "box" && NAMED.includes(shape.fill) && shape.height > 10 ? [shape] : [],
  );
  // core 0 holds two populations, cores 1 to 4 one; without a network's order they go by name
  expect(colours.map(({ fill }) => fill)).toEqual([NAMED[1], ...new Array<string>(5).fill(NAMED[0])]);
  expect(colours[0].width).toBeCloseTo(colours[2].width / 2, 9);
  expect(words(drawn("double"))).toEqual(
    expect.arrayContaining(["input", "hidden", "10", "20 %", "80 %", "links: 0 to 0.5 flits per cycle"]),
  );
});

test("of 30 populations no two look alike, on their core or in the legend, and both look the same", () => {
  const wide = floorPlanOf(parseArch("version: 1\nnoc: { topology: mesh, width: 6, height: 5 }\n", "d.yaml").experiment);
  const many = Array.from({ length: 30 }, (_, core) => ({ core, populations: [`p${core}`], neurons: 9, synapseBusy: 0, somaBusy: 0 }));
  const { shapes } = chipFigure(wide, { operations, utilisation: { cores: many, links: [] } }, "double", "point 1", "key");
  type Box = Extract<Shape, { kind: "box" }>;
  const boxes = shapes.filter((shape): shape is Box => shape.kind === "box");
  const looks = (isOf: (box: Box) => boolean): readonly string[] =>
    boxes
      .filter((box) => NAMED.includes(box.fill) && isOf(box))
      .map((box) => {
        const bars = boxes.filter(
          ({ fill, x, width, y }) => fill === "#ffffff" && x === box.x && width === box.width && y > box.y && y < box.y + box.height,
        );
        return `${box.fill} ${bars.length}`;
      });
  const [onCores, inLegend] = [looks(({ height }) => height > 10), looks(({ height }) => height < 10)];
  expect(new Set(onCores).size).toBe(30);
  expect([...inLegend].sort()).toEqual([...onCores].sort());
});

test("each direction of each of the mesh's seven links is a line of its own, whose width follows its traffic", () => {
  const lines = linkLines(drawn("single"));
  expect(lines.length).toBe(14);
  const widths = [...lines].sort((a, b) => b.width - a.width).map(({ width }) => width);
  expect(widths[0]).toBeGreaterThan(widths[1]);
  expect(widths[1]).toBeGreaterThan(widths[2]);
  expect(widths[2]).toBeGreaterThan(widths[3]);
  expect(new Set(widths.slice(3)).size).toBe(1);
  const places = new Set(
    lines.map(({ points }) =>
      points
        .flat()
        .map((at) => at.toFixed(2))
        .sort()
        .join(),
    ),
  );
  expect(places.size).toBe(14);
});

test.each(Object.keys(COLUMNS) as ColumnName[])("a figure of column %s stays on its paper", (column) => {
  const figure = drawn(column);
  expect(figure.width).toBe(COLUMNS[column].width);
  for (const shape of figure.shapes) {
    const corners =
      shape.kind === "line"
        ? shape.points
        : shape.kind === "box"
          ? [
              [shape.x, shape.y],
              [shape.x + shape.width, shape.y + shape.height],
            ]
          : [[shape.x, shape.y]];
    for (const [x, y] of corners) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(figure.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(figure.height);
    }
  }
});

test("a population has one colour and one place in the legend on every chip of its network; a name is whole or only in the legend", () => {
  const rows = [
    ["input"],
    ["input -> layer1", 6],
    ["layer1"],
    ["layer1 -> a population with a long name", 6],
    ["a population with a long name"],
  ];
  const network = { layers: rows.map(([name, payloadBits = 0]) => ({ name, payloadBits })) } as unknown as Result["operations"];
  const look = (placed: readonly (readonly string[])[]) => {
    const own = placed.map((populations, core) => ({ core, populations, neurons: 9, synapseBusy: 0, somaBusy: 0 }));
    const { shapes } = chipFigure(plan, { operations: network, utilisation: { cores: own, links: [] } }, "single", "", "");
    const boxes = shapes.filter((shape) => shape.kind === "box");
    const fills = (isLegend: boolean): readonly string[] =>
      boxes.flatMap(({ fill, height }) => (NAMED.includes(fill) && height > 10 !== isLegend ? [fill] : []));
    return { tiles: fills(false), legend: fills(true), texts: shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : [])) };
  };
  const [input, layer1, long] = NAMED;
  const [one, other] = [look([["layer1"], ["input", "a population with a long name"]]), look([["input", "layer1"]])];
  expect([one.tiles, one.legend]).toEqual([
    [layer1, input, long],
    [input, layer1, long],
  ]);
  expect([other.tiles, other.legend]).toEqual([
    [input, layer1],
    [input, layer1],
  ]);
  expect(one.texts.filter((text) => /layer1|input|population/.test(text))).toEqual([
    "layer1",
    "input",
    "layer1",
    "a population with a long name",
  ]);
});
