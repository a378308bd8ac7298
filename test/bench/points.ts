/**
 * Whole design points per second of the main job, `arch/examples/edge.yaml`: in one thread by processor time, then as a
 * sweep with one and with two workers by the clock, which needs an otherwise idle machine. Points are drawn by seed;
 * functional runs are made before, as in a sweep of many points a precision.
 */
import { join } from "node:path";
import { patchDocument, readArch, readModel, resolveModelPath } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { evaluatePoint, prepareFunctional, type Replay } from "../../sim/index.js";
import { packReplay, unpackReplay } from "../../sweeps/engine/packed-replay.js";
import { LocalEngine, Space } from "../../sweeps/index.js";
import { loadDataset } from "../../training/index.js";
import { rates, repeat, times } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { row } from "./harness/row.js";

const file = join(packageRoot(), "arch/examples/edge.yaml");
const SERIAL = 16;
const SWEPT = 240;

await benchmark(import.meta.url, async () => {
  const parsed = readArch(file);
  if (parsed.sweep === null) throw new Error("the example has no sweep");
  const model = readModel(resolveModelPath(parsed.experiment.network.model, file));
  const samples = loadDataset("mnist-rows", { path: null, split: "test" });
  const space = new Space(parsed.sweep.parameters, file);
  const rng = createRng(2, "bench points");
  const { weightBits, stateBits } = parsed.experiment.precision;
  // One precision and the clock and supply as written: every point fits and runs.
  const fixed = { "precision.weight_bits": weightBits, "precision.state_bits": stateBits, "chip.clock_mhz": 100, "chip.voltage_v": 0.8 };
  const experiments = Array.from({ length: SWEPT }, () => {
    const values = space.byPath(space.decode(Float64Array.from(space.dimensions, () => rng.float())));
    return patchDocument(parsed, { ...values, ...fixed });
  });
  const functional = prepareFunctional(experiments[0], model.network, model.hash, samples);
  const one = await rates(
    () => {
      for (const experiment of experiments.slice(0, SERIAL)) tried(() => evaluatePoint(experiment, functional));
      return SERIAL;
    },
    { warmUps: 1, runs: 5 },
  );
  const { topology } = functional.trace;
  const replays: Replay[] = [];
  for (const experiment of experiments.slice(0, SERIAL)) tried(() => replays.push(evaluatePoint(experiment, functional)));
  const packed = replays.map(({ placement, timing }) => packReplay({ placement, timing }, topology));
  /** Milliseconds per replay. */
  const each = async (work: (i: number) => unknown): Promise<number[]> => {
    const rounds = 20 * replays.length;
    const seconds = await times(() => {
      for (let i = 0; i < rounds; i++) work(i % replays.length);
    });
    return seconds.map((total) => (1000 * total) / rounds);
  };
  const packing = await each((i) => packReplay(replays[i], topology));
  const unpacking = await each((i) => unpackReplay(packed[i], topology));
  const keptBytes = packed.reduce((sum, { bytes }) => sum + bytes.length, 0) / packed.length;
  const inputs = { modelHash: model.hash, dataHash: samples.hash };
  const speed = async (workers: number): Promise<number> => {
    const engine = new LocalEngine({ loadModel: async () => model, loadSamples: async () => samples, maxWorkers: workers });
    const tasks = experiments.map((experiment, i) => ({ key: String(i), fidelity: 1, byPath: {}, experiment, inputs }));
    // as a sweep does it: a point is begun when another one ends
    const run = async (all: readonly (typeof tasks)[number][]): Promise<void> => {
      const left = [...all];
      const one = async (): Promise<void> => {
        for (let task = left.shift(); task !== undefined; task = left.shift()) await engine.evaluate(task);
      };
      await Promise.all(Array.from({ length: workers }, one));
    };
    // Every thread has compiled its code, and the functional run is made.
    await run(tasks.slice(0, 24 * workers));
    const start = performance.now();
    await run(tasks);
    const rate = (1000 * SWEPT) / (performance.now() - start);
    await engine.close(true);
    return rate;
  };
  const [single, double]: [number[], number[]] = [[], []];
  const gains = await repeat(
    async () => {
      single.push(await speed(1));
      double.push(await speed(2));
      return double.at(-1)! / single.at(-1)!;
    },
    { warmUps: 0, runs: 3 },
  );
  return [
    row("edge.yaml, one thread", "points/CPU s", "more", one),
    row("a replay that is kept", "bytes", "less", [keptBytes]),
    row("to pack it", "CPU ms", "less", packing),
    row("to unpack it", "CPU ms", "less", unpacking),
    row("edge.yaml, 1 worker, by the clock", "points/s", "more", single),
    row("edge.yaml, 2 workers, by the clock", "points/s", "more", double),
    row("2 workers against 1", "times", "more", gains, 1.85),
  ];
});

/** A chip that cannot hold the network says so soon; such points are part of a search. */
function tried(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "InfeasibleError") throw error;
  }
}
