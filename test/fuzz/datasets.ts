/**
 * Readers of data sets and spike files on disk: MNIST (IDX), Heidelberg digits (HDF5, rows of different lengths),
 * Japanese Vowels (text), spike files as a workload, class lists; and the training's own checkpoint. Files lie in the
 * folder that is handed in.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint, encodeCheckpoint } from "../../training/checkpoint.js";
import { loadJapaneseVowels } from "../../training/datasets/japanese-vowels.js";
import { loadMnist } from "../../training/datasets/mnist.js";
import { loadShd, prepareShd } from "../../training/datasets/shd.js";
import { readSpikeSamples } from "../../training/datasets/spike-file.js";
import { parseTrainingConfig } from "../../training/index.js";
import { plainLearning } from "../../training/learning.js";
import { initialise } from "../../training/parameters.js";
import { hdf5File } from "../training/datasets/hdf5-file.js";
import { silently } from "./hdf5.js";
import { bytesDamage, headerDamage, type Reader, type Rng, textDamage } from "./reader.js";
import { trainingConfig } from "./seeds.js";

const IMAGES = 3;

function idx(magic: number, sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(magic);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, body]);
}
const images = idx(0x803, [IMAGES, 28, 28], new Uint8Array(IMAGES * 784).fill(7));
const labels = idx(0x801, [IMAGES], Uint8Array.of(3, 0, 9));

const times = [[0, 0.0078125, 0.5], [], [0.03125]];
const heidelberg = hdf5File({
  labels: { kind: "flat", values: [3, 0, 19] },
  spikes: { times: { kind: "float16", rows: times }, units: { kind: "uint16", rows: [[0, 4, 699], [], [350]] } },
});

const vowels = Array.from({ length: 10 }, (_, u) =>
  Array.from({ length: 2 + (u % 3) }, (__, f) => Array.from({ length: 12 }, (___, k) => ((u * 7 + f * 3 + k) % 11) / 10).join(" ")).join(
    "\n",
  ),
).join("\n\n");

function checkpoint() {
  const { network, ...config } = parseTrainingConfig(trainingConfig, "x.yaml");
  const small = { ...config, network: { ...network, neurons: [4] } };
  return plainLearning(small, initialise(small, 2, 2));
}

export async function datasetReaders(folder: string): Promise<readonly Reader[]> {
  await prepareShd();
  const place = (name: string): string => join(folder, name);
  const at = (below: string): string => {
    mkdirSync(place(below), { recursive: true });
    return place(below);
  };
  const write = (name: string, content: Uint8Array | string): string => {
    writeFileSync(place(name), content);
    return place(name);
  };
  const [mnist, shd, speakers] = ["mnist", "shd", "vowels"].map(at);
  for (const half of ["train", "test"]) {
    write(`vowels/ae.${half}`, vowels);
    write(`vowels/size_ae.${half}`, "2 1 1 1 1 1 1 1 1\n");
  }
  write("spikes.csv", "step,neuron\n0,1\n");
  const readImages = (part: "images-idx3" | "labels-idx1") => (bytes: Uint8Array) => {
    write("mnist/t10k-images-idx3-ubyte", part === "images-idx3" ? bytes : images);
    write("mnist/t10k-labels-idx1-ubyte", part === "images-idx3" ? labels : bytes);
    return loadMnist("rows", mnist, "test");
  };
  const spikes = (path: string, labelFile: string | null) => readSpikeSamples({ path, labels: labelFile, stepSeconds: 1e-3, inputs: null });
  const start = checkpoint();
  const progress = {
    ...{ epoch: 1, batch: 0, lossSum: 1, penaltySum: 0, batches: 2, rate: 1e-3, lastError: Number.POSITIVE_INFINITY },
    ...{ bestError: 0.5, epochsSinceBest: 0, curve: [] },
  };
  const saved = encodeCheckpoint("k", start, progress);
  const bytesReader = (
    name: string,
    share: number,
    sound: Uint8Array,
    read: (bytes: Uint8Array) => unknown,
    more: Reader["damages"] = [],
  ) => ({
    ...{ name, share, sound: [sound], damages: [bytesDamage(sound), ...more], read },
  });
  const textReader = (name: string, sound: string, read: (text: string) => unknown) => ({
    ...{ name, share: 300, sound: [sound], damages: [textDamage(sound)], read },
  });
  return [
    bytesReader("MNIST images (IDX)", 300, images, readImages("images-idx3")),
    bytesReader("MNIST labels (IDX)", 300, labels, readImages("labels-idx1")),
    bytesReader("Heidelberg digits (HDF5)", 100, heidelberg, (bytes) => {
      write("shd/shd_test.h5", bytes);
      return silently(() => loadShd(shd, "test"));
    }),
    bytesReader("spike file of Heidelberg digits", 100, heidelberg, (bytes) => silently(() => spikes(write("spikes.h5", bytes), null))),
    textReader("Japanese Vowels", vowels, (text) => {
      write("vowels/ae.test", text);
      return loadJapaneseVowels(speakers, "test");
    }),
    textReader("sizes of Japanese Vowels", "2 1 1 1 1 1 1 1 1\n", (text) => {
      write("vowels/ae.test", vowels);
      write("vowels/size_ae.test", text);
      return loadJapaneseVowels(speakers, "test");
    }),
    textReader("classes of a spike file", "class\n3\n", (text) => spikes(place("spikes.csv"), write("labels.txt", text))),
    bytesReader(
      "training checkpoint",
      300,
      saved,
      (bytes) => {
        return decodeCheckpoint(bytes, "k", checkpoint(), "saved");
      },
      [
        headerDamage(saved, { lengthAt: 36, lengthBytes: 4, headerAt: 40, padded: false, lengthHasPadding: false, isBigEndian: true }),
      ] satisfies ((rng: Rng) => Uint8Array)[],
    ),
  ];
}
