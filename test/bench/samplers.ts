/**
 * What a question to a sampler that learns costs as the study grows: eleven parameters, four objectives, one core, CPU
 * time.
 */
import { createSampler, Space } from "../../sweeps/index.js";
import { list, specOf } from "../sweeps/fake-study.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const LEVELS = [8, 5, 4, 3, 6, 4, 3, 4, 3, 2, 5];
const METRICS = ["energy_uj_per_inference", "latency_us", "area_mm2", "power_mw"] as const;
const OBJECTIVES = METRICS.map((metric) => ({ metric, direction: "min" as const }));
const PARAMETERS = LEVELS.map((levels, i) =>
  list(
    `p${i}`,
    Array.from({ length: levels }, (_, value) => value),
  ),
);

/** Milliseconds of CPU per point of the last `of` points before each of `sizes`. */
function costs(name: string, sizes: readonly number[], of: number): readonly number[] {
  const space = new Space(PARAMETERS);
  const sampler = createSampler(specOf({ parameters: PARAMETERS, objectives: OBJECTIVES }, { name, seed: 1, options: {} }), space);
  const objectivesOf = (position: Float64Array): number[] =>
    METRICS.map((_, k) => position.reduce((sum, x, d) => sum + (x - ((k * 7 + d * 3) % 11) / 11) ** 2, 0.1));
  const waiting: Float64Array[] = [];
  const found: number[] = [];
  let before = process.cpuUsage();
  for (let told = 0; told < (sizes.at(-1) as number); ) {
    waiting.push(...sampler.ask());
    while (waiting.length > sampler.lag && told < (sizes.at(-1) as number)) {
      const position = waiting.shift() as Float64Array;
      sampler.tell({
        position,
        values: space.decode(position),
        objectives: objectivesOf(position),
        violation: position[0] > 0.95 ? 1 : 0,
        limits: [],
      });
      told++;
      if (sizes.includes(told + of)) before = process.cpuUsage();
      if (!sizes.includes(told)) continue;
      const { user, system } = process.cpuUsage(before);
      found.push((user + system) / 1000 / of);
    }
  }
  return found;
}

const rowsOf = (name: string, sizes: readonly number[], of: number, targets: readonly number[]): readonly Row[] =>
  costs(name, sizes, of).map((ms, i) =>
    row(`a point of ${name} after ${sizes[i].toLocaleString("en-US")}`, "CPU ms", "less", [ms], targets[i]),
  );

await benchmark(import.meta.url, async () => [
  ...rowsOf("tpe", [1_000, 20_000], 200, [1, 2]),
  ...rowsOf("gp", [300, 1_000], 100, [10, 10]),
  ...rowsOf("nsga2", [20_000], 2_000, [2]),
]);
