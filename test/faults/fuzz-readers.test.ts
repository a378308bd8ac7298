/** Every reader of foreign bytes, on thousands of damaged and hostile inputs: a result or an `InputError`, never another error, a hang, or a gigabyte. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createRng,
  decodeModel,
  decodeSafetensors,
  decodeSpikes,
  encodeModel,
  encodeSpikes,
  InputError,
  type Network,
  packageRoot,
  parseArch,
  patchDocument,
  type Samples,
  type SpikeTrace,
  sha256,
} from "../../arch/index.js";
import { nirArray } from "../../sim/import/nir/graph.js";
import { readNir } from "../../sim/import/nir/read.js";
import { writeNir } from "../../sim/import/nir/write.js";
import { parseNpy } from "../../sim/import/npy.js";
import { parseSpikeCsv } from "../../sim/import/spike-csv.js";
import { importSanafe } from "../../sim/index.js";
import { decodeFunctional, decodeSamples, encodeFunctional, encodeSamples } from "../../sweeps/engine/parcel.js";
import { jobSchema, replySchema, unpackDone } from "../../sweeps/engine/protocol.js";
import { Store } from "../../sweeps/index.js";
import { readAudio } from "../../training/datasets/audio.js";
import { readPhn, readTextGrid } from "../../training/datasets/phones.js";
import { archiveTree } from "../../training/datasets/tree.js";
import { parseTrainingConfig } from "../../training/index.js";
import { FakeEngine, fakeStudy, specOf } from "../sweeps/fake-study.js";
import { damagedBytes, damagedText } from "./mutate.js";

const SEED = 88;
/** Of each quick reader; SNN_DSE_FUZZ=10000 for the long form, which is 10,000 of every reader. */
const LONG = process.env.SNN_DSE_FUZZ === undefined ? null : Number(process.env.SNN_DSE_FUZZ);
const SLOWEST_MS = 20_000;
const MOST_BYTES = 2 ** 30;

const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const norm = (n: number) => ({
  gamma: new Float32Array(n).fill(1),
  beta: new Float32Array(n),
  mean: new Float32Array(n),
  variance: new Float32Array(n).fill(1),
  epsilon: 1e-5,
});
const network: Network = {
  name: "tiny",
  system: "lif",
  inputs: 3,
  classes: 2,
  task: "sequence",
  outputDelayFrames: 0,
  encoder: { bits: 4, theta: 1, range: 1 },
  layers: [
    {
      neurons: 4,
      inputs: 3,
      gates: [{ name: "i", inputWeights: new Float32Array(12).fill(0.5), inputNorm: norm(4), recurrentWeights: null }],
      quantiser: { bits: 4, theta: 1, range: 1 },
      tau: new Float32Array(4).fill(0.9),
    },
  ],
  readout: { weights: new Float32Array(8).fill(0.25), norm: norm(2) },
};
const population = (name: string, neurons: number) => ({
  name,
  neurons,
  accumulators: 1,
  states: 1,
  depth: 0,
  payloadBits: 4,
  update: { multiplies: 1, additions: 1, lutReads: 0 },
});
const trace: SpikeTrace = {
  topology: {
    populations: [population("input", 3), population("layer1", 4)],
    projections: [
      { source: 0, target: 1, recurrent: false, sparse: { rowStart: Uint32Array.of(0, 1, 2, 3), targets: Uint32Array.of(0, 1, 3) } },
    ],
  },
  stepStart: Uint32Array.of(0, 2, 3),
  eventStart: Uint32Array.of(0, 1, 2, 2, 3, 4, 5),
  neuron: Uint16Array.of(0, 3, 2, 1, 0),
  payload: Int16Array.of(1, -2, 3, 1, 1),
  key: "ab".repeat(32),
};
const samples: Samples = {
  name: "tiny/test",
  inputs: 2,
  classes: 3,
  task: "sequence",
  features: new Float32Array(10),
  frameStart: Uint32Array.of(0, 2, 5),
  labels: Int32Array.of(0, 2),
  hash: "cd".repeat(32),
};
const functional = {
  key: "ab".repeat(32),
  correct: 1,
  scored: 2,
  operations: { frames: 3, utterances: 2, layers: [], accumulatorOverflows: 0, stateSaturations: 0 },
  trace,
  timedUtterances: Uint32Array.of(0, 1),
  modelHash: "m",
  dataHash: "d",
};

function wav(): Uint8Array {
  const bytes = Buffer.alloc(44 + 64);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(100, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ])
    bytes.writeUInt16LE(value, at);
  bytes.writeUInt32LE(8000, 24);
  bytes.write("data", 36);
  bytes.writeUInt32LE(64, 40);
  return bytes;
}
function sphere(): Uint8Array {
  const head =
    "NIST_1A\n   1024\nsample_count -i 32\nsample_rate -i 16000\nchannel_count -i 1\nsample_n_bytes -i 2\nsample_byte_format -s2 01\nsample_coding -s3 pcm\nend_head\n";
  return Buffer.concat([Buffer.from(head.padEnd(1024)), Buffer.alloc(64, 3)]);
}
function npy(): Uint8Array {
  const head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }".padEnd(117);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY"),
    Buffer.from([1, 0, 118, 0]),
    Buffer.from(`${head}\n`),
    Buffer.alloc(96),
  ]);
}
function tar(): Uint8Array {
  const header = Buffer.alloc(512);
  header.write("folder/a.wav", 0);
  header.write("0000644", 100);
  header.write("00000000010", 124);
  header.write("0", 156);
  return Buffer.concat([header, Buffer.alloc(512, 1), Buffer.alloc(1024)]);
}
/** The digest at a trace's end made right again, so that the damage before it is looked at. */
function resealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 48) return bytes;
  const body = bytes.slice(0, -32);
  return Uint8Array.from([...body, ...Buffer.from(sha256(body), "hex")]);
}

const description = `version: 1
extends: mesh-2x2
network: { model: tiny.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 20, timing_samples: 1, seed: 1 }
tile:
  core: { lanes: { sweep: [8, 16] }, synapse_memory: { size_kib: 64, word_bits: 64 } }
chip: { clock_mhz: { sweep: { range: [50, 200], step: 50 } } }
precision: &p { weight_bits: 8, state_bits: 16, state_fraction_bits: 6 }
sweep:
  objectives: { energy_uj_per_inference: min, latency_us: min }
  constraints: [area_mm2 <= 2]
  sampler: { name: random, budget: 10, seed: 3 }
`;
const training = readFileSync(join(packageRoot(), "training/configs/mnist-rows-rec-v2.yaml"), "utf8");
const sanafeChip = `
architecture:
  name: small
  attributes: {topology: mesh, width: 1, height: 1, link_buffer_size: 4, sync_model: fixed, latency_sync: 1.0e-6}
  tile:
    - name: t
      attributes: {energy_north_hop: 1.0e-9, latency_north_hop: 1.0e-9, energy_east_hop: 1.0e-9, latency_east_hop: 1.0e-9, energy_south_hop: 1.0e-9, latency_south_hop: 1.0e-9, energy_west_hop: 1.0e-9, latency_west_hop: 1.0e-9}
      core:
        - name: c[0..1]
          attributes: {buffer_position: soma, max_neurons_supported: 8}
          axon_in: {name: in, attributes: {energy_message_in: 1.0e-7, latency_message_in: 1.0e-6}}
          synapse: {name: s, attributes: {model: current_based, energy_process_spike: 1.0e-6, latency_process_spike: 1.0e-5}}
          dendrite: {name: d, attributes: {model: accumulator, energy_update: 1.0e-5, latency_update: 1.0e-6}}
          soma: {name: lif, attributes: {model: leaky_integrate_fire, energy_access_neuron: 0, latency_access_neuron: 0, energy_update_neuron: 0, latency_update_neuron: 0, energy_spike_out: 0, latency_spike_out: 0}}
          axon_out: {name: out, attributes: {energy_message_out: 1.0e-8, latency_message_out: 4.0e-6}}
`;
const sanafeNetwork = `
network:
  name: small
  groups:
    - name: a
      attributes: [threshold: 1.0]
      neurons: [0..1]
  edges:
    - a.0 -> a.1: {weight: 2.0}
mappings:
  - a.0: {core: 0.0}
  - a.1: {core: 0.1}
`;

interface Reader {
  readonly name: string;
  /** Of the short form. */
  readonly cases: number;
  /** A valid input, from which the damaged ones are made. */
  readonly seeds: readonly (Uint8Array | string)[];
  readonly read: (input: Uint8Array & string) => unknown;
  readonly repair?: (bytes: Uint8Array) => Uint8Array;
}

const bytesReaders: readonly Reader[] = [
  { name: "safetensors", cases: 10_000, seeds: [encodeModel(network, { seed: 1 })], read: (bytes) => decodeSafetensors(bytes, "x") },
  { name: "model file", cases: 10_000, seeds: [encodeModel(network, { seed: 1 })], read: (bytes) => decodeModel(bytes, "x") },
  { name: "spike trace", cases: 10_000, seeds: [encodeSpikes(trace)], read: (bytes) => decodeSpikes(bytes, "x") },
  {
    name: "spike trace with a right digest",
    cases: 10_000,
    seeds: [encodeSpikes(trace)],
    read: (bytes) => decodeSpikes(bytes, "x"),
    repair: resealed,
  },
  { name: "parcel of samples", cases: 10_000, seeds: [encodeSamples(samples)], read: (bytes) => decodeSamples(bytes) },
  { name: "parcel of a functional run", cases: 10_000, seeds: [encodeFunctional(functional)], read: (bytes) => decodeFunctional(bytes) },
  { name: "WAV and SPHERE sound", cases: 10_000, seeds: [wav(), sphere()], read: (bytes) => readAudio(bytes, "x") },
  { name: "npy", cases: 10_000, seeds: [npy()], read: (bytes) => parseNpy(bytes, "x") },
  {
    name: "tar.gz",
    cases: 4_000,
    seeds: [tar()],
    read: (bytes) => archiveTree(bytes, "x"),
    repair: (bytes) => gzipSync(bytes, { level: 1 }),
  },
  { name: "gzip", cases: 4_000, seeds: [gzipSync(tar())], read: (bytes) => archiveTree(bytes, "x") },
];
const textReaders: readonly Reader[] = [
  { name: "description (YAML)", cases: 500, seeds: [description], read: (text) => parseArch(text, "x.yaml") },
  { name: "training configuration", cases: 2_000, seeds: [training], read: (text) => parseTrainingConfig(text, "x.yaml") },
  {
    name: "spike CSV",
    cases: 10_000,
    seeds: ["0,1,0\n1,0,-2\n0,0,3\n", "step,neuron,payload\n0,1,3\n2,4,-1\n"],
    read: (text) => parseSpikeCsv(text, "x"),
  },
  {
    name: "SANA-FE architecture",
    cases: 600,
    seeds: [sanafeChip],
    read: (text) => importSanafe({ file: "x.yaml", text }, { file: "y.yaml", text: sanafeNetwork }),
  },
  {
    name: "SANA-FE network",
    cases: 400,
    seeds: [sanafeNetwork],
    read: (text) => importSanafe({ file: "x.yaml", text: sanafeChip }, { file: "y.yaml", text }),
  },
  { name: "phone labels", cases: 10_000, seeds: ["0 100 h#\n100 300 sh\n300 800 iy\n"], read: (text) => readPhn(text, 61, "x") },
  {
    name: "TextGrid",
    cases: 5_000,
    seeds: [
      'File type = "ooTextFile"\nitem [1]:\n class = "IntervalTier"\n name = "phones"\n xmin = 0\n xmax = 0.5\n intervals: size = 1\n intervals [1]:\n xmin = 0\n xmax = 0.5\n text = "AH0"\n',
    ],
    read: (text) => readTextGrid(text, 39, 16_000, "x"),
  },
];

function tried(reader: Reader, input: Uint8Array | string): "result" | "refused" {
  try {
    reader.read(input as Uint8Array & string);
    return "result";
  } catch (error) {
    if (error instanceof InputError) return "refused";
    const shown = typeof input === "string" ? JSON.stringify(input) : Buffer.from(input).toString("base64");
    throw new Error(`${reader.name}: ${error instanceof Error ? error.stack : error}\ninput: ${shown.slice(0, 2000)}`);
  }
}

function fuzz(reader: Reader): void {
  const rng = createRng(SEED, `fuzz/${reader.name}`);
  const counts = { result: 0, refused: 0 };
  const before = process.memoryUsage.rss();
  let slowest = 0;
  let peak = 0;
  for (const seed of reader.seeds)
    expect(tried(reader, reader.repair && seed instanceof Uint8Array ? reader.repair(seed) : seed), `${reader.name}: the sound input`).toBe(
      "result",
    );
  for (let n = 0; n < (LONG ?? reader.cases); n++) {
    const seed = reader.seeds[n % reader.seeds.length];
    const damaged = typeof seed === "string" ? damagedText(seed, rng) : damagedBytes(seed, rng);
    const input = reader.repair && damaged instanceof Uint8Array ? reader.repair(damaged) : damaged;
    const start = performance.now();
    counts[tried(reader, input)]++;
    slowest = Math.max(slowest, performance.now() - start);
    if (n % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss() - before);
  }
  console.log(
    `${reader.name}: seed ${SEED}, ${counts.refused} refused, ${counts.result} read, slowest ${slowest.toFixed(1)} ms, +${(peak / 2 ** 20).toFixed(0)} MiB`,
  );
  expect(slowest).toBeLessThan(SLOWEST_MS);
  expect(peak).toBeLessThan(MOST_BYTES);
}

describe("damaged inputs", () => {
  test.each([...bytesReaders, ...textReaders].map((reader) => [reader.name, reader] as const))(
    "%s: refused or read",
    (_, reader) => fuzz(reader),
    600_000,
  );

  test("NIR (HDF5) files: refused or read", async () => {
    const sound = join(folder, "sound.nir");
    const nodes = new Map([
      ["input", { type: "Input", fields: new Map([["shape", nirArray([2], [1], "i8")]]), metadata: new Map(), graph: null }],
      ["output", { type: "Output", fields: new Map([["shape", nirArray([2], [1], "i8")]]), metadata: new Map(), graph: null }],
    ]);
    await writeNir(sound, { version: "1.0", graph: { nodes, edges: [{ from: "input", to: "output" }], metadata: new Map() } } as never);
    const bytes = readFileSync(sound);
    const rng = createRng(SEED, "fuzz/nir");
    const counts = { result: 0, refused: 0 };
    let slowest = 0;
    const path = join(folder, "damaged.nir");
    // The HDF5 library writes pages about every damage straight to descriptor 2.
    const fs = createRequire(import.meta.url)("node:fs") as typeof import("node:fs");
    const write = fs.writeSync as (...parameters: unknown[]) => number;
    const silence = vi
      .spyOn(fs, "writeSync")
      .mockImplementation(((to: number, data: { length: number }, ...more: unknown[]) =>
        to === 2 ? (typeof more[1] === "number" ? more[1] : data.length) : write(to, data, ...more)) as typeof fs.writeSync);
    for (let n = 0; n < (LONG ?? 300); n++) {
      writeFileSync(path, damagedBytes(bytes, rng));
      const start = performance.now();
      try {
        await readNir(path);
        counts.result++;
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(`case ${n}: ${error instanceof Error ? error.stack : error}`);
        counts.refused++;
      }
      const took = performance.now() - start;
      if (took > 1000) console.log(`case ${n}: ${took.toFixed(0)} ms`);
      slowest = Math.max(slowest, took);
    }
    silence.mockRestore();
    console.log(`NIR: seed ${SEED}, ${counts.refused} refused, ${counts.result} read, slowest ${slowest.toFixed(1)} ms`);
    expect(slowest).toBeLessThan(SLOWEST_MS);
  }, 600_000);

  describe("databases", () => {
    let bytes: Uint8Array;
    beforeAll(async () => {
      const sound = join(folder, "sound.db");
      await fakeStudy(specOf({}, { name: "random", budget: 6 }), sound, new FakeEngine()).run();
      bytes = readFileSync(sound);
    });
    test("refused or read, row by row", () => {
      const rng = createRng(SEED, "fuzz/database");
      const counts = { result: 0, refused: 0 };
      const path = join(folder, "damaged.db");
      for (let n = 0; n < (LONG ?? 300); n++) {
        for (const ending of ["", "-wal", "-shm", "-journal", ".lock"]) rmSync(path + ending, { force: true });
        writeFileSync(path, damagedBytes(bytes, rng));
        try {
          const store = Store.read(path);
          try {
            store.study();
            for (const { id, state } of store.points()) if (state === "done") store.result(id);
            counts.result++;
          } finally {
            store.close();
          }
        } catch (error) {
          if (!(error instanceof InputError)) throw new Error(`case ${n}: ${error instanceof Error ? error.stack : error}`);
          counts.refused++;
        }
      }
      console.log(`databases: seed ${SEED}, ${counts.refused} refused, ${counts.result} read`);
    }, 600_000);
  });
});

describe("hostile inputs", () => {
  const refused = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    throw new Error("was not refused");
  };

  test("YAML: alias bombs, prototype keys, endless nesting and functions are refused in no time", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "x" : `*a${i - 1}, *a${i - 1}`}]`).join("\n");
    const start = performance.now();
    expect(refused(() => parseArch(`version: 1\n${levels}\n`, "x"))).toMatch(/more than 1000 aliases/);
    const squares = Array.from(
      { length: 6 },
      (_, i) => `a${i}: &a${i} [${Array.from({ length: 30 }, () => (i === 0 ? "x" : `*a${i - 1}`)).join()}]`,
    );
    refused(() => parseArch(`version: 1\n${squares.join("\n")}\n`, "x"));
    refused(() => parseTrainingConfig(`version: 1\n${squares.join("\n")}\n`, "x"));
    expect(refused(() => parseArch("version: 1\n__proto__: {polluted: 1}\n", "x"))).toMatch(/__proto__/);
    refused(() => parseArch(`version: 1\na: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`, "x"));
    refused(() => parseArch("version: 1\na: &a [*a]\n", "x"));
    refused(() => parseArch('version: 1\na: !!js/function "function () {}"\n', "x"));
    refused(() => parseArch("version: 1\nextends: ../../../../etc/passwd\n", "x"));
    expect(performance.now() - start).toBeLessThan(SLOWEST_MS);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("values of a point cannot reach a prototype or a place outside the description", () => {
    const { document } = parseArch(description, "x.yaml");
    for (const path of ["__proto__.polluted", "constructor.prototype.polluted", "tile.__proto__.x", "tile.core.no_such"])
      refused(() => patchDocument({ document, file: "x" }, { [path]: 1 }));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("jobs and replies: unknown kinds, further fields, wrong addresses, prototype keys and huge numbers are no jobs", () => {
    const digest = "0".repeat(64);
    const job = {
      kind: "point",
      key: digest,
      values: { "tile.core.lanes": 8 },
      modelHash: "m",
      dataHash: "d",
      trace: digest,
      alone: false,
    };
    expect(jobSchema.safeParse(job).success).toBe(true);
    const wrong: unknown[] = [
      null,
      1,
      "x",
      [],
      {},
      { ...job, kind: "shell" },
      { ...job, run: "rm" },
      { ...job, trace: "../../etc/passwd" },
      { ...job, key: "A".repeat(64) },
    ];
    wrong.push(
      { ...job, values: { "a/../b": 1 } },
      { ...job, values: { a: {} } },
      { ...job, values: { a: Number.NaN } },
      { ...job, values: { a: "x".repeat(2000) } },
    );
    for (const value of wrong) expect(jobSchema.safeParse(value).success, JSON.stringify(value)).toBe(false);
    expect(replySchema.safeParse({ kind: "functional", trace: "../x", durationMs: 1 }).success).toBe(false);
    const bomb = Buffer.from("not deflate").toString("base64");
    expect(refused(() => unpackDone({ kind: "done", body: bomb, durationMs: 1 }))).toMatch(/no result/);
  });

  test("a tensor that says it is a gigabyte costs none", () => {
    const before = process.memoryUsage.rss();
    const header = Buffer.from(JSON.stringify({ huge: { dtype: "F32", shape: [2 ** 28], data_offsets: [0, 2 ** 30] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    refused(() => decodeSafetensors(Buffer.concat([length, header]), "x"));
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_BYTES);
  });
});
