/** Spike-trace files: what is written is read back, whatever happened; what is damaged is refused, never crashes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSpikes, encodeSpikes, type Population, type Projection, type SpikeTrace } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";

const SEED = 20260104;
console.log(`spike-file.test seed ${SEED}`);

/** Has every key: what a file leaves out would be another chip, e.g. without a limit of its clock. */
const EVERY_WORK: Required<Population["update"]> = { requantises: 1, multiplies: 4, additions: 4, lutReads: 1, gains: 1, integrates: true };

function randomTrace(widths: readonly number[], stepsOf: readonly number[], density: number, sparse: boolean, seed: number): SpikeTrace {
  const rng = createRng(seed, "spikes");
  const populations = widths.map(
    (neurons, i): Population => ({
      name: `p${i}`,
      neurons,
      accumulators: 2,
      states: 2,
      depth: i,
      payloadBits: 6,
      rests: i % 2 === 0,
      update: i % 2 === 0 ? EVERY_WORK : { requantises: 1, multiplies: 2, additions: 4, lutReads: 1 },
    }),
  );
  const projections: Projection[] = widths.slice(1).map((width, i) => {
    if (!sparse) return { source: i, target: i + 1, recurrent: false, sparse: null };
    const rows = widths[i];
    return {
      source: i,
      target: i + 1,
      recurrent: i % 2 === 1,
      sparse: {
        rowStart: Uint32Array.from({ length: rows + 1 }, (_, r) => r),
        targets: Uint32Array.from({ length: rows }, () => rng.int(0, width - 1)),
      },
    };
  });
  const stepStart = [0];
  for (const steps of stepsOf) stepStart.push((stepStart.at(-1) as number) + steps);
  const eventStart = [0];
  const neuron: number[] = [];
  const payload: number[] = [];
  for (let step = 0; step < (stepStart.at(-1) as number); step++)
    for (const { neurons } of populations) {
      for (let n = 0; n < neurons; n++)
        if (rng.float() < density) {
          neuron.push(n);
          payload.push(rng.float() < 0.5 ? -rng.int(1, 31) : rng.int(1, 31));
        }
      eventStart.push(neuron.length);
    }
  return {
    topology: { populations, projections },
    stepStart: Uint32Array.from(stepStart),
    eventStart: Uint32Array.from(eventStart),
    neuron: seed % 2 === 0 ? Uint16Array.from(neuron) : Uint32Array.from(neuron),
    payload: Int16Array.from(payload),
    key: sha256(String(seed)),
  };
}

const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "no error";
};
const trace = randomTrace([5, 7, 3], [4, 1, 6], 0.3, true, 8);
const bytes = encodeSpikes(trace);

/** The same file with a valid hash over changed bytes. */
function signed(change: (content: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  change(copy);
  copy.set(Buffer.from(sha256(copy.subarray(0, copy.length - 32)), "hex"), copy.length - 32);
  return copy;
}

test("every trace comes back with equal topology, arrays of equal type, and key", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      fc.nat(1000),
      (widths, steps, density, sparse, seed) => {
        const written = randomTrace(widths, steps, density, sparse, seed);
        expect(decodeSpikes(encodeSpikes(written), "f")).toEqual(written);
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});

test("equal traces give equal bytes, and the last 32 bytes are the SHA-256 of the rest", () => {
  expect(encodeSpikes(randomTrace([5, 7, 3], [4, 1, 6], 0.3, true, 8))).toEqual(bytes);
  expect(Buffer.from(bytes.subarray(-32)).toString("hex")).toBe(sha256(bytes.subarray(0, -32)));
});

test("a shared array encodes like any other", () => {
  const shared = new Uint32Array(new SharedArrayBuffer(trace.eventStart.byteLength));
  shared.set(trace.eventStart);
  expect(encodeSpikes({ ...trace, eventStart: shared })).toEqual(bytes);
});

test("a cut file, a foreign file, another version are each refused by name", () => {
  expect(message(() => decodeSpikes(bytes.subarray(0, 40), "f"))).toBe("f: is not a spike-trace file");
  expect(message(() => decodeSpikes(bytes.subarray(0, -8), "f"))).toBe("f: content does not match its SHA-256: damaged or cut");
  expect(message(() => decodeSpikes(new Uint8Array(100), "f"))).toBe("f: is not a spike-trace file");
  expect(
    message(() =>
      decodeSpikes(
        signed((copy) => copy.fill(9, 8, 9)),
        "f",
      ),
    ),
  ).toBe("f: is of version 9; this program reads version 1");
  expect(
    message(() =>
      decodeSpikes(
        signed((copy) => copy.fill(0xff, 12, 16)),
        "f",
      ),
    ),
  ).toMatch(/header of 4294967295 bytes does not fit/);
});

test("a trace that contradicts itself is refused even when its hash is right", () => {
  const last = (data: Uint32Array, value: number): Uint32Array => {
    const copy = data.slice();
    copy[copy.length - 1] = value;
    return copy;
  };
  const say = (change: Partial<SpikeTrace>): string => message(() => decodeSpikes(encodeSpikes({ ...trace, ...change }), "f"));
  expect(say({ stepStart: last(trace.stepStart, 3) })).toBe("f: step_start: falls at 3");
  expect(say({ stepStart: last(trace.stepStart, 9) })).toBe("f: event_start: has 34 entries, expected 28");
  expect(say({ eventStart: last(trace.eventStart, 1) })).toMatch(/event_start: does not run from 0 to/);
  expect(say({ payload: trace.payload.map(() => 0) })).toBe("f: payload: event 0 carries 0");
  expect(say({ payload: trace.payload.slice(1) })).toMatch(/payload: has \d+ entries for \d+ events/);
  expect(say({ neuron: trace.neuron.map(() => 99) as Uint16Array })).toMatch(
    /neuron: event 0: neuron 99 is out of order, or beyond the population's/,
  );
  const [first, ...rest] = trace.topology.projections as [Projection, ...Projection[]];
  const projection = { ...first, sparse: { rowStart: first.sparse!.rowStart, targets: first.sparse!.targets!.map(() => 7) } };
  expect(say({ topology: { ...trace.topology, projections: [projection, ...rest] } })).toBe(
    "f: targets.0: names a neuron beyond the population's 7",
  );
  expect(say({ topology: { ...trace.topology, projections: [{ ...first, target: 9 }, ...rest] } })).toMatch(
    /projection 0 names a population that does not exist/,
  );
});

test("rows that sources share come back; other rows than those of equal sources, in order, are refused", () => {
  const [first, ...rest] = trace.topology.projections as [Projection, ...Projection[]];
  const sparse = { rowStart: Uint32Array.of(0, 2, 2, 4, 6, 7), targets: Uint32Array.of(1, 4, 1, 4, 0, 3, 2) };
  const withRows = (rowOf: Int32Array, projection: Partial<Projection> = { sparse }): SpikeTrace => ({
    ...trace,
    topology: { ...trace.topology, projections: [{ ...first, ...projection, rowOf }, ...rest] },
  });
  const say = (written: SpikeTrace): string => message(() => decodeSpikes(encodeSpikes(written), "f"));
  for (const sound of [withRows(Int32Array.of(0, -1, 0, 1, 2)), withRows(Int32Array.of(0, 1, 0, -1, 1), { sparse: null })])
    expect(decodeSpikes(encodeSpikes(sound), "f")).toEqual(sound);
  const wrong = "f: row_of.0: is not a row for each source, in order, with the synapses of its sources";
  for (const rows of [
    [0, -1, 0, 1],
    [0, -1, 0, 1, 1],
    [0, -1, 0, 2, 1],
    [0, -1, -1, 1, 2],
    [0, 1, 0, 2, 3],
    [0, -2, 0, 1, 2],
  ])
    expect(say(withRows(Int32Array.from(rows)))).toBe(wrong);
  expect(say(withRows(Int32Array.of(0, 1, 0, 3, 1), { sparse: null }))).toBe(wrong);
  expect(say(withRows(Int32Array.of(0, -1, 0, 1, 2), { sparse: null, present: sparse }))).toMatch(
    /projection 0: sources share rows of a kernel or/,
  );
});

test("random damage, hash corrected or not, gives an InputError or a trace, never another error", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 33), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (flips, correct) => {
        const damage = (copy: Uint8Array): void => {
          for (const [at, value] of flips) copy[at] = value;
        };
        const damaged = correct ? signed(damage) : bytes.slice();
        if (!correct) damage(damaged);
        message(() => decodeSpikes(damaged, "f"));
      },
    ),
    { seed: SEED, numRuns: 3000 },
  );
});
