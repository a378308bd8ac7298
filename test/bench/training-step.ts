/**
 * One training step (forward, loss, backward) of rec-v2, 2 layers, T = 100 frames, B = 64 utterances, 40 inputs: the fused layer against the same network
 * in stock TensorFlow.js operations on its WebAssembly back end. One core each; peak memory is the resident set of a process of its own.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Samples } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { chooseBackend } from "../../training/backend.js";
import { cutPieces, packBatch } from "../../training/batch.js";
import { parseTrainingConfig } from "../../training/config.js";
import { createEngine } from "../../training/fused/kernels.js";
import { initialise } from "../../training/parameters.js";
import { learn } from "../../training/step.js";
import { plainGradients } from "../training/plain-network.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const STEPS = 100;
const UTTERANCES = 64;
const INPUTS = 40;
const CLASSES = 39;

export interface StepMeasurement {
  readonly kind: "fused" | "stock";
  readonly neurons: number;
  /** CPU, of each step that counts. */
  readonly seconds: readonly number[];
  readonly peakMb: number;
}

function speechLike(): Samples {
  const rng = createRng(1, "bench");
  const frames = STEPS * UTTERANCES;
  return {
    name: "bench",
    inputs: INPUTS,
    classes: CLASSES,
    task: "frames",
    features: Float32Array.from({ length: frames * INPUTS }, () => rng.normal()),
    frameStart: Uint32Array.from({ length: UTTERANCES + 1 }, (_, u) => u * STEPS),
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
  const options = { settings, task: "frames", membranePenalty: 0, folded: false, masks: null } as const;
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
else await benchmark(import.meta.url, () => rowsOf(benchTrainingStep([128, 550])));
