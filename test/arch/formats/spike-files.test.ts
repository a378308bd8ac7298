import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, describe, expect, test } from "vitest";
import { readNirData } from "../../../arch/formats/nir/nir-data.js";
import { parseNpy } from "../../../arch/formats/npy.js";
import { parseSpikeCsv } from "../../../arch/formats/spike-csv.js";

describe("CSV", () => {
  test("a wrong number is refused with its place in every row, the first too; only words throughout are a header", () => {
    const row = ["0", "1", "0"];
    let refused = 0;
    for (const wrong of ["nan", "NaN", "-nan", "inf", "-Infinity", "Infinity", "O", "1e", "0x", "l"])
      for (let at = 0; at < 3; at++)
        for (let column = 0; column < 3; column++) {
          const rows = [row, row, row].map((cells, r) => (r === at ? cells.with(column, wrong) : cells));
          expect(() => parseSpikeCsv(rows.map((cells) => cells.join(",")).join("\n"), "f.csv"), `${wrong} in row ${at}`).toThrow(
            `f.csv:${at + 1}:${column + 1}: "${wrong}" is not a number`,
          );
          refused++;
        }
    expect(refused).toBe(90);
    for (const column of ["nan\n0", "inf\n1", "nan,nan\n0,0"])
      expect(() => parseSpikeCsv(column, "f.csv")).toThrow(/f\.csv:1:1: .* is not a number/);
    for (const header of ["a,b,c", "nano,info,x1", "n 0,n 1,-"]) expect(parseSpikeCsv(`${header}\n0,1,0\n`, "f.csv")[0].steps).toBe(1);
  });

  test("a grid is one row per step; a header with other names is skipped", () => {
    const grid = { steps: 2, neurons: 3, data: Float64Array.of(0, 1, 0, -2, 0, 0.5) };
    expect(parseSpikeCsv("0,1,0\n-2,0,0.5\n", "x")).toEqual([grid]);
    expect(parseSpikeCsv("a,b,c\r\n0,1,0\r\n-2,0,0.5\r\n", "x")).toEqual([grid]);
  });

  test("a first row that counts three columns or more, from 0 or 1, is refused with both ways out; other rows are steps", () => {
    for (const counted of ["0,1,2", "1,2,3", "0, 1, 2, 3, 4"]) {
      const neurons = counted.split(",").length;
      const step = new Array(neurons).fill(0).join(",");
      const first = counted[0];
      expect(() => parseSpikeCsv(`\n${counted}\n${step}\n`, "f.csv")).toThrow(
        new RegExp(`f\\.csv: line 2 counts the columns, ${first} to ${neurons - 1 + Number(first)}: .*header=False.*a line of names`, "s"),
      );
      const names = Array.from({ length: neurons }, (_, n) => `n${n}`).join(",");
      for (const rows of [`${names}\n${counted}\n${step}`, `${step}\n${counted}`, counted])
        expect([...parseSpikeCsv(rows, "f.csv")[0].data]).toEqual(expect.arrayContaining([2]));
    }
    for (const row of ["0", "1", "0,1", "1,2", "0.0,1.0,2.0", "0,1,1", "2,1,0", "2,3,4"])
      expect(parseSpikeCsv(`${row}\n${row}\n`, "f.csv")[0].steps, row).toBe(2);
  });

  test("an event list fills the grid, payloads of one neuron and step add up", () => {
    const events = parseSpikeCsv("neuron,step,payload\n2,0,3\n0,1,-1\n2,0,1\n", "x");
    expect(events).toEqual([{ steps: 2, neurons: 3, data: Float64Array.of(0, 0, 4, -1, 0, 0), isOpen: true }]);
    expect(parseSpikeCsv("step,neuron\n1,1\n", "x")[0].data).toEqual(Float64Array.of(0, 0, 0, 1));
  });

  test("a column sample makes several: each its own steps, all as many neurons; a number left out is a silent sample", () => {
    expect(parseSpikeCsv("sample,step,neuron\n2,0,1\n0,1,0\n", "x")).toEqual([
      { steps: 2, neurons: 2, data: Float64Array.of(0, 0, 1, 0), isOpen: true },
      { steps: 0, neurons: 2, data: new Float64Array(), isOpen: true },
      { steps: 1, neurons: 2, data: Float64Array.of(0, 1), isOpen: true },
    ]);
  });

  test("a row of commas alone is a step without values, at every place; empty lines, and such rows among events, are none", () => {
    const rows = ["1,0", "0,1", "1,1"];
    for (const header of [[], ["a,b"]])
      for (let at = 0; at <= 3; at++)
        expect(() => parseSpikeCsv([...header, ...rows.toSpliced(at, 0, " ,")].join("\n"), "f.csv")).toThrow(
          `f.csv:${header.length + at + 1}:1: "" is not a number`,
        );
    expect(parseSpikeCsv(`\n${rows.join("\n\n")}\n\n`, "x")[0].data).toEqual(Float64Array.of(1, 0, 0, 1, 1, 1));
    expect(parseSpikeCsv("step,neuron\n0,1\n,\n1,0\n,\n", "x")[0].data).toEqual(Float64Array.of(0, 1, 1, 0));
  });

  test("what is no number, rows of other lengths and negative neurons are named with their line", () => {
    expect(() => parseSpikeCsv("0,1\n0,x\n1\n", "f.csv")).toThrow(/f.csv:2:2: "x" is not a number.*f.csv:3:1: has 1 fields, expected 2/s);
    expect(() => parseSpikeCsv("step,neuron\n0,-1\n", "f.csv")).toThrow(/line 2/);
    expect(() => parseSpikeCsv("\n", "f.csv")).toThrow(/is empty/);
    expect(() => parseSpikeCsv("a,b\n", "f.csv")).toThrow(/has a header and no further row/);
    expect(() => parseSpikeCsv("step,neuron\n", "f.csv")).toThrow(/has a header and no further row/);
  });
});

/** A .npy file as numpy.save writes it (version 1, header padded to 64 bytes). */
function npy(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const header = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 10 - 1, " ").concat("\n");
  const out = new Uint8Array(10 + header.length + data.length);
  out.set([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  out.set(Buffer.from(header), 10);
  out.set(data, 10 + header.length);
  return out;
}

describe("npy", () => {
  test("floats, bytes and integers, two axes or three", () => {
    expect(parseNpy(npy("<f4", "2, 2", new Uint8Array(Float32Array.of(0, 1.5, -1, 0).buffer)), "x")).toEqual([
      { steps: 2, neurons: 2, data: Float64Array.of(0, 1.5, -1, 0) },
    ]);
    expect(parseNpy(npy("|b1", "2, 1, 3", Uint8Array.of(0, 1, 1, 1, 0, 0)), "x")).toEqual([
      { steps: 1, neurons: 3, data: Float64Array.of(0, 1, 1) },
      { steps: 1, neurons: 3, data: Float64Array.of(1, 0, 0) },
    ]);
    expect(parseNpy(npy("<i8", "1, 2", new Uint8Array(BigInt64Array.of(-3n, 7n).buffer)), "x")[0].data).toEqual(Float64Array.of(-3, 7));
  });

  test("halves that numpy made are the numbers that numpy says they are", () => {
    // numpy 2.4.6: array([0.1, 1/3, 65504, 6e-8, -6.1e-5, -2.5], "<f2"), its bytes and float() of its elements, 2^-24
    // the fourth
    const bytes = Buffer.from("Zi5VNf97AQD/gwDB", "base64");
    expect([...parseNpy(npy("<f2", "1, 6", bytes), "x")[0].data]).toEqual([
      0.0999755859375,
      0.333251953125,
      65504,
      1 / 16_777_216,
      -6.097555160522461e-5,
      -2.5,
    ]);
  });

  test("cut files, other types and shapes are refused with what was got", () => {
    expect(() => parseNpy(npy("<f4", "2, 2", new Uint8Array(12)), "x")).toThrow("needs 16 bytes, the file has 12");
    expect(() => parseNpy(npy(">f4", "1, 1", new Uint8Array(4)), "x")).toThrow(/elements of type ">f4"/);
    expect(() => parseNpy(npy("<f4", "4,", new Uint8Array(16)), "x")).toThrow(
      "has shape (4), expected (steps, neurons) or (samples, steps, neurons)\n    save reshape(1, 4) of it, which is (steps, neurons) of one sample",
    );
    expect(() => parseNpy(npy("|u1", "3, 2, 5, 2", new Uint8Array(60)), "x")).toThrow(
      "save reshape(3, 20) of it, which is (steps, neurons) of one sample; of several samples (samples, steps, neurons)",
    );
    expect(() => parseNpy(npy("|u1", "", new Uint8Array(1)), "x")).toThrow(/has shape \(\), [^\n]*$/);
    expect(() => parseNpy(new Uint8Array(20), "x")).toThrow(/is not a .npy file/);
  });
});

describe("NIRData", () => {
  const folder = mkdtempSync(join(tmpdir(), "nir-data-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("gridded, event and valued-event observables become grids of the asked step; padding is left out", async () => {
    await h5wasm.ready;
    const path = join(folder, "data.nir");
    const file = new h5wasm.File(path, "w");
    file.create_attribute("__type__", "NIRGraphData");
    const nodes = file.create_group("nodes");
    const observables = nodes.create_group("lif").create_group("observables");
    const gridded = observables.create_group("v");
    gridded.create_attribute("__type__", "TimeGriddedData");
    gridded.create_attribute("dt", 0.001);
    gridded.create_dataset({ name: "data", data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [1, 3, 2] });
    for (const kind of ["EventData", "ValuedEventData"]) {
      const group = observables.create_group(kind);
      group.create_attribute("__type__", kind);
      group.create_attribute("n_neurons", 3);
      group.create_attribute("t_max", 0.004);
      group.create_dataset({ name: "idx", data: Int32Array.of(0, 2, -1), shape: [1, 3] });
      group.create_dataset({ name: "time", data: Float64Array.of(0.001, 0.0035, Number.POSITIVE_INFINITY), shape: [1, 3] });
      if (kind === "ValuedEventData") group.create_dataset({ name: "value", data: Float64Array.of(5, -2, 0), shape: [1, 3] });
    }
    file.close();
    const found = await readNirData(path, 0.001);
    expect(found.get("lif/v")).toEqual([{ steps: 3, neurons: 2, data: Float64Array.of(1, 2, 3, 4, 5, 6) }]);
    expect(found.get("lif/EventData")).toEqual([{ steps: 4, neurons: 3, data: Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) }]);
    expect(found.get("lif/ValuedEventData")?.[0].data).toEqual(Float64Array.of(0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, -2));
  });

  test("a grid that NIR's to_event turned into events is read back as it was, its first and last steps included", async () => {
    await h5wasm.ready;
    const [steps, neurons] = [7, 3];
    const grid = Float64Array.from({ length: steps * neurons }, (_, at) => (at % 4 === 0 || at >= 18 ? 1 : 0));
    const spikes = [...grid.keys()].filter((at) => grid[at] === 1);
    for (const dt of [1e-3, 1e-4, 1 / 30, 0.7])
      for (const arrayOf of [Float64Array, Float32Array]) {
        const path = join(folder, `to-event-${dt}-${arrayOf.name}.h5`);
        const file = new h5wasm.File(path, "w");
        file.create_attribute("__type__", "NIRGraphData");
        const group = file.create_group("nodes").create_group("in").create_group("observables").create_group("spikes");
        group.create_attribute("__type__", "EventData");
        group.create_attribute("n_neurons", neurons);
        group.create_attribute("t_max", steps * dt);
        const time = new arrayOf(spikes.map((at) => (Math.floor(at / neurons) + 1) * dt));
        group.create_dataset({ name: "idx", data: Int32Array.from(spikes, (at) => at % neurons), shape: [1, spikes.length] });
        group.create_dataset({ name: "time", data: time, shape: [1, spikes.length] });
        file.close();
        expect((await readNirData(path, dt)).get("in/spikes"), `${dt} ${arrayOf.name}`).toEqual([{ steps, neurons, data: grid }]);
      }
  });

  test.each([
    [0, 0],
    [0.0004, 0],
    [0.001, 0],
    [0.0011, 1],
    [0.004, 3],
  ])("an event at %d s of 1 ms steps lies in step %d", async (seconds, step) => {
    expect((await oneEvent(seconds)).indexOf(1)).toBe(step);
  });

  test.each([-0.0001, 0.0041])("an event at %d s of a recording from 0 to 4 ms is refused", async (seconds) => {
    await expect(oneEvent(seconds)).rejects.toThrow(/an event of neuron 0 at step -?\d is outside 1 neurons, 4 steps/);
  });

  /** Steps of EventData of 4 ms with one event. */
  async function oneEvent(seconds: number): Promise<readonly number[]> {
    await h5wasm.ready;
    const path = join(folder, `one-event-${seconds}.h5`);
    const file = new h5wasm.File(path, "w");
    file.create_attribute("__type__", "NIRGraphData");
    const group = file.create_group("nodes").create_group("in").create_group("observables").create_group("spikes");
    group.create_attribute("__type__", "EventData");
    group.create_attribute("n_neurons", 1);
    group.create_attribute("t_max", 0.004);
    group.create_dataset({ name: "idx", data: Int32Array.of(0), shape: [1, 1] });
    group.create_dataset({ name: "time", data: Float64Array.of(seconds), shape: [1, 1] });
    file.close();
    return [...((await readNirData(path, 1e-3)).get("in/spikes")?.[0].data ?? [])];
  }

  test("a grid is read in its own step only, whether its file holds it in single or double precision; one without a step is refused", async () => {
    await h5wasm.ready;
    const gridOf = (dt: number | null): string => {
      const path = join(folder, `grid-${dt}.h5`);
      const file = new h5wasm.File(path, "w");
      file.create_attribute("__type__", "NIRGraphData");
      const group = file.create_group("nodes").create_group("in").create_group("observables").create_group("spikes");
      group.create_attribute("__type__", "TimeGriddedData");
      if (dt !== null) group.create_attribute("dt", dt);
      group.create_dataset({ name: "data", data: Float32Array.of(1, 0, 1), shape: [1, 3, 1] });
      file.close();
      return path;
    };
    for (const dt of [null, 0, -1e-3, Number.NaN])
      await expect(readNirData(gridOf(dt), 1e-3)).rejects.toThrow("in/spikes: lacks its attribute dt, the length of a step in seconds");
    for (const dt of [1e-3, Math.fround(1e-3), 1e-4, Math.fround(1 / 30)]) {
      const path = gridOf(dt);
      for (const step of [dt, dt * (1 + 5e-8)]) expect((await readNirData(path, step)).get("in/spikes")?.[0].steps).toBe(3);
      for (const step of [dt / 10, dt * 2, dt * 1.001])
        await expect(readNirData(path, step)).rejects.toThrow(
          /in\/spikes: is a grid of steps of [\de.-]+ s, read in steps of [\de.-]+ s\n +run in steps of/,
        );
    }
  });
});
