/**
 * Rows of convolutions, read from their kernels: equal to the definition written out, whole and in parts; and what is
 * foretold of them.
 */
import { expect, test } from "vitest";
import { decodeSpikes, encodeSpikes } from "../../arch/formats/spike-file.js";
import { type SharedKernel, targetBits } from "../../arch/index.js";
import { KernelReader, mostTargets, rowHolding, rowLengths, writtenTargets } from "../../arch/rows.js";
import { createRng } from "../../base/rng.js";
import { kernelWeightsInto } from "../../sim/mapping/kernel-checker.js";
import { Counted } from "../counted.js";
import { convolved, ofKernel } from "../oracles/naive-rows.js";
import { population } from "../sim/board/fixtures.js";
import { FEATURES, randomKernel } from "./random-kernel.js";

const SEED = 20_261_128;

test(`rows of 300 random kernels are those of the definition, whole and of the targets of a slice (seed ${SEED})`, () => {
  const seen = new Counted("kernels");
  let synapses = 0;
  for (let i = 0; i < 300; i++) {
    const rng = createRng(SEED + i, "kernels");
    const { kernel, said } = randomKernel(rng);
    seen.see(...said);
    const rows = convolved(kernel);
    expect([...rowLengths(kernel)]).toEqual(rows.map(({ length }) => length));
    const reader = new KernelReader(kernel);
    const targets = kernel.targetChannels * kernel.targetArea;
    const from = rng.int(0, targets - 1);
    const to = rng.int(from + 1, targets);
    for (const [source, row] of rows.entries()) {
      const read = (part: readonly number[]): [number, number][] => {
        reader.read(source, ...part);
        return Array.from({ length: reader.length }, (_, k) => [reader.targets[k], reader.places[k]]);
      };
      const all = row.map(({ target, place }): [number, number] => [target, place]);
      expect(read([])).toEqual(all);
      const inside = all.filter(([target]) => target >= from && target < to);
      expect(read([from, to])).toEqual(inside);
      expect(reader.reaches(source, from, to)).toBe(inside.length > 0);
      synapses += row.length;
    }
    // a memory holds the zeros, too
    const stored = convolved({ ...kernel, present: null });
    const used = new Set(stored.flatMap((row, source) => weightsOf(kernel, row, source, from, to)));
    expect(kernelWeightsInto(kernel, { first: 0, count: rows.length }, from, to)).toBe(used.size);
  }
  expect(synapses).toBeGreaterThan(10_000);
  seen.expectEach(FEATURES, 20);
});

/** Weights that a row meets in a slice, by name. */
const weightsOf = (kernel: SharedKernel, row: readonly { target: number; place: number }[], source: number, from: number, to: number) =>
  row.filter(({ target }) => target >= from && target < to).map(({ place }) => `${Math.floor(source / kernel.sourceArea)}/${place}`);

test("a synapse's number gives its row, also after empty rows", () => {
  const rowStart = Uint32Array.of(0, 0, 3, 3, 3, 4, 4);
  expect([0, 1, 2, 3].map((k) => rowHolding(rowStart, k))).toEqual([1, 1, 1, 4]);
});

test("the longest row is the first, one inside, or the last; without rows or synapses it has no target", () => {
  expect([[0, 4, 5, 6], [0, 1, 5, 7], [0, 0, 0, 2], [0, 0], [0]].map((starts) => mostTargets(Uint32Array.from(starts)))).toEqual([
    4, 4, 2, 0, 0,
  ]);
});

test("an item names its target by as many bits as number them, by its run of zeros, or, behind a bitmap or along a kernel, by none", () => {
  expect([1, 2, 3, 64, 65].map((neurons) => targetBits({}, neurons))).toEqual([0, 1, 2, 6, 7]);
  expect(targetBits({ coding: { kind: "run-length", runBits: 3 } }, 65)).toBe(3);
  expect(targetBits({ coding: { kind: "bitmap" } }, 65)).toBe(0);
  const { kernel } = randomKernel(createRng(SEED, "bits"));
  expect(targetBits({ kernel }, 65)).toBe(0);
});

test("a trace of convolutions is written with their geometry and reads back with equal rows; another geometry is refused", () => {
  let own = 0;
  for (let i = 0; i < 40; i++) {
    const { kernel } = randomKernel(createRng(SEED + i, "files"));
    const projection = ofKernel(0, 1, kernel);
    const populations = [
      population("a", kernel.sourceChannels * kernel.sourceArea, 0),
      population("b", kernel.targetChannels * kernel.targetArea, 1, { payloadBits: 0 }),
    ];
    const trace = {
      topology: { populations, projections: [projection] },
      ...{ stepStart: Uint32Array.of(0, 1), eventStart: Uint32Array.of(0, 0, 0), neuron: new Uint16Array(0), payload: new Int16Array(0) },
      key: "0".repeat(64),
    };
    const back = decodeSpikes(encodeSpikes(trace), "f").topology.projections[0];
    expect(back).toEqual(projection);
    const sparse = projection.sparse as NonNullable<typeof projection.sparse>;
    expect([...writtenTargets({ sparse, kernel })]).toEqual(convolved(kernel).flatMap((row) => row.map(({ target }) => target)));
    const wrong =
      (change: Partial<SharedKernel>): (() => unknown) =>
      () => {
        const other = { ...projection, kernel: { ...kernel, ...change } };
        return decodeSpikes(encodeSpikes({ ...trace, topology: { populations, projections: [other] } }), "f");
      };
    expect(wrong({ targetChannels: kernel.targetChannels + 1 })).toThrow(/kernel|row_start/);
    expect(wrong({ input: [kernel.input[0] + 1, kernel.input[1]], entering: null })).toThrow(/kernel/);
    if (kernel.windowTaps !== null) {
      const [rows, columns] = kernel.windowTaps;
      expect(wrong({ windowTaps: [rows.map(() => kernel.size[0]), columns] })).toThrow(/not in order/);
      expect(wrong({ windowTaps: [rows, columns.map((tap) => Math.min(tap, -2))] })).toThrow(/not in order/);
      expect(wrong({ windowTaps: null })).toThrow(/kernel|row_start/);
      own++;
    }
    if (kernel.present !== null) expect(wrong({ present: kernel.present.slice(1) })).toThrow(/one mark per weight/);
  }
  expect(own).toBeGreaterThan(4);
});
