/**
 * One training step (forward, loss, backward) of rec-v2, 2 layers, T = 100 frames, B = 64 utterances, 40 inputs: the
 * fused layer against the same network in stock TensorFlow.js operations on its WebAssembly back end. One core each;
 * peak memory is the resident set of a process of its own. And whole batches, with the optimiser: on a chip's grid
 * against plain ones, in turns, at that size and at the shipped phone model's (8 utterances of 44 frames, 26 inputs).
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Samples } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { chooseBackend } from "../../training/backend.js";
import { cutPieces, packBatch } from "../../training/batch.js";
import { parseTrainingConfig } from "../../training/config.js";
import { createEngine } from "../../training/fused/kernels.js";
import { NO_PENALTY } from "../../training/fused/membrane-penalty.js";
import { type Learning, plainLearning } from "../../training/learning.js";
import { learnShard } from "../../training/parallel/shard.js";
import { freeze, initialise } from "../../training/parameters.js";
import { gridLearning } from "../../training/quantisation/grid-learning.js";
import { learn } from "../../training/step.js";
import { plainGradients } from "../training/plain-network.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const STEPS = 100;
const UTTERANCES = 64;
const INPUTS = 40;
const CLASSES = 39;

/** Utterances, frames of each and inputs. */
interface Size {
  readonly utterances: number;
  readonly steps: number;
  readonly inputs: number;
}

const USUAL: Size = { utterances: UTTERANCES, steps: STEPS, inputs: INPUTS };
const PHONES: Size = { utterances: 8, steps: 44, inputs: 26 };

export interface StepMeasurement {
  readonly kind: "fused" | "stock";
  readonly neurons: number;
  /** CPU, of each step that counts. */
  readonly seconds: readonly number[];
  readonly peakMb: number;
}

function speechLike({ utterances, steps, inputs }: Size = USUAL): Samples {
  const rng = createRng(1, "bench");
  const frames = steps * utterances;
  return {
    name: "bench",
    inputs,
    classes: CLASSES,
    task: "frames",
    features: Float32Array.from({ length: frames * inputs }, () => rng.normal()),
    frameStart: Uint32Array.from({ length: utterances + 1 }, (_, u) => u * steps),
    labels: Int32Array.from({ length: frames }, () => rng.int(0, CLASSES - 1)),
    hash: "bench",
  };
}

/** Runs one kind in this process. */
async function measure(kind: "fused" | "stock", neurons: number, repeats: number): Promise<StepMeasurement> {
  const config = parseTrainingConfig(
    `{version: 1, name: bench, data: {set: bench}, network: {system: rec-v2, neurons: [${neurons}, ${neurons}]}, training: {epochs: 1, batch: 64, learning_rate: {schedule: cosine, peak: 0.001}}}`,
    "bench",
  );
  const samples = speechLike();
  const batch = packBatch(samples, cutPieces(samples, 0), 0);
  const state = initialise(config, INPUTS, CLASSES);
  for (const tracker of [state.encoderRange, ...state.ranges]) Object.assign(tracker, { low: -4, high: 4, updates: 400 });
  const settings = { bits: 6, theta: 3, inputBits: 6, inputTheta: 3 };
  const options = { settings, task: "frames", membranePenalty: NO_PENALTY, folded: false, masks: null, saliency: null } as const;
  const { tf } = await chooseBackend("wasm");
  const engine = createEngine();
  const once = (): unknown => (kind === "fused" ? learn(tf, engine, state, batch, options) : plainGradients(tf, state, batch, options));
  if (repeats > 1) once();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const started = process.cpuUsage();
    once();
    const used = process.cpuUsage(started);
    times.push((used.user + used.system) / 1e6);
  }
  return { kind, neurons, seconds: times, peakMb: process.resourceUsage().maxRSS / 1024 };
}

/** CPU seconds of whole batches, plain and with 3-bit weights, in turns. */
async function measureGrid(size: Size, repeats: number): Promise<{ readonly plain: readonly number[]; readonly grid: readonly number[] }> {
  const config = parseTrainingConfig(
    `{version: 1, name: bench, data: {set: bench}, network: {system: rec-v2, neurons: [128, 128]}, quantisation: {float_epochs: 1, weight_bits: 3},
      training: {epochs: 2, batch: ${size.utterances}, dropout: 0, learning_rate: {schedule: cosine, peak: 0.001}}}`,
    "bench",
  );
  const samples = speechLike(size);
  const backend = await chooseBackend("wasm");
  const engine = createEngine();
  const bench = { backend, engine, config, samples, augmentation: null };
  const settings = { bits: 6, theta: 3, inputBits: 6, inputTheta: 3 };
  const state = initialise(config, size.inputs, CLASSES);
  const plain = plainLearning(config, state);
  const shard = { pieces: cutPieces(samples, 0), settings, membranePenalty: NO_PENALTY, stream: "bench" };
  const once = (learning: Learning): void => {
    learning.prepare();
    learning.take([learnShard(bench, learning.state, { ...shard, folded: learning.folded })], 1e-4);
  };
  once(plain);
  const { quantisation } = config;
  if (quantisation === undefined) throw new Error("the configuration lost its grid");
  const grid = gridLearning(engine, config, quantisation, settings, freeze(config, state, settings, "frames"));
  once(grid);
  const times = { plain: [] as number[], grid: [] as number[] };
  for (let i = 0; i < repeats; i++)
    for (const [kind, learning] of [
      ["plain", plain],
      ["grid", grid],
    ] as const) {
      const started = process.cpuUsage();
      for (let k = 0; k < 5; k++) once(learning);
      const used = process.cpuUsage(started);
      times[kind].push((used.user + used.system) / 5e6);
    }
  return times;
}

/** Most that a batch on the grid may take, in plain ones. */
const GRID_MOST = 1.3;

async function gridRows(name: string, size: Size, repeats: number): Promise<Row[]> {
  const { plain, grid } = await measureGrid(size, repeats);
  const ratio = Math.min(...grid) / Math.min(...plain);
  return [
    row(`${name}: plain`, "CPU s", "less", plain),
    row(`${name}: 3-bit weights`, "CPU s", "less", grid),
    row(`${name}: 3-bit weights against plain`, "times", "less", [ratio], GRID_MOST),
  ];
}

/** Measures every kind and width in a fresh process and returns the lines of a table. */
export function benchTrainingStep(widths: readonly number[]): StepMeasurement[] {
  const self = fileURLToPath(import.meta.url);
  return widths.flatMap((neurons) =>
    (["fused", "stock"] as const).map((kind) => {
      const run = spawnSync(
        process.execPath,
        ["--import", "tsx", self, kind, String(neurons), kind === "stock" && neurons > 200 ? "1" : "3"],
        { encoding: "utf8" },
      );
      if (run.status !== 0) throw new Error(`bench of ${kind} at ${neurons} failed: ${run.stderr}`);
      return JSON.parse(run.stdout.trim().split("\n").pop()!) as StepMeasurement;
    }),
  );
}

/** Least ratio of stock to fused time, and the memory that the fused step may take. */
const TARGETS: Readonly<Record<number, { readonly ratio: number; readonly peakMb: number }>> = {
  128: { ratio: 6, peakMb: 700 },
  550: { ratio: 8, peakMb: 700 },
};

function rowsOf(measured: readonly StepMeasurement[]): Row[] {
  return measured
    .filter(({ kind }) => kind === "fused")
    .flatMap((fused) => {
      const { neurons } = fused;
      const stock = measured.find((other) => other.kind === "stock" && other.neurons === neurons)!;
      const target = TARGETS[neurons];
      const name = `training step, rec-v2, 2 layers of ${neurons}`;
      return [
        row(`${name}: fused`, "CPU s", "less", fused.seconds),
        row(`${name}: stock TensorFlow.js`, "CPU s", "less", stock.seconds),
        row(`${name}: stock against fused`, "times", "more", [Math.min(...stock.seconds) / Math.min(...fused.seconds)], target.ratio),
        row(`${name}: fused, peak memory`, "MB", "less", [fused.peakMb], target.peakMb),
      ];
    });
}

const [, script, kind, neurons, repeats] = process.argv;
if (script === fileURLToPath(import.meta.url) && (kind === "fused" || kind === "stock"))
  console.log(JSON.stringify(await measure(kind, Number(neurons), Number(repeats))));
else
  await benchmark(import.meta.url, async () => [
    ...rowsOf(benchTrainingStep([128, 550])),
    ...(await gridRows("batch of 8 x 44 frames, rec-v2, 2 layers of 128", PHONES, 10)),
    ...(await gridRows("batch of 64 x 100 frames, rec-v2, 2 layers of 128", USUAL, 3)),
  ]);
