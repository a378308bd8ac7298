/** Limits have columns, and a search whose results all break them says how near the best one came. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { EMPTY_STATE, reduce } from "../../cli/dashboard/state.js";
import { summaryLines } from "../../cli/dashboard/summary.js";
import { progressPrinter } from "../../cli/runs/progress-lines.js";
import { emptyReason, frontReport, limitedMetrics, limitsOf, nearestText, Store, tableColumns } from "../../sweeps/index.js";
import { SCRIPTED_OPENING, scriptedPoints } from "../cli/dashboard/scripted-study.js";
import { FakeEngine, fakeStudy, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "limits-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the best value stands beside a limit on one metric, on its own side of the limit however few its digits", () => {
  const [below, above] = limitsOf(["latency_us < 2.5", "90 <= accuracy_percent"], []);
  expect(nearestText(above, () => [12, Number.NaN, 63.41234])).toBe("90 <= accuracy_percent (best 63.41 %)");
  expect(nearestText(above, () => [89.9999993])).toBe("90 <= accuracy_percent (best 89.999999 %)");
  expect(nearestText(below, () => [3, 2.75, Number.NaN])).toBe("latency_us < 2.5 (best 2.75 us)");
  expect(nearestText(below, () => [])).toBe("latency_us < 2.5");
  for (const text of [
    "latency_us < lanes",
    "latency_us + area_mm2 < 3",
    "latency_us < 3 and area_mm2 < 2",
    "lanes > 2",
    "not (latency_us > 2)",
  ])
    expect(nearestText(limitsOf([text], ["lanes"])[0], () => [1])).toBe(text);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (limit, value) => {
      const [of] = limitsOf([`area_mm2 < ${limit.toFixed(9)}`], []);
      const shown = Number(/best (\S+) mm2/.exec(nearestText(of, () => [value]))?.[1]);
      expect(Math.sign(shown - (of.bound?.limit ?? 0))).toBe(Math.sign(value - (of.bound?.limit ?? 0)));
      expect(Math.abs(shown - value)).toBeLessThanOrEqual(5e-4 * value);
    }),
    { seed: 3 },
  );
});

test("metrics of limits have columns beside the objectives; without a result within the limits, each limit names the best", async () => {
  const objectives = [
    { metric: "energy_uj_per_inference", direction: "min" },
    { metric: "latency_us", direction: "min" },
  ] as const;
  const shown = async (constraints: readonly string[]) => {
    const file = join(folder, `${constraints.length}.db`);
    await fakeStudy(specOf({ objectives, constraints }, { name: "random", budget: 30 }), file, new FakeEngine()).run();
    const store = Store.read(file);
    const accuracies = [...store.points("p.state = 'done'")].map(({ metrics }) => metrics?.accuracy_percent ?? Number.NaN);
    return { report: frontReport(store), best: Math.max(...accuracies) };
  };
  const kept = await shown(["accuracy_percent >= 1", "latency_us < 1e9", "lanes < 999"]);
  expect(tableColumns(kept.report).map(({ name }) => name)).toEqual([
    "energy_uj_per_inference",
    "latency_us",
    "accuracy_percent",
    "lanes",
    "word_bits",
    "bits",
    "kind",
  ]);
  expect(kept.report.nearestTexts).toEqual([]);
  const broken = await shown(["accuracy_percent >= 999"]);
  expect(broken.report.rows).toEqual([]);
  expect(emptyReason(broken.report)).toBe(`every result breaks accuracy_percent >= 999 (best ${Number(broken.best.toPrecision(4))} %)`);
});

test("a sweep warns once, at the 50th result of which none keeps the limits", () => {
  const limits = limitsOf(["area_mm2 <= 0.001"], []);
  expect(limitedMetrics(limits)).toEqual(["area_mm2"]);
  const printed: string[] = [];
  const progress = progressPrinter((line) => printed.push(line));
  let state = EMPTY_STATE;
  const areas: number[] = [];
  const warnings = (): readonly string[] => printed.filter((line) => line.startsWith("warning"));
  const [opening, ...rest] = [...SCRIPTED_OPENING, ...[...scriptedPoints(120)].flat()];
  if (opening.type !== "opened") throw new Error("opens first");
  for (const event of [{ ...opening, study: { ...opening.study, limits } }, ...rest]) {
    const broken = event.type === "point-done" ? { ...event, violation: 1 } : event;
    if (event.type === "point-done") areas.push(event.metrics.area_mm2 ?? Number.NaN);
    state = reduce(state, broken, 1);
    progress(state, broken, 1);
    expect(warnings().length).toBe(areas.length < 50 ? 0 : 1);
  }
  const best = (upTo: number): number => Number(Math.min(...areas.slice(0, upTo)).toPrecision(4));
  expect(warnings()[0]).toMatch(
    `warning: 50 results, all beyond the limits: area_mm2 <= 0.001 (best ${best(50)} mm2); Ctrl-C, then loosen them or widen the search`,
  );
  const summary = summaryLines({ colour: false, unicode: false }, state, [], 100, 0).join("\n");
  expect(summary).toContain(`${areas.length} results, all beyond the limits: area_mm2 <= 0.001 (best ${best(areas.length)} mm2)`);
});
