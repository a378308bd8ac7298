/** The picture of the trade-off. */
import { expect, test } from "vitest";
import type { System } from "../../arch/index.js";
import type { TableEntry } from "../../training/table.js";
import { nonDominated, renderTradeoff } from "../../training/tradeoff.js";

const entry = (name: string, system: System, work: number, accuracy: number, dataset: string): TableEntry =>
  ({ network: { name, system }, evaluation: { dataset, accuracy, multiplicationsPerFrame: work } }) as unknown as TableEntry;

test("the front holds what no other model beats in both, by rising work; equal models both stay", () => {
  const mark = (work: number, error: number) => ({ name: `${work}`, system: "rec-v2" as const, work, error });
  const front = nonDominated([mark(5, 5), mark(1, 9), mark(3, 9), mark(2, 6), mark(5, 5), mark(9, 5)]);
  expect(front.map((m) => [m.work, m.error])).toEqual([
    [1, 9],
    [2, 6],
    [5, 5],
    [5, 5],
  ]);
});

test("one panel a data set, one mark a model, names escaped, more work further right and more error further up", () => {
  const svg = renderTradeoff([
    entry("a<b", "rec-v2", 10_000, 0.9, "x/test"),
    entry("gru", "gru", 160_000, 0.95, "x/test"),
    entry("other", "lif", 5_000, 0.5, "y/test"),
  ]);
  expect(svg.match(/<title>/g)?.length).toBe(3);
  expect(svg).toContain("a&lt;b: 10.00 %, 10000");
  expect(svg.match(/font-weight="bold"/g)?.length).toBe(2);
  const [sparse, dense] = [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)" r="4.5" fill="[^"]+"><title>/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ]);
  expect(sparse![0]).toBeLessThan(dense![0]!);
  // The y axis of SVG points down: 10 % error lies above 5 %.
  expect(sparse![1]).toBeLessThan(dense![1]!);
});
