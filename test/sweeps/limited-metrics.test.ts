/** Limits have columns, and a search whose results all break them says how near the best one came. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { DashboardEvent } from "../../cli/dashboard/events.js";
import { EMPTY_STATE, reduce } from "../../cli/dashboard/state.js";
import { summaryLines } from "../../cli/dashboard/summary.js";
import { progressPrinter } from "../../cli/runs/progress-lines.js";
import {
  emptyReason,
  frontReport,
  limitedMetrics,
  limitsOf,
  nearestText,
  Store,
  type StudyEvent,
  tableColumns,
} from "../../sweeps/index.js";
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

/** Warnings of a view with these events, each with the number of events that it had then. */
function warned(events: readonly DashboardEvent[]): readonly { readonly at: number; readonly text: string }[] {
  const found: { at: number; text: string }[] = [];
  let at = 0;
  const progress = progressPrinter((text) => {
    if (text.startsWith("warning")) found.push({ at, text });
  });
  let state = reduce(EMPTY_STATE, SCRIPTED_OPENING[0], 1);
  for (const event of events) {
    state = reduce(state, event, 1);
    progress(state, event, 1);
    at += 1;
  }
  expect(state.log.filter(({ text }) => text.includes("beyond the limits"))).toHaveLength(found.length);
  return found;
}

test("stored results come first: it warns at the first fresh one by which all are told, are 50 or more, and break the limits", () => {
  const started = SCRIPTED_OPENING[1] as Extract<DashboardEvent, { type: "started" }>;
  const told = fc.record({ stored: fc.boolean(), keeps: fc.nat(299).map((n) => n === 0), ends: fc.nat(19).map((n) => n > 0) });
  const mixed = fc.array(told, { minLength: 40, maxLength: 120 });
  const replayed = mixed.map((all) => [...all].sort((a, b) => Number(b.stored) - Number(a.stored)));
  let count = 0;
  fc.assert(
    fc.property(fc.oneof(mixed, replayed), (all) => {
      const events = all.map(({ stored, keeps, ends }, i): DashboardEvent => {
        const point = { id: i + 1, key: `key${i}`, values: {}, stored, durationMs: 1 };
        if (!ends) return { ...point, type: "point-failed", state: "failed", code: "X", reason: "x", attempt: 1 };
        return { ...point, type: "point-done", metrics: { area_mm2: 5 + i }, violation: keeps ? 0 : 1 } as DashboardEvent;
      });
      const results = (upTo: number) => all.filter(({ ends }, i) => ends && i <= upTo);
      const at = all.findIndex(
        ({ stored, ends }, i) => ends && !stored && results(i).length >= 50 && !all.some((other, k) => other.stored && k > i),
      );
      const expected = at >= 0 && !results(at).some(({ keeps }) => keeps) ? [[at + 1, results(at).length]] : [];
      const found = warned([{ ...started, stored: all.filter(({ stored }) => stored).length }, ...events]);
      expect(found.map((one) => [one.at, Number(/: (\d+) results, all beyond/.exec(one.text)?.[1])])).toEqual(expected);
      count += expected.length;
    }),
    { seed: 5, numRuns: 60 },
  );
  expect(count).toBeGreaterThan(10);
});

test("a continued sweep does not call a search hopeless whose 60th stored result keeps the limits", async () => {
  const run = async (name: string, constraints: readonly string[], budget: number) => {
    const events: StudyEvent[] = [];
    const spec = specOf({ constraints }, { name: "random", budget });
    await fakeStudy(spec, join(folder, name), new FakeEngine(), {}, (event) => events.push(event)).run();
    return events;
  };
  const done = (await run("free.db", [], 100)).filter((event) => event.type === "point-done");
  const energyAt = (i: number): number => done[i].metrics.energy_uj_per_inference ?? 0;
  const only = [...done.keys()].find((i) => i >= 55 && i < 75 && done.every((_, k) => k === i || energyAt(k) !== energyAt(i))) ?? -1;
  const near = (factor: number): string => String(energyAt(only) * factor);
  const kept = [`energy_uj_per_inference > ${near(1 - 1e-9)}`, `energy_uj_per_inference < ${near(1 + 1e-9)}`];
  await run("kept.db", kept, 90);
  const continued = await run("kept.db", kept, 100);
  expect(frontReport(Store.read(join(folder, "kept.db"))).counts.feasible).toBe(1);
  expect(warned(continued)).toEqual([]);
  await run("none.db", ["energy_uj_per_inference < 0"], 90);
  const hopeless = await run("none.db", ["energy_uj_per_inference < 0"], 100);
  const stored = hopeless.filter((event) => event.type === "point-done" && event.stored).length;
  expect(stored).toBeGreaterThan(50);
  expect(warned(hopeless).map(({ text }) => Number(/: (\d+) results/.exec(text)?.[1]))).toEqual([stored + 1]);
});
