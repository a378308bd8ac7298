/** Spike files as samples: every value is a finite number, in every format, and labels are one per line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, describe, expect, test } from "vitest";
import { denseSamples } from "../../../arch/index.js";
import { crc32 } from "../../../base/crc32.js";
import { readSpikeSamples } from "../../../training/datasets/spike-file.js";

const folder = mkdtempSync(join(tmpdir(), "spike-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [SAMPLES, STEPS, NEURONS] = [2, 3, 4];
const SIZE = SAMPLES * STEPS * NEURONS;
/** Of sample 1, step 2, neuron 3 the value that is tried; else 0 and 1. */
const valuesWith = (odd: number): readonly number[] => Array.from({ length: SIZE }, (_, i) => (i === SIZE - 1 ? odd : i % 2));

function npy(code: "<f4" | "<f8", values: readonly number[]): Buffer {
  const header = `{'descr': '${code}', 'fortran_order': False, 'shape': (${SAMPLES}, ${STEPS}, ${NEURONS}), }`.padEnd(117);
  const array = code === "<f4" ? Float32Array.from(values) : Float64Array.from(values);
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]),
    Buffer.from(`${header}\n`),
    new Uint8Array(array.buffer),
  ]);
}

/** A zip archive of one file that is not packed. */
function zip(name: string, body: Buffer): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(crc32(body), 10);
  shared.writeUInt32LE(body.length, 14);
  shared.writeUInt32LE(body.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, Buffer.from(name)]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length + body.length, 16);
  return Buffer.concat([local, body, central, end]);
}

async function nirData(path: string, values: readonly number[]): Promise<void> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, "w");
  file.create_attribute("__type__", "NIRGraphData");
  const group = file.create_group("nodes").create_group("input").create_group("observables").create_group("v");
  group.create_attribute("__type__", "TimeGriddedData");
  group.create_attribute("dt", 1e-3);
  group.create_dataset({ name: "data", data: Float64Array.from(values), shape: [SAMPLES, STEPS, NEURONS] });
  file.close();
}

const WRITERS: { readonly [name: string]: (path: string, values: readonly number[]) => Promise<void> | void } = {
  "single.npy": (path, values) => writeFileSync(path, npy("<f4", values)),
  "double.npy": (path, values) => writeFileSync(path, npy("<f8", values)),
  "archive.npz": (path, values) => writeFileSync(path, zip("input.npy", npy("<f4", values))),
  "data.nir": nirData,
};
const read = (path: string, labels: string | null = null) => readSpikeSamples({ path, stepSeconds: 1e-3, labels, inputs: null });

describe.each(Object.keys(WRITERS))("%s", (name) => {
  test("is read if all numbers are finite, and refused with sample, step and neuron if one is not", async () => {
    const path = join(folder, name);
    await WRITERS[name](path, valuesWith(7));
    expect([...(await read(path)).features]).toEqual(valuesWith(7));
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      await WRITERS[name](path, valuesWith(odd));
      await expect(read(path), String(odd)).rejects.toThrow(new RegExp(`${name}: sample 1, step 2, neuron 3 is ${odd}, expected a finite`));
    }
  });
});

test("a number that float32 cannot hold is refused as well, in text and in double precision", async () => {
  const [text, double] = [join(folder, "large.csv"), join(folder, "large.npy")];
  writeFileSync(text, "0,1\n1,1e39\n");
  await expect(read(text)).rejects.toThrow(/sample 0, step 1, neuron 1 is 1e\+39, expected a finite number of float32/);
  writeFileSync(double, npy("<f8", valuesWith(-1e300)));
  await expect(read(double)).rejects.toThrow(/neuron 3 is -1e\+300/);
});

test("a grid of fewer columns than the network has inputs is read with a warning; a list of events may end before the last", async () => {
  const [grid, list] = [join(folder, "grid.csv"), join(folder, "list.csv")];
  writeFileSync(grid, "0,1\n1,0\n");
  writeFileSync(list, "step,neuron\n0,1\n1,0\n");
  const said = async (path: string, inputs: number) => (await readSpikeSamples({ path, stepSeconds: 1e-3, labels: null, inputs })).leftOut;
  expect(await said(grid, 5)).toEqual([`${grid} has values of 2 of 5 inputs, and the others are silent`]);
  expect([await said(grid, 2), await said(list, 5)]).toEqual([[], []]);
});

test("of several observables of the input its spikes are read; without any of that name they are refused by name", async () => {
  await h5wasm.ready;
  const written = (name: string, observables: readonly string[]): string => {
    const path = join(folder, name);
    const file = new h5wasm.File(path, "w");
    file.create_attribute("__type__", "NIRGraphData");
    const nodes = file.create_group("nodes");
    for (const [at, place] of observables.entries()) {
      const [node, key] = place.split("/");
      const parent =
        nodes.get(node) instanceof h5wasm.Group ? nodes.get(`${node}/observables`) : nodes.create_group(node).create_group("observables");
      if (!(parent instanceof h5wasm.Group)) throw new Error(place);
      const group = parent.create_group(key);
      group.create_attribute("__type__", "TimeGriddedData");
      group.create_attribute("dt", 1e-3);
      group.create_dataset({ name: "data", data: Float64Array.of(at + 1), shape: [1, 1, 1] });
    }
    file.close();
    return path;
  };
  for (const [name, observables, value] of [
    ["o1.h5", ["input/current", "input/spikes"], 2],
    ["o2.h5", ["input/v", "input/spikes", "lif/spikes"], 2],
    ["o3.h5", ["cam/spikes", "cam/v"], 1],
    ["o4.h5", ["cam/v"], 1],
    ["o5.h5", ["input/v", "lif/spikes"], 1],
  ] as const)
    expect([...denseSamples(await read(written(name, observables))).features], name).toEqual([value]);
  await expect(read(written("o6.h5", ["input/current", "input/v", "lif/spikes"]))).rejects.toThrow(
    /holds input\/current, input\/v, and none is called spikes/,
  );
});

describe("labels", () => {
  const [path, labels] = [join(folder, "two.npy"), join(folder, "labels.txt")];
  const readLabels = async (text: string): Promise<readonly number[]> => {
    writeFileSync(path, npy("<f4", valuesWith(1)));
    writeFileSync(labels, text);
    return [...(await read(path, labels)).labels];
  };

  test("an empty line is a sample without a class, also the last one; lines beyond the samples may only be empty", async () => {
    for (const [text, expected] of [
      ["1\n0", [1, 0]],
      ["1\r\n0\r\n", [1, 0]],
      ["1\n0\n\n\n", [1, 0]],
      ["1\n\n", [1, -1]],
      ["1\r\n\r\n", [1, -1]],
      ["1\n-1", [1, -1]],
      ["\n1\n", [-1, 1]],
      ["class\n1\n0\n", [1, 0]],
      ["class\n\n\n", [-1, -1]],
    ] as const)
      expect(await readLabels(text), JSON.stringify(text)).toEqual(expected);
  });

  test("one label less than samples is refused, with and without a header and a last line end", async () => {
    for (const header of ["", "class\n"])
      for (const rows of ["1", "1\n0\n1"])
        for (const end of ["", "\n", "\r\n"])
          await expect(readLabels(header + rows + end), JSON.stringify(header + rows + end)).rejects.toThrow(
            /has \d labels?, the spike file 2 samples|line 1: "class" is no class/,
          );
  });

  test("a first line that should be a class never counts as a header", async () => {
    for (const first of ["nan", "-inf", "Infinity", "O", "l", "1.5", "-2"])
      for (const rest of ["\n1", "\n1\n", "\n1\n0", "\n1\n0\n", "\n1\n\n"])
        await expect(readLabels(first + rest), JSON.stringify(first + rest)).rejects.toThrow(
          /has \d labels?, the spike file 2 samples|line 1: ".*" is no class/,
        );
  });
});
