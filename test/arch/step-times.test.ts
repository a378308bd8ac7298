/** Times of events in every unit and precision fall in the steps that the decimal numbers say. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultSlicing, eventGrid, eventSteps } from "../../arch/event-steps.js";
import { prepareEvents, readEvents } from "../../arch/formats/events/read-events.js";
import { readNirData } from "../../arch/formats/nir/nir-data.js";
import { ROUNDING, stepAt, stepsUntil } from "../../arch/step-times.js";
import { createRng } from "../../base/rng.js";

const SEED = 20270114;
const folder = mkdtempSync(join(tmpdir(), "step-times-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(prepareEvents);

describe.each([
  ["double", (time: number) => time],
  ["single", Math.fround],
] as const)("in %s precision", (precision, rounded) => {
  const rounding = ROUNDING[precision];
  test.each([1e-3, 1e-4, 0.01, 3e-4, 0.0125])(
    "a time of n whole steps of %f s begins step n, and one just before is in step n - 1",
    (step) => {
      const [wrong, naive] = [new Set<number>(), new Set<number>()];
      for (let n = 0; n <= 20_000; n += n < 2000 ? 1 : 7) {
        for (const time of [n * step, Number((n * step).toFixed(9))].map(rounded)) {
          if (stepAt(time, step, rounding) !== n || stepsUntil(time, step, rounding) !== n) wrong.add(n);
          if (Math.floor(time / step) !== n) naive.add(n);
        }
        const before = rounded((n - 0.01) * step);
        if (stepAt(before, step, rounding) !== n - 1) wrong.add(n);
      }
      expect([...wrong]).toEqual([]);
      expect(naive.size, "numbers that a bare division rounds down").toBeGreaterThan(0);
    },
  );
});

describe("event files", () => {
  const rng = createRng(SEED, "events");
  const TIMES_US = Array.from({ length: 3000 }, (_, k) => (k < 1500 ? 1000 * k : rng.int(0, 2_000_000_000)));
  const csv = (column: string, text: (us: number) => string): string =>
    ["x,y,p,", ...TIMES_US.map((us, k) => `${k % 7},${k % 5},${k % 2},${text(us)}`)].join("\n").replace(",\n", `,${column}\n`);
  /** NumPy records of x, y, a time of 64 bits, p. */
  function npy(field: string, perUs: number): Uint8Array {
    const descr = `[('x', '<i2'), ('y', '<i2'), ('${field}', '<i8'), ('p', '|i1')]`;
    const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${TIMES_US.length},), }`.padEnd(245);
    const body = Buffer.alloc(13 * TIMES_US.length);
    for (const [k, us] of TIMES_US.entries()) {
      body.writeInt16LE(k % 7, 13 * k);
      body.writeInt16LE(k % 5, 13 * k + 2);
      body.writeBigInt64LE(BigInt(us * perUs), 13 * k + 4);
      body.writeInt8(k % 2, 13 * k + 12);
    }
    return Buffer.concat([Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 246, 0]), Buffer.from(`${header}\n`), body]);
  }
  const timesOf = (name: string, content: string | Uint8Array): readonly number[] => {
    writeFileSync(join(folder, name), content);
    return [...readEvents(join(folder, name)).timeUs];
  };
  const decimal = (digits: number) => (us: number) => (us / 10 ** digits).toFixed(digits);
  const nanoseconds = (us: number): string => `${us}000`;

  test.each([
    ["t", (us: number) => String(us)],
    ["t_us", (us: number) => String(us)],
    ["time [µs]", (us: number) => String(us)],
    ["t_ms", decimal(3)],
    ["t (msec)", decimal(3)],
    ["timestamp [milliseconds]", decimal(3)],
    ["t_s", decimal(6)],
    ["t [sec]", decimal(6)],
    ["t_ns", nanoseconds],
    ["t (nsec)", nanoseconds],
  ])(`a CSV column %s holds whole microseconds (seed ${SEED})`, (column, text) => {
    expect(timesOf("unit.csv", csv(column, text))).toEqual(TIMES_US);
  });

  test(`a NumPy field t, t_us or t_ns has the unit that it names (seed ${SEED})`, () => {
    for (const [field, perUs] of [
      ["t", 1],
      ["t_us", 1],
      ["t_ns", 1000],
    ] as const)
      expect(timesOf("unit.npy", npy(field, perUs)), field).toEqual(TIMES_US);
  });

  test("whole milliseconds are that for a NumPy field t_ms, and seconds for t_s", () => {
    expect(timesOf("ms.npy", npy("t_ms", 1))).toEqual(TIMES_US.map((ms) => 1000 * ms));
    expect(timesOf("s.npy", npy("t_s", 1))).toEqual(TIMES_US.map((s) => 1e6 * s));
  });

  test("a unit that is not known is refused, and is not taken for microseconds", () => {
    for (const column of ["t (min)", "time [ticks]", "t [in ms]", "t ()"])
      expect(() => timesOf("odd.csv", csv(column, String)), column).toThrow(
        /its times "t.*" are in an unknown unit\s+known are ns, us, ms and s/,
      );
    expect(() => timesOf("odd.npy", npy("t_min", 1))).toThrow(/none is the event's time/);
  });

  test(`columns of s, ms, us and ns give the same steps of 1 and 0.3 ms (seed ${SEED})`, () => {
    const slicing = { ...defaultSlicing(), width: 7, height: 5, steps: 2000 };
    const stepsOf = (column: string, text: (us: number) => string, stepSeconds: number) => {
      const file = join(folder, "steps.csv");
      writeFileSync(file, csv(column, text));
      const events = readEvents(file);
      return eventSteps(events, slicing, eventGrid(slicing, events, true, file), stepSeconds, file);
    };
    for (const step of [1e-3, 3e-4]) {
      const of = (column: string, text: (us: number) => string) => stepsOf(column, text, step);
      const micro = of("t_us", String);
      expect(micro.place.length).toBeGreaterThan(500);
      expect(of("t_s", decimal(6))).toEqual(micro);
      expect(of("t_ms", decimal(3))).toEqual(micro);
      expect(of("t_ns", nanoseconds)).toEqual(micro);
    }
  });
});

test.each([
  ["float32", (times: readonly number[]) => Float32Array.from(times)],
  ["float64", (times: readonly number[]) => Float64Array.from(times)],
] as const)("NIRData: an event at k + 1 ms, in %s, is in step k of 1 ms", async (_, arrayOf) => {
  await h5wasm.ready;
  const path = join(folder, "events.nir");
  const file = new h5wasm.File(path, "w");
  file.create_attribute("__type__", "NIRGraphData");
  const group = file.create_group("nodes").create_group("in").create_group("observables").create_group("spikes");
  group.create_attribute("__type__", "EventData");
  group.create_attribute("n_neurons", 1);
  group.create_attribute("t_max", 2);
  group.create_dataset({ name: "idx", data: new Int32Array(2000), shape: [1, 2000] });
  group.create_dataset({ name: "time", data: arrayOf(Array.from({ length: 2000 }, (__, k) => (k + 1) / 1000)), shape: [1, 2000] });
  file.close();
  const [{ steps, data }] = (await readNirData(path, 1e-3)).get("in/spikes") ?? [];
  expect([steps, [...new Set(data)]]).toEqual([2000, [1]]);
});
