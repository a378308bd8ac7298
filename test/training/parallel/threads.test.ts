/** Data-parallel training: the model depends on the shards of a batch, never on the number of threads. */
// @module-tag slow
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeModel, type Samples } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { chooseBackend } from "../../../training/backend.js";
import { cutPieces } from "../../../training/batch.js";
import { parseTrainingConfig } from "../../../training/config.js";
import { createEngine } from "../../../training/fused/kernels.js";
import { NO_PENALTY } from "../../../training/fused/membrane-penalty.js";
import { absorb } from "../../../training/observation.js";
import { type LearnerMaker, localLearners } from "../../../training/parallel/learners.js";
import { cutShards, learnShard, mean } from "../../../training/parallel/shard.js";
import { threadLearners } from "../../../training/parallel/threads.js";
import { initialise } from "../../../training/parameters.js";
import { train } from "../../../training/train.js";

const SEED = 20261125;
console.log(`threads.test seed ${SEED}`);
const built = existsSync(join(packageRoot(), "dist", "training-worker.js"));
if (!built) console.log("skipped: dist/training-worker.js is not built (npm run build)");

function noise(utterances: number): Samples {
  const rng = createRng(SEED, `noise ${utterances}`);
  const frameStart = Uint32Array.from({ length: utterances + 1 }, (_, u) => 7 * u);
  const features = Float32Array.from({ length: 7 * utterances * 5 }, () => rng.normal());
  const labels = Int32Array.from({ length: 7 * utterances }, () => rng.int(0, 2));
  return { name: "noise", inputs: 5, classes: 3, task: "frames", features, frameStart, labels, hash: "noise" };
}

const configOf = (system: string, shards: number, more = "") =>
  parseTrainingConfig(
    `{version: 1, name: p, seed: ${SEED}, data: {set: noise}, network: {system: ${system}, neurons: [9, 6]},
      training: {epochs: 2, batch: 7, shards: ${shards}, dropout: 0.2, learning_rate: {schedule: cosine, peak: 0.01}}${more}}`,
    "test",
  );

async function modelOf(system: string, shards: number, learners: LearnerMaker, more = ""): Promise<Uint8Array> {
  const result = await train(configOf(system, shards, more), { ...(await hooksOf(learners)), train: noise(24), test: noise(4) });
  return encodeModel(result!.network, null);
}

const hooksOf = async (learners: LearnerMaker) => ({
  backend: await chooseBackend("cpu"),
  command: "test",
  report: () => undefined,
  nowMs: () => 0,
  ...{ checkpoint: null, checkpointBatches: 100, base: null, chip: null, search: null },
  stop: async () => false,
  learners,
});

test.skipIf(!built)(
  "2 and 3 worker threads and this thread make the same model bit for bit; other shards make another",
  { tags: ["long"] },
  async () => {
    for (const system of ["rec-v2", "lstm"]) {
      const here = await modelOf(system, 3, localLearners);
      const threads = system === "lstm" ? 3 : 2;
      expect(await modelOf(system, 3, threadLearners(threads, "cpu"))).toEqual(here);
      expect(await modelOf(system, 1, localLearners)).not.toEqual(here);
    }
  },
);

test.skipIf(!built)(
  "on a chip's grid too, 2 worker threads and this thread make the same model bit for bit",
  { tags: ["long"] },
  async () => {
    const grid = ", quantiser: {theta_learned: true}, quantisation: {float_epochs: 1, weight_bits: 3}";
    const here = await modelOf("rec-v2", 3, localLearners, grid);
    expect(await modelOf("rec-v2", 3, threadLearners(2, "cpu"), grid)).toEqual(here);
    expect(await modelOf("rec-v2", 3, localLearners)).not.toEqual(here);
  },
);

test.skipIf(!built).each([
  ["this thread", localLearners],
  ["a worker thread", threadLearners(1, "cpu")],
])("an utterance that the memory of the kernels cannot hold is refused as such by %s", { tags: ["long"] }, async (_, learners) => {
  const frames = 300_000;
  const features = Float32Array.from({ length: frames }, (__, f) => f % 3);
  const long: Samples = { ...noise(1), inputs: 1, features, frameStart: Uint32Array.of(0, frames), labels: new Int32Array(frames).fill(1) };
  const config = parseTrainingConfig("{version: 1, name: p, data: {set: noise}, network: {system: lif, neurons: [4096]}}", "test");
  const hooks = await hooksOf(learners);
  await expect(train(config, { ...hooks, train: long, test: { ...noise(1), inputs: 1, features: new Float32Array(7) } })).rejects.toThrow(
    /^memory of the kernels: training\.batch: a batch takes more than 4096 MiB/,
  );
});

test("shards divide the pieces of a batch in order; none is empty, and sizes differ by at most one", () => {
  const pieces = cutPieces(noise(11), 0);
  for (let count = 1; count <= 15; count++) {
    const shards = cutShards(pieces, count);
    expect(shards.flat()).toEqual(pieces);
    const sizes = shards.map((shard) => shard.length);
    expect(sizes.length).toBe(Math.min(count, 11));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
});

test("gradients are means over decisions; statistics those of all rows together; ranges the extremes of all shards", async () => {
  const config = configOf("rec-v2", 2);
  const samples = noise(5);
  const bench = { backend: await chooseBackend("cpu"), engine: createEngine(), config, samples, augmentation: null };
  const state = initialise(config, 5, 3);
  const work = { settings: { bits: 6, theta: 3, inputBits: 6, inputTheta: 3 }, membranePenalty: NO_PENALTY, folded: false };
  const [first, second] = cutShards(cutPieces(samples, 0), 2).map((pieces, s) =>
    learnShard(bench, state, { ...work, pieces, stream: `${s}` }),
  );
  const whole = mean([first, second]);
  // 2 utterances against 3, 7 frames each
  expect(whole.loss).toBeCloseTo(0.4 * first.loss + 0.6 * second.loss, 6);
  whole.gradients.forEach((g, k) => {
    g.forEach((value, i) => {
      expect(value).toBeCloseTo(0.4 * first.gradients[k][i] + 0.6 * second.gradients[k][i], 6);
    });
  });
  const rows = { first: [1, 4, -2, 0.5], second: [3, 3.5, 8] };
  const statistic = (values: readonly number[]) => {
    const average = values.reduce((sum, v) => sum + v, 0) / values.length;
    return { average, variance: values.reduce((sum, v) => sum + (v - average) ** 2, 0) / values.length };
  };
  const tiny = { ...state, statistics: [], readoutStatistics: { mean: new Float32Array(1), variance: new Float32Array(1) } };
  absorb(
    tiny,
    Object.values(rows).map((values) => ({
      rows: values.length,
      extremes: [[Math.min(...values), Math.max(...values)]],
      statistics: [{ mean: Float32Array.of(statistic(values).average), variance: Float32Array.of(statistic(values).variance) }],
    })),
  );
  const all = statistic([...rows.first, ...rows.second]);
  expect(tiny.readoutStatistics.mean[0]).toBeCloseTo(0.1 * all.average, 6);
  expect(tiny.readoutStatistics.variance[0]).toBeCloseTo((0.1 * all.variance * 7) / 6, 6);
  expect([state.encoderRange.low, state.encoderRange.high]).toEqual([0.1 * -2, 0.1 * 8]);
});
