/**
 * Every reader of foreign bytes and texts that needs no file: what it is given and how that is damaged. Those of whole
 * files are in `files.ts`.
 */
import { gzipSync } from "node:zlib";
import { parse, stringify } from "yaml";
import { parseNpy } from "../../arch/formats/npy.js";
import { readNpz } from "../../arch/formats/npz.js";
import { parseSpikeCsv } from "../../arch/formats/spike-csv.js";
import {
  areaOf,
  BUILT_NEEDS,
  decodeModel,
  decodeSafetensors,
  decodeSpikes,
  ExpressionError,
  encodeModel,
  encodeSpikes,
  evaluateExpression,
  jsonFromYaml,
  parseArch,
  parseCoupledChip,
  parseDescription,
  parseExpression,
  patchDocument,
  rowReader,
  type SpikeTrace,
} from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { importSanafe } from "../../sim/sanafe/index.js";
import { decodeFunctional, decodeSamples, encodeFunctional, encodeSamples } from "../../sweeps/engine/parcel.js";
import { Space } from "../../sweeps/index.js";
import { readAudio } from "../../training/datasets/audio.js";
import { readPhn, readTextGrid } from "../../training/datasets/phones.js";
import { archiveTree } from "../../training/datasets/tree.js";
import { parseTrainingConfig } from "../../training/index.js";
import { CASE_READERS } from "./cases.js";
import { EVENT_READERS } from "./events.js";
import { MESSAGE_READERS } from "./messages.js";
import { damagedText } from "./mutate.js";
import { bytesDamage, headerDamage, type Reader, type Rng, textDamage } from "./reader.js";
import * as seeds from "./seeds.js";
import { damagedTree, type Tree } from "./trees.js";

const model = encodeModel(seeds.network, { seed: 1 });
const spikes = encodeSpikes(seeds.trace);
const kernels = [...seeds.kernelTraces, seeds.sharedTrace].map(encodeSpikes);
const samples = encodeSamples(seeds.samples);
const sparseSamples = encodeSamples(seeds.sparseSamples);
const levelSamples = encodeSamples(seeds.levelSamples);
const functional = encodeFunctional(seeds.functional);

const safetensors = { lengthAt: 0, lengthBytes: 8, headerAt: 8, padded: true, lengthHasPadding: true } as const;
const spikeFile = { lengthAt: 12, lengthBytes: 4, headerAt: 16, padded: true, lengthHasPadding: true } as const;
const parcel = { lengthAt: 0, lengthBytes: 4, headerAt: 4, padded: true, lengthHasPadding: false } as const;

/** The digest at a trace's end made right again, so that the damage before it is looked at. */
function resealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 48) return bytes;
  const body = bytes.slice(0, -32);
  return Buffer.concat([body, Buffer.from(sha256(body), "hex")]);
}

/** Reads every row of a trace that was accepted. Throws: Error where one leaves its target. */
function readRows({ topology: { populations, projections } }: SpikeTrace): void {
  for (const { sparse, kernel, target } of projections) {
    if (sparse === null) continue;
    const reader = rowReader({ sparse, kernel });
    for (let source = 0; source + 1 < sparse.rowStart.length; source++) {
      reader.read(source);
      for (const neuron of reader.targets.subarray(reader.first, reader.first + reader.length))
        if (neuron >= populations[target].neurons) throw new Error(`row ${source} has neuron ${neuron}`);
    }
  }
}

/** YAML whose tree is damaged, of texts that are one. */
function yamlDamage(text: string): (rng: Rng) => string {
  const tree = parse(text) as Tree;
  return (rng) => {
    const damaged = stringify(damagedTree(tree, rng), { aliasDuplicateObjects: rng.float() < 0.5 });
    return rng.float() < 0.8 ? damaged : damagedText(damaged, rng);
  };
}

const yamlReader = (name: string, share: number, texts: readonly string[], read: (text: string) => unknown): Reader => ({
  name,
  share,
  sound: texts,
  damages: texts.flatMap((text) => [textDamage(text), yamlDamage(text)]),
  read,
});

const textReader = (name: string, share: number, texts: readonly string[], read: (text: string) => unknown): Reader => ({
  name,
  share,
  sound: texts,
  damages: texts.map(textDamage),
  read,
});

const bytesReader = (
  name: string,
  share: number,
  sound: readonly Uint8Array[],
  read: (bytes: Uint8Array) => unknown,
  more: Reader["damages"] = [],
): Reader => ({
  name,
  share,
  // As files come: a piece of a larger buffer, from an odd place in it.
  sound: [...sound, ...sound.map((bytes) => Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]).subarray(3, 3 + bytes.length))],
  damages: [...sound.map(bytesDamage), ...more],
  read,
});

export const READERS: readonly Reader[] = [
  yamlReader("description (YAML)", 150, [seeds.description, seeds.exampleDescription], (text) => {
    const { experiment, sweep } = parseArch(text, "x.yaml");
    areaOf(experiment.chip, experiment.precision, BUILT_NEEDS);
    if (sweep !== null) new Space(sweep.parameters).gridSize;
  }),
  yamlReader("training configuration", 300, [seeds.trainingConfig], (text) => parseTrainingConfig(text, "x.yaml")),
  yamlReader("chip whose time decides (YAML)", 300, [seeds.coupledChip], (text) => parseCoupledChip(text, "x.yaml")),
  yamlReader("description of a coupled chip", 150, [seeds.coupledDescription], (text) => {
    const { sweep } = parseDescription(text, "x.yaml");
    if (sweep !== null) new Space(sweep.parameters).gridSize;
  }),
  yamlReader("price library", 150, [seeds.priceLibrary], (text) => {
    const prices = jsonFromYaml(text, "prices.yaml");
    patchDocument({ document: { ...(seeds.document as object), prices }, file: "prices.yaml" }, {});
  }),
  yamlReader("SANA-FE architecture", 200, [seeds.sanafeChip], (text) =>
    importSanafe({ file: "x.yaml", text }, { file: "y.yaml", text: seeds.sanafeNetwork }),
  ),
  yamlReader("SANA-FE network", 200, [seeds.sanafeNetwork], (text) =>
    importSanafe({ file: "x.yaml", text: seeds.sanafeChip }, { file: "y.yaml", text }),
  ),
  textReader("SANA-FE netlist", 200, [seeds.sanafeNetlist], (text) =>
    importSanafe({ file: "x.yaml", text: seeds.sanafeChip }, { file: "y.net", text }),
  ),
  bytesReader("safetensors", 2_000, [model], (bytes) => decodeSafetensors(bytes, "x"), [headerDamage(model, safetensors)]),
  bytesReader("model file", 2_000, [model], (bytes) => decodeModel(bytes, "x"), [headerDamage(model, safetensors)]),
  bytesReader("spike trace", 2_000, [spikes], (bytes) => decodeSpikes(bytes, "x"), [
    (rng) => resealed(bytesDamage(spikes)(rng)),
    (rng) => resealed(headerDamage(spikes, spikeFile)(rng)),
  ]),
  bytesReader(
    "spike trace of convolutions",
    1_000,
    kernels,
    (bytes) => readRows(decodeSpikes(bytes, "x")),
    kernels.flatMap((one) => [(rng: Rng) => resealed(bytesDamage(one)(rng)), (rng: Rng) => resealed(headerDamage(one, spikeFile)(rng))]),
  ),
  bytesReader("parcel of samples", 1_000, [samples, sparseSamples, levelSamples], (bytes) => decodeSamples(bytes), [
    headerDamage(samples, parcel),
    headerDamage(sparseSamples, parcel),
    headerDamage(levelSamples, parcel),
  ]),
  bytesReader("parcel of a functional run", 1_000, [functional], (bytes) => decodeFunctional(bytes), [headerDamage(functional, parcel)]),
  bytesReader("WAV and SPHERE sound", 2_000, [seeds.wav(), seeds.sphere(seeds.sphereHeader)], (bytes) => readAudio(bytes, "x"), [
    (rng) => seeds.sphere(damagedText(seeds.sphereHeader, rng)),
  ]),
  bytesReader("npy", 2_000, [seeds.npy(seeds.npyHeader)], (bytes) => parseNpy(bytes, "x"), [
    (rng) => seeds.npy(damagedText(seeds.npyHeader, rng)),
    (rng) => seeds.npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${damagedShape(rng)}), }`, rng.float() < 0.5 ? 0 : 96),
  ]),
  bytesReader("npz", 10_000, seeds.npz, (bytes) => {
    for (const array of readNpz(bytes, "x", MIB)) parseNpy(array.bytes(), "x");
  }),
  bytesReader("tar.gz", 500, [gzipSync(seeds.tar())], (bytes) => archiveTree(bytes, "x"), [
    (rng) => gzipSync(bytesDamage(seeds.tar())(rng), { level: 1 }),
  ]),
  textReader("spike CSV", 2_000, seeds.spikeCsv, (text) => parseSpikeCsv(text, "x")),
  textReader(
    "expression",
    2_000,
    ["lanes * 8 <= word_bits && min(a, 2 ** b) > 1.5e3", 'topology == "mesh" ? -cores : not (tiles % 2)'],
    (text) => {
      try {
        evaluateExpression(parseExpression(text).root, (name) => name.length);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        throw inputError("expression", error.message);
      }
    },
  ),
  textReader("phone labels (TIMIT)", 2_000, [seeds.phn], (text) => readPhn(text, 61, "x")),
  ...EVENT_READERS,
  ...CASE_READERS,
  ...MESSAGE_READERS,
  textReader("TextGrid", 1_000, [seeds.textGrid], (text) => readTextGrid(text, 39, 16_000, "x")),
];

/** Sizes whose product may or may not be the 24 that are there. */
function damagedShape(rng: Rng): string {
  const sizes = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "6",
    "24",
    "-1",
    "-2",
    "-24",
    "1e9",
    "1000000000",
    "0x18",
    "2.5",
    "4294967296",
    "Infinity",
    "NaN",
    "",
  ];
  return Array.from({ length: rng.int(1, 4) }, () => sizes[rng.int(0, sizes.length - 1)]).join(", ");
}
