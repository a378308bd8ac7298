/** Model files: what is written is read back, whatever the network; what is damaged is refused, never crashes. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BatchNorm,
  cellOf,
  decodeModel,
  decodeSafetensors,
  encodeModel,
  encodeSafetensors,
  type Network,
  readModel,
  type System,
  writeModel,
} from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { roundToHalf } from "../../base/half.js";
import { sha256 } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";

const SEED = 20260101;
console.log(`model-file.test seed ${SEED}`);
const gateNames = {
  lif: ["i"],
  alif: ["i"],
  "rec-v1": ["z", "c"],
  "rec-v2": ["z", "c"],
  gru: ["r", "z", "n"],
  lstm: ["i", "f", "g", "o"],
} as const;

function randomNetwork(system: System, inputs: number, widths: readonly number[], classes: number, seed: number): Network {
  const rng = createRng(seed, "model");
  const array = (n: number): Float32Array => Float32Array.from({ length: n }, () => rng.normal());
  const norm = (n: number): BatchNorm => ({
    gamma: array(n),
    beta: array(n),
    mean: array(n),
    variance: array(n).map((v) => v * v),
    epsilon: 1e-5,
  });
  const spiking = system !== "gru" && system !== "lstm";
  const quantiser = spiking ? { bits: 6, theta: 3, range: 1.25 } : null;
  return {
    name: "random",
    system,
    inputs,
    classes,
    task: "sequence",
    outputDelayFrames: 2,
    encoder: quantiser,
    ...(!spiking && { inputPeaks: array(inputs).map(Math.abs) }),
    layers: widths.map((neurons, l) => {
      const fanIn = l === 0 ? inputs : widths[l - 1];
      return {
        neurons,
        inputs: fanIn,
        gates: gateNames[system].map((name) => ({
          name,
          inputWeights: array(neurons * fanIn),
          inputNorm: norm(neurons),
          recurrentWeights: system === "lif" || system === "rec-v1" ? null : array(neurons * neurons),
        })),
        quantiser,
        perNeuron: Object.fromEntries(cellOf(system).perNeuron.map(({ name }) => [name, array(neurons)])),
      };
    }),
    readout: { weights: array(classes * (widths.at(-1) as number)), norm: norm(classes) },
  };
}

const small = randomNetwork("rec-v2", 3, [4, 5], 2, 7);
const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "no error";
};

/** The same file with its header JSON changed. */
function withHeader(bytes: Uint8Array, change: (header: Record<string, Record<string, unknown>>) => void): Uint8Array {
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
  change(header);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + bytes.length - 8 - headerBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(bytes.subarray(8 + headerBytes), 8 + json.length);
  return out;
}

test("peaks of the input belong to gru and lstm: a spiking network with them, and a negative one, are refused", () => {
  const peaks = Float32Array.of(1, 2, 3);
  expect(message(() => encodeModel({ ...small, inputPeaks: peaks }, null))).toMatch(/rec-v2 has an encoder, but no peaks/);
  const dense = randomNetwork("gru", 3, [4], 2, 7);
  expect(message(() => encodeModel({ ...dense, inputPeaks: peaks.map((v) => -v) }, null))).toMatch(/a peak is negative/);
});

describe("round trip", () => {
  test("every system of every size comes back with equal tensors, record and hash", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<System>("lif", "alif", "rec-v1", "rec-v2", "gru", "lstm"),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.jsonValue(),
        (system, inputs, widths, classes, json) => {
          const record = JSON.parse(JSON.stringify(json));
          const network = randomNetwork(system, inputs, widths, classes, 1);
          const bytes = encodeModel(network, record);
          const back = decodeModel(bytes, "m");
          expect(back.network).toEqual(network);
          expect(back.record).toEqual(record);
          expect(back.hash).toBe(sha256(bytes));
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  test("bytes in a Node Buffer, a view into a larger pool, read as the same network", () => {
    const bytes = encodeModel(small, null);
    const pool = Buffer.alloc(bytes.length + 24, 0xff);
    pool.set(bytes, 8);
    expect(decodeModel(pool.subarray(8, 8 + bytes.length), "m").network).toEqual(small);
  });

  test("header is aligned to 8 bytes and tensors tile the data in the order of the network", () => {
    const bytes = encodeModel(small, { seed: 1 });
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
    expect(header["layer1.z.input_weights"]).toEqual({ dtype: "F32", shape: [4, 3], data_offsets: [0, 48] });
    expect(header["readout.weights"].shape).toEqual([2, 5]);
    expect(Object.keys(JSON.parse(header.__metadata__.snn_dse))).toContain("record");
  });

  test("matrices of half-precision numbers take two bytes an element and come back the same numbers", () => {
    const network = randomNetwork("rec-v2", 40, [64, 64], 10, 1);
    const halves = structuredClone(network);
    for (const gate of halves.layers.flatMap((layer) => layer.gates)) {
      gate.inputWeights.forEach((w, i, all) => {
        all[i] = roundToHalf(w);
      });
      gate.recurrentWeights?.forEach((w, i, all) => {
        all[i] = roundToHalf(w);
      });
    }
    const rounded = encodeModel(halves, null);
    expect(decodeModel(rounded, "m").network).toEqual(halves);
    const elements = 2 * (40 * 64 + 64 * 64) + 2 * (64 * 64 + 64 * 64);
    // the header's offsets have fewer digits then
    const saved = encodeModel(network, null).length - rounded.length - 2 * elements;
    expect(saved).toBeGreaterThanOrEqual(0);
    expect(saved).toBeLessThan(256);
  });

  test("a file on disk is whole or absent, and no temporary file stays", () => {
    const folder = mkdtempSync(join(tmpdir(), "model-"));
    try {
      const path = join(folder, "a.safetensors");
      const hash = writeModel(path, small, null);
      expect(readModel(path).hash).toBe(hash);
      expect(readdirSync(folder)).toEqual(["a.safetensors"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a container by hand, as the format's description says byte for byte, is read", () => {
    const json = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ';
    const bytes = new Uint8Array(8 + json.length + 8);
    bytes[0] = json.length;
    bytes.set(new TextEncoder().encode(json), 8);
    bytes.set([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], 8 + json.length); // 1.0, -2.0
    expect([...(decodeSafetensors(bytes, "f").tensors.get("a")?.data ?? [])]).toEqual([1, -2]);
  });
});

describe("refusals", () => {
  const bytes = encodeModel(small, null);
  test("a missing file says so and what to type", () => {
    expect(message(() => readModel("/no/such/model.safetensors"))).toMatch(/no such model file\n {4}check the path, or train one/);
  });
  test("a cut file is refused at any length", () => {
    for (let length = 0; length < bytes.length; length += 7)
      expect(message(() => decodeModel(bytes.subarray(0, length), "cut"))).toMatch(/^cut: /);
  });
  test("a header length beyond the file is refused before allocation", () => {
    const evil = bytes.slice();
    evil.fill(0xff, 0, 8);
    expect(message(() => decodeModel(evil, "evil"))).toMatch(/header length 18446744073709551615 bytes/);
  });
  test("a missing tensor, a wrong shape, a wrong type, an overlap and a hole are each named", () => {
    const say = (change: (header: Record<string, Record<string, unknown>>) => void): string =>
      message(() => decodeModel(withHeader(bytes, change), "m"));
    expect(
      say((h) => {
        h["layer1.z.other"] = h["layer1.z.input_weights"];
        delete h["layer1.z.input_weights"];
      }),
    ).toBe("m: layer1.z.input_weights: tensor is missing");
    expect(
      say((h) => {
        h["layer1.z.input_weights"].shape = [3, 4];
      }),
    ).toBe("m: layer1.z.input_weights: shape is [3, 4], expected [4, 3]");
    expect(
      say((h) => {
        h["readout.weights"].dtype = "BF16";
      }),
    ).toBe("m: readout.weights: element type is BF16, expected F32 or F16\n    save the tensor as float32");
    expect(
      say((h) => {
        h["layer1.z.recurrent_weights"].data_offsets = [44, 108];
      }),
    ).toMatch(/layer1.z.recurrent_weights: overlaps the tensor before it \(starts at byte 44, expected 48\)/);
    expect(
      say((h) => {
        h["layer1.z.input_weights"].data_offsets = [0, 1e9];
      }),
    ).toMatch(/shape \[4, 3\] needs 48 bytes, data_offsets span 1000000000/);
    expect(
      say((h) => {
        h["layer1.z.input_weights"].shape = [2 ** 40, 2 ** 40];
      }),
    ).toMatch(/needs .* bytes/);
    expect(
      say((h) => {
        h.__metadata__ = { other: "x" };
      }),
    ).toMatch(/metadata has no key snn_dse/);
  });
  test("NaN weights are refused with their tensor's name, on writing and on reading", () => {
    const weights = small.readout.weights.slice();
    weights[3] = Number.NaN;
    expect(message(() => encodeModel({ ...small, readout: { ...small.readout, weights } }, null))).toMatch(
      /readout.weights: element 3 is NaN/,
    );
  });
  test("random damage gives an InputError or a network, never another error", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (flips) => {
        const damaged = bytes.slice();
        for (const [at, value] of flips) damaged[at] = value;
        message(() => decodeModel(damaged, "d"));
      }),
      { seed: SEED, numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        message(() => decodeModel(junk, "d"));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
  test("prototype keys in the header are ordinary names and pollute nothing", () => {
    const evil = withHeader(bytes, () => undefined);
    const text = new TextDecoder("latin1").decode(evil);
    expect(text).not.toContain("__proto__");
    const json = '{"__proto__":{"polluted":{"dtype":"F32"}},"__metadata__":{"__proto__":"x"}}';
    const file = new Uint8Array(8 + json.length);
    file[0] = json.length;
    file.set(new TextEncoder().encode(json), 8);
    message(() => decodeSafetensors(file, "p"));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
  test("a folder in place of a file is refused", () => {
    expect(message(() => readModel(tmpdir()))).toMatch(/is a folder/);
  });
  test("a text file is refused", () => {
    const folder = mkdtempSync(join(tmpdir(), "model-"));
    try {
      const path = join(folder, "a.safetensors");
      writeFileSync(path, "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
      expect(message(() => readModel(path))).toMatch(/not a safetensors file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  test("files of other kinds are named, those of other networks with what runs them; a cut file is called one", () => {
    const padded = (...start: readonly number[]): Uint8Array => Uint8Array.from({ length: 200 }, (_, i) => start[i] ?? 255);
    const hdf5 = message(() => decodeSafetensors(padded(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), "net.nir"));
    expect(hdf5).toMatch(
      /net\.nir: is an HDF5 file, as networks of NIR and Lava are, and not a safetensors file\n.*sim, quantise and estimate/,
    );
    expect(message(() => decodeSafetensors(padded(0x50, 0x4b, 3, 4), "net.pt"))).toMatch(
      /is a zip archive \(\.npz, \.pt\), and not a safetensors/,
    );
    expect(message(() => decodeSafetensors(padded(0x80, 2), "net.pth"))).toMatch(/is a Python pickle, and not a safetensors file/);
    for (const text of ["0,0,1,0,0,1,0\n".repeat(20), "version: 1\nextends: mesh-2x2\n"])
      expect(message(() => decodeSafetensors(Buffer.from(text), "net.csv"))).toMatch(/^net\.csv: is not a safetensors file\n.*train wrote/);
    expect(message(() => decodeSafetensors(bytes.subarray(0, 100), "cut"))).toMatch(/was cut: header length \d+ bytes, file 100 bytes/);
  });
  test("an encoded container of other tensors reads as a container but not as a model", () => {
    const other = encodeSafetensors({ metadata: new Map(), tensors: new Map([["x", { shape: [1], data: Float32Array.of(1) }]]) });
    expect(decodeSafetensors(other, "o").tensors.size).toBe(1);
    expect(message(() => decodeModel(other, "o"))).toMatch(/not a model of this program/);
  });
});
