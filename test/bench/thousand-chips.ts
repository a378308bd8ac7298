/**
 * A thousand chips of 1 to 128 cores with fifty spoken digits each, flit by flit (`arch/examples/thousand-chips.yaml`):
 * one in twenty of those that need a run of their own is evaluated in one thread, by processor time (two at once on
 * cores that share caches take longer). The functional run is made before, as in the sweep (its own time is a row).
 * Then the built program runs the whole space, which takes minutes, and searches it by screening, both by the clock.
 * Needs the Free Spoken Digit Dataset (`../shared/data/fsdd`, or the folder that FSDD_PATH names).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { evaluatePoint, prepareFunctional, replayKey } from "../../sim/index.js";
import { mapNetwork } from "../../sim/mapping/map.js";
import { shared, sharedBytes } from "../../sweeps/engine/share.js";
import { Space } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";
import { isBuilt, program } from "../cli/small-sweep.js";
import { cpuSeconds, repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const file = join(packageRoot(), "arch/examples/thousand-chips.yaml");
const EVERY = 20;
const STEP = 617;

/** The built program's search of the same space on two workers, start-up and data included. */
function sweepRow(path: string, sampler: "grid" | "screen", name: string, target: number): Row {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const text = readFileSync(file, "utf8")
    .replace("name: grid", `name: ${sampler}`)
    .replace(/path: free-\S+/, `path: ${path}`);
  writeFileSync(join(folder, "chips.yaml"), text);
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [program, "sweep", "chips.yaml", "--workers", "2", "--no-tui"], {
    cwd: folder,
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`the search by ${sampler} ended with ${status}: ${stderr}`);
  return row(name, "s", "less", [seconds], target);
}

await benchmark(import.meta.url, async () => {
  const path = process.env.FSDD_PATH ?? join(packageRoot(), "../shared/data/fsdd");
  if (!existsSync(path)) {
    console.log(`skipped: ${path} is absent`);
    return [];
  }
  const parsed = readArch(file);
  if (parsed.sweep === null) throw new Error("the example has no sweep");
  const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
  const samples = loadDataset("fsdd-digits", { path, split: "test" });
  const space = new Space(parsed.sweep.parameters, file);
  const points = space.gridSize ?? 0;
  // a step that shares no factor with any axis' length goes through all values of each
  const experiments = Array.from({ length: points }, (_, i) =>
    patchDocument(parsed, space.byPath(space.decode(space.gridPosition((i * STEP) % points)))),
  );
  const before = cpuSeconds();
  const functional = prepareFunctional(experiments[0], model.network, model.hash, samples);
  const functionalSeconds = cpuSeconds() - before;
  const beforeKeys = cpuSeconds();
  const byKey = new Map(experiments.map((experiment) => [replayKey(experiment, functional), experiment]));
  const keySeconds = (cpuSeconds() - beforeKeys) / points;
  const own = byKey.size;
  const chosen = [...byKey.values()].filter((_, i) => i % EVERY === 0);
  const { events, bytes } = { events: functional.trace.neuron.length, bytes: sharedBytes(shared(functional.trace)) };
  const byCores = new Map<number, number[]>();
  let messages = 0;
  let flitHops = 0;
  let waves = 0;
  const seconds = await repeat(
    () => {
      const start = cpuSeconds();
      for (const experiment of chosen) {
        const from = cpuSeconds();
        const { timing } = evaluatePoint(experiment, functional);
        const cores = experiment.chip.cores.length;
        byCores.set(cores, [...(byCores.get(cores) ?? []), cpuSeconds() - from]);
        messages += timing.total.packets;
        flitHops += timing.total.flitHops;
        waves += timing.waveCycles.length;
      }
      return (cpuSeconds() - start) / chosen.length;
    },
    { warmUps: 1, runs: 2 },
  );
  const mapping = await repeat(
    () => {
      const start = cpuSeconds();
      for (const { chip, precision, mapping: request } of chosen)
        mapNetwork(functional.trace.topology, chip, precision, request, functional.trace);
      return (cpuSeconds() - start) / chosen.length;
    },
    { warmUps: 0, runs: 2 },
  );
  const runs = 3 * chosen.length;
  console.log(
    `${points} points; of ${chosen.length}: ${Math.round(messages / runs)} packets, ${Math.round(flitHops / runs)} flit-hops, ${Math.round(waves / runs)} waves a point`,
  );
  for (const [cores, spent] of [...byCores].sort(([a], [b]) => a - b))
    console.log(`  ${cores} cores: ${(1000 * Math.min(...spent)).toFixed(0)} ms at least`);
  return [
    row("functional run, 50 utterances", "CPU s", "less", [functionalSeconds]),
    row("spike trace in memory, all of it", "bytes/spike", "less", [bytes / events]),
    row(`a chip's key (${own} of ${points} are different)`, "CPU s", "less", [keySeconds]),
    row("a chip, 50 utterances", "CPU s", "less", seconds),
    row("of it mapping", "CPU s", "less", mapping),
    ...(isBuilt
      ? [
          sweepRow(path, "grid", `${points} chips, 2 workers, by the clock`, 120),
          sweepRow(path, "screen", "the same front by screening, 2 workers, by the clock", 15),
        ]
      : []),
  ];
});
