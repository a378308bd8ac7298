/**
 * `npx tsx test/bench/sanafe.ts`: SANA-FE's files in the built program: processor time and memory to load a network and
 * run one step of it, and processor time of a step by model of its time, as the difference of a long and a short run.
 * Networks of 1 k to 65 k neurons with 64 targets each, of which 6 % fire a step.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";
import { writeSanafeChip, writeSanafeNetwork } from "./harness/sanafe-files.js";
import { SANAFE_CASES, type SanafeCase, synapsesOf } from "./harness/sanafe-pair.js";
import { type Loaded, runOurs, stepMs, stepsFor } from "./harness/sanafe-speed.js";

/** What is computed of a step's time. */
const MODELS = ["none", "simple", "detailed", "flit"];

async function rowsOf(one: SanafeCase, chip: string, folder: string): Promise<Row[]> {
  const file = writeSanafeNetwork(folder, one, "netlist");
  const steps = stepsFor(one.neurons);
  const loads: Loaded[] = [];
  let rate = 0;
  const perStep: { readonly model: string; readonly values: readonly number[] }[] = [];
  for (const model of MODELS) {
    const time = ["--time", model];
    const values = await repeat(
      () => {
        const short = runOurs(chip, file, 1, time);
        const long = runOurs(chip, file, steps, time);
        loads.push(short);
        rate = long.fired / steps / one.neurons;
        return stepMs(long.cpuSeconds, short.cpuSeconds, steps);
      },
      { warmUps: 0, runs: 3 },
    );
    perStep.push({ model, values });
  }
  rmSync(file);
  const synapses = synapsesOf(one);
  const each = (value: (load: Loaded) => number): number[] => loads.map(value);
  return [
    row(
      `${one.name}: load and one step`,
      "CPU s",
      "less",
      each((load) => load.cpuSeconds),
    ),
    row(
      `${one.name}: peak memory of it`,
      "bytes/synapse",
      "less",
      each((load) => load.peakBytes / synapses),
      one.neurons >= 65_536 ? 60 : null,
    ),
    ...perStep.map(({ model, values }) =>
      row(`${one.name}: a step, time ${model}, ${(100 * rate).toFixed(1)} % fire`, "CPU ms", "less", values),
    ),
  ];
}

await benchmark(import.meta.url, async () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const chip = writeSanafeChip(folder);
  const rows: Row[] = [];
  for (const one of SANAFE_CASES) rows.push(...(await rowsOf(one, chip, folder)));
  rmSync(folder, { recursive: true });
  return rows;
});
