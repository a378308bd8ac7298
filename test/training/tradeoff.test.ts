/** The figure of the trade-off. */
import { expect, test } from "vitest";
import type { System } from "../../arch/index.js";
import { svg } from "../../base/plot/svg.js";
import type { TableEntry } from "../../training/table.js";
import { bestMarks, tradeoffPlot } from "../../training/tradeoff.js";

const entry = (
  name: string,
  system: System,
  work: number,
  accuracy: number,
  dataset: string,
  penalty = 0,
  recipe = name,
  inputs = 2,
): TableEntry =>
  ({
    ...{ name, recipe, penalty, saturation: null },
    network: { system, inputs, outputDelayFrames: 0, layers: [{ neurons: 8, quantiser: system === "gru" ? null : { bits: 6, theta: 3 } }] },
    evaluation: { dataset, accuracy, multiplicationsPerFrame: work, operations: { neuroBench: { connectionSparsity: 0 } } },
  }) as unknown as TableEntry;

test("the front holds models that no other one beats in both, by rising work; of equal models both stay", () => {
  const mark = (work: number, errorPercent: number) => ({
    name: `${work}`,
    system: "rec-v2",
    traits: [],
    line: "",
    seeds: 1,
    penalty: "",
    work,
    errorPercent,
  });
  const front = bestMarks([mark(5, 5), mark(1, 9), mark(3, 9), mark(2, 6), mark(5, 5), mark(9, 5)]);
  expect(front.map((m) => [m.work, m.errorPercent])).toEqual([
    [1, 9],
    [2, 6],
    [5, 5],
    [5, 5],
  ]);
});

test("one panel per data set, one mark per model, names escaped, more work further right and more error further up", () => {
  const spec = tradeoffPlot([
    entry("a<b", "rec-v2", 10_000, 0.9, "x/test"),
    entry("gru", "gru", 160_000, 0.95, "x/test"),
    entry("other", "lif", 5_000, 0.5, "y/test"),
  ]);
  expect(spec.panels.map((panel) => panel.heading)).toEqual(["x/test", "y/test"]);
  const picture = svg(spec);
  expect(picture).toContain("a&lt;b: 10.00 %, 10000 multiplications per frame");
  expect(picture.match(/font-weight="bold"/g)?.length).toBe(2);
  const marks = [...picture.matchAll(/cx="([\d.]+)" cy="([\d.]+)"[^>]*><title>/g)].map((m) => [Number(m[1]), Number(m[2])]);
  expect(marks).toHaveLength(3);
  const [sparse, dense] = marks;
  expect(sparse[0]).toBeLessThan(dense[0]);
  // The y axis of SVG points down, so 10 % error has the smaller y.
  expect(sparse[1]).toBeLessThan(dense[1]);
});

test("seeds of a recipe are one mark at their mean; recipes of the same features that differ by their penalty are joined and labelled with it", () => {
  const spec = tradeoffPlot([
    entry("a", "rec-v2", 10, 0.8, "x", 11, "sparse"),
    entry("a-seed2", "rec-v2", 30, 0.9, "x", 11, "sparse"),
    entry("b", "rec-v2", 80, 0.9, "x"),
    entry("other features", "rec-v2", 100, 0.9, "x", 5, "other features", 3),
    entry("gru", "gru", 200, 0.91, "x"),
  ]);
  const { series, notes } = spec.panels[0];
  const spiking = series.find((one) => one.kind === "marks" && one.name === "rec-v2");
  if (spiking?.kind !== "marks") throw new Error("no marks of the spiking recipes");
  expect(Array.from(spiking.points.x)).toEqual([20, 80, 100]);
  expect(spiking.points.y[0]).toBeCloseTo(15, 9);
  expect(spiking.labels[0]).toMatch(/mean of 2 seeds/);
  expect(notes.map((note) => note.text)).toEqual(["λ 11", "λ 5"]);
  expect(series.filter((one) => one.kind === "line")).toHaveLength(2); // the front's line, and the line of one pair
});

test("a pruned network stands at its multiplications with weights that are not 0, and its zeros beside it", () => {
  const pruned = entry("pruned", "rec-v2", 36_000, 0.93, "x");
  const operations = { neuroBench: { connectionSparsity: 0.69 }, effectiveMultiplications: 12_000 };
  const dense = ["a", "b"].map((name) => entry(name, "rec-v2", 30_000, 0.9, "x"));
  const spec = tradeoffPlot([...dense, { ...pruned, evaluation: { ...pruned.evaluation, operations } } as unknown as TableEntry]);
  const { notes } = spec.panels[0];
  expect(notes).toEqual([{ x: 12_000, y: expect.closeTo(7, 9), text: "69 % zeros" }]);
});

test("a panel whose models make no error shows 0 at the foot of an axis that reads as percents", () => {
  const { y } = tradeoffPlot([entry("a", "lif", 10, 1, "x"), entry("b", "lif", 30, 1, "x")]).panels[0];
  expect(y).toMatchObject({ scale: "linear", low: expect.closeTo(-0.03, 9), high: 1 });
});
