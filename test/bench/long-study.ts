/**
 * Time and heap that a point takes in the coordinator, in a study of 100,000 points of `nsga2` with eleven parameters
 * and four objectives. Everything runs as in a sweep, with a database in a file, except that formulas replace the
 * chips. The heap is measured after garbage collection, without that of the first points.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome, StudyEvent, Task } from "../../sweeps/index.js";
import { FakeEngine, type FakeValues, fakeStudy, list, NO_COUNTERS, resultOf, specOf } from "../sweeps/fake-study.js";
import { benchmark } from "./harness/program.js";
import { row } from "./harness/row.js";

const LEVELS = [8, 5, 4, 3, 6, 4, 3, 4, 3, 2, 5];
const PARAMETERS = LEVELS.map((levels, i) =>
  list(
    `p${i}`,
    Array.from({ length: levels }, (_, value) => value),
  ),
);
const METRICS = ["energy_uj_per_inference", "latency_us", "area_mm2", "power_mw"] as const;
const FIRST = 2_000;
const POINTS = 100_000;

function metricsOf(chip: FakeValues): Outcome {
  const at = (d: number): number => (chip[`fake.p${d}`] as number) / LEVELS[d];
  const values = METRICS.map((name, k) => [name, LEVELS.reduce((sum, _, d) => sum + (at(d) - ((k * 7 + d * 3) % 11) / 11) ** 2, 0.1)]);
  return { kind: "done", result: resultOf(Object.fromEntries(values)), counters: NO_COUNTERS, durationMs: 1 };
}

/** Answers at once, and keeps no answers. */
class FormulaEngine extends FakeEngine {
  override async evaluate(task: Task): Promise<Outcome> {
    await new Promise((resolve) => setImmediate(resolve));
    return metricsOf(task.experiment.chip as unknown as FakeValues);
  }
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

await benchmark(import.meta.url, async () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const spec = specOf(
    { parameters: PARAMETERS, objectives: METRICS.map((metric) => ({ metric, direction: "min" as const })), constraints: [] },
    { name: "nsga2", budget: POINTS },
  );
  let done = 0;
  const marks: { readonly cpuMs: number; readonly bytes: number }[] = [];
  const tell = (event: StudyEvent): void => {
    if (event.type !== "point-done") return;
    if (++done !== FIRST && done !== POINTS) return;
    const { user, system } = process.cpuUsage();
    marks.push({ cpuMs: (user + system) / 1000, bytes: heapBytes() });
  };
  await fakeStudy(spec, join(folder, "study.db"), new FormulaEngine(), {}, tell).run();
  rmSync(folder, { recursive: true });
  const [first, last] = marks;
  const points = POINTS - FIRST;
  return [
    row("a point of a study of 100,000, nsga2", "CPU ms", "less", [(last.cpuMs - first.cpuMs) / points], 2),
    row("the same, heap of the coordinator", "bytes", "less", [(last.bytes - first.bytes) / points], 8_192),
  ];
});
