/** A checkpoint continues only under the arithmetic that wrote it. */
import { expect, test } from "vitest";
import { encodeModel, type Samples } from "../../arch/index.js";
import { sha256 } from "../../base/hash.js";
import { chooseBackend } from "../../training/backend.js";
import type { CheckpointStore } from "../../training/checkpoint.js";
import { parseTrainingConfig } from "../../training/config.js";
import { localLearners } from "../../training/parallel/learners.js";
import { train } from "../../training/train.js";

const UTTERANCES = 24;
const FRAMES = 6;

/** Two classes, a rising and a falling ramp, without noise. */
function ramps(name: string): Samples {
  const frameStart = Uint32Array.from({ length: UTTERANCES + 1 }, (_, u) => u * FRAMES);
  const features = Float32Array.from({ length: UTTERANCES * FRAMES * 2 }, (_, at) => {
    const [u, t, i] = [Math.floor(at / (2 * FRAMES)), Math.floor(at / 2) % FRAMES, at % 2];
    return ((u % 2 === 0 ? t : FRAMES - t) / FRAMES) * (i === 0 ? 1 : -1) + (u + (name === "test" ? 0.5 : 0)) / 100;
  });
  const labels = Int32Array.from({ length: UTTERANCES }, (_, u) => u % 2);
  return { name, inputs: 2, classes: 2, task: "sequence", features, frameStart, labels, hash: name };
}

async function run(system: string, checkpoint: CheckpointStore | null = null, stopAfter = Number.POSITIVE_INFINITY) {
  const penalty = system === "gru" || system === "lstm" ? 0 : 0.1;
  const config = parseTrainingConfig(
    `version: 1
name: ramps
seed: 3
data: { set: ramps, validation_fraction: 0.25 }
network: { system: ${system}, neurons: [6, 5]${system === "lif" || system === "alif" ? ", tau: 0.5" : ""} }
training: { epochs: 2, batch: 4, membrane_penalty: ${penalty}, learning_rate: { schedule: cosine, peak: 0.02 } }
`,
    "ramps.yaml",
  );
  let batches = 0;
  return train(config, {
    ...{ backend: await chooseBackend("wasm"), train: ramps("train"), test: ramps("test"), command: "test", nowMs: () => 0 },
    report: ({ kind }) => {
      if (kind === "batch") batches++;
    },
    ...{ checkpoint, checkpointBatches: 1, base: null, chip: null, search: null, learners: localLearners },
    stop: async () => batches >= stopAfter,
  });
}

function digestOf(result: Awaited<ReturnType<typeof run>>): string {
  if (result === null) throw new Error("the training was stopped");
  return sha256(encodeModel(result.network, {})).slice(0, 16);
}

function stored(bytes: Uint8Array | null): CheckpointStore & { bytes: Uint8Array | null } {
  return {
    ...{ bytes, file: "memory" },
    read() {
      return this.bytes;
    },
    write(written) {
      this.bytes = written.slice();
    },
  };
}

test("arithmetic 1 of a checkpoint learns these weights; if they move, checkpoint.ts must say another number", async () => {
  const digests: string[] = [];
  for (const system of ["lif", "alif", "rec-v1", "rec-v2", "gru", "lstm"]) {
    digests.push(`${system} ${digestOf(await run(system))}`);
  }
  expect(digests).toEqual([
    "lif 1a7fbcae130eb927",
    "alif 226ce19f7381aa04",
    "rec-v1 42fa9d7dac135c60",
    "rec-v2 f30403d03ff36979",
    "gru 1fb4f340ccaf99ab",
    "lstm c18632ca7b1e7444",
  ]);
});

test("a checkpoint of another arithmetic, or of a version that did not say it, is refused with what to do", async () => {
  const store = stored(null);
  expect(await run("rec-v2", store, 3)).toBeNull();
  const sound = store.bytes as Uint8Array;
  const text = Buffer.from(sound).toString("latin1");
  const at = text.indexOf('"arithmetic":1,');
  const changed = (replacement: string): Uint8Array => {
    const bytes = Buffer.from(sound);
    bytes.write(replacement, at, "latin1");
    Buffer.from(sha256(bytes.subarray(36)), "hex").copy(bytes, 4);
    return Uint8Array.from(bytes);
  };
  await expect(run("rec-v2", stored(changed('"arithmetic":2,')))).rejects.toThrow(
    /of arithmetic 2, and this version trains by arithmetic 1/,
  );
  await expect(run("rec-v2", stored(changed('"arithmotic":1,')))).rejects.toThrow(
    /did not say its arithmetic[\s\S]*or start again with --fresh/,
  );
  const [resumed, whole] = [await run("rec-v2", store), await run("rec-v2")];
  expect(digestOf(resumed)).toBe(digestOf(whole));
});
