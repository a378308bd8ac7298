/** The picture of the trade-off. */
import { expect, test } from "vitest";
import { svg } from "../../arch/base/plot/svg.js";
import type { System } from "../../arch/index.js";
import type { TableEntry } from "../../training/table.js";
import { nonDominated, tradeoffPlot } from "../../training/tradeoff.js";

const entry = (name: string, system: System, work: number, accuracy: number, dataset: string): TableEntry =>
  ({ name, network: { system }, evaluation: { dataset, accuracy, multiplicationsPerFrame: work } }) as unknown as TableEntry;

test("the front holds what no other model beats in both, by rising work; equal models both stay", () => {
  const mark = (work: number, errorPercent: number) => ({ name: `${work}`, system: "rec-v2" as const, work, errorPercent });
  const front = nonDominated([mark(5, 5), mark(1, 9), mark(3, 9), mark(2, 6), mark(5, 5), mark(9, 5)]);
  expect(front.map((m) => [m.work, m.errorPercent])).toEqual([
    [1, 9],
    [2, 6],
    [5, 5],
    [5, 5],
  ]);
});

test("one panel a data set, one mark a model, names escaped, more work further right and more error further up", () => {
  const spec = tradeoffPlot([
    entry("a<b", "rec-v2", 10_000, 0.9, "x/test"),
    entry("gru", "gru", 160_000, 0.95, "x/test"),
    entry("other", "lif", 5_000, 0.5, "y/test"),
  ]);
  expect(spec.panels.map((panel) => panel.heading)).toEqual(["x/test", "y/test"]);
  const picture = svg(spec);
  expect(picture).toContain("a&lt;b: 10.00 %, 10000 multiplications a frame");
  expect(picture.match(/font-weight="bold"/g)?.length).toBe(2);
  const marks = [...picture.matchAll(/cx="([\d.]+)" cy="([\d.]+)"[^>]*><title>/g)].map((m) => [Number(m[1]), Number(m[2])]);
  expect(marks).toHaveLength(3);
  const [sparse, dense] = marks;
  expect(sparse![0]).toBeLessThan(dense![0]!);
  // The y axis of SVG points down: 10 % error lies above 5 %.
  expect(sparse![1]).toBeLessThan(dense![1]!);
});
