/** SNN-DSE's layer controller: cycle counts against closed forms on random layers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SnnDseChip } from "../../../../arch/index.js";
import { runSnnDse, type SnnDseStimulus } from "../../../../sim/timing/coupled/snn-dse.js";
import { denseShuffled } from "./kernels.js";

const SEED = 20_261;

const chipArb: fc.Arbitrary<SnnDseChip> = fc.record({
  version: fc.constant(1 as const),
  name: fc.constant("test"),
  source: fc.constant("test"),
  model: fc.constant("snn-dse" as const),
  layer_neurons: fc.integer({ min: 1, max: 40 }),
  lanes: fc.integer({ min: 1, max: 12 }),
  chunk_bits: fc.integer({ min: 1, max: 50 }),
  spike_read_cycles: fc.integer({ min: 1, max: 4 }),
  start_delay_cycles: fc.integer({ min: 1, max: 4 }),
});
const stimulusArb: fc.Arbitrary<SnnDseStimulus> = fc.integer({ min: 1, max: 80 }).chain((inputs) =>
  fc.record({
    inputs: fc.constant(inputs),
    spikes: fc.array(
      fc.uniqueArray(fc.integer({ min: 0, max: inputs - 1 })).map((step) => step.sort((a, b) => a - b)),
      { minLength: 1, maxLength: 8 },
    ),
  }),
);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test("the layer is done after compression + start delay + groups x (iteration) cycles, whatever the spikes", () => {
  fc.assert(
    fc.property(chipArb, stimulusArb, (chip, stimulus) => {
      const chunks = Math.ceil(stimulus.inputs / chip.chunk_bits);
      const compression = sum(stimulus.spikes.map((step) => chip.spike_read_cycles + 1 + 2 * chunks + 2 * step.length));
      const iteration = sum(stimulus.spikes.map((step) => Math.max(step.length, 1) + 2)) + 1;
      const groups = Math.floor(chip.layer_neurons / chip.lanes) + 1;
      const run = runSnnDse(chip, stimulus);
      expect(run.doneCycle).toBe(compression + chip.start_delay_cycles + groups * iteration + 1);
      expect(run.summary.spike_ram_reads).toBe(chip.spike_read_cycles * stimulus.spikes.length);
      expect(run.summary.accum_cycles).toBe(groups * sum(stimulus.spikes.map((step) => Math.max(step.length - 1, 0))));
      for (const machine of ["penc_state_cycles", "iter_state_cycles"]) {
        expect(sum(Object.values(run.summary[machine] as { [state: string]: number }))).toBe(run.doneCycle + 1);
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test("a run is the same with every cycle simulated and the parts in any order", () => {
  fc.assert(
    fc.property(chipArb, stimulusArb, (chip, stimulus) => {
      expect(runSnnDse(chip, stimulus, denseShuffled(SEED))).toEqual(runSnnDse(chip, stimulus));
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test("more lanes are never slower, and bigger chunks never slower", () => {
  fc.assert(
    fc.property(chipArb, stimulusArb, (chip, stimulus) => {
      const base = runSnnDse(chip, stimulus).doneCycle;
      expect(runSnnDse({ ...chip, lanes: chip.lanes + 1 }, stimulus).doneCycle).toBeLessThanOrEqual(base);
      expect(runSnnDse({ ...chip, chunk_bits: chip.chunk_bits + 1 }, stimulus).doneCycle).toBeLessThanOrEqual(base);
    }),
    { seed: SEED, numRuns: 100 },
  );
});
