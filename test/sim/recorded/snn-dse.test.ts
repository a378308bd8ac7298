/** SNN-DSE's layer controller: cycle counts against closed forms on random layers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SnnDseChip } from "../../../arch/index.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";
import { runSnnDse, type SnnDseStimulus, snnDseCase } from "../../../sim/recorded/snn-dse.js";
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
    countedSteps: fc.integer({ min: 1, max: 9 }),
    spikes: fc.array(
      fc.uniqueArray(fc.integer({ min: 0, max: inputs - 1 })).map((step) => step.sort((a, b) => a - b)),
      { minLength: 1, maxLength: 8 },
    ),
  }),
);
/** A layer whose chunks the RTL can count. */
const layerArb = fc
  .tuple(chipArb, stimulusArb)
  .filter(([{ chunk_bits: bits }, { inputs }]) => Math.ceil(inputs / bits) <= 2 * 2 ** Math.ceil(Math.log2(bits)));
/** What the iterator reads. */
const listed = ({ spikes, countedSteps }: SnnDseStimulus): number[][] => spikes.map((step, t) => (t < countedSteps ? [...step] : []));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test("the layer is done after compression + start delay + groups x iteration cycles, for any spikes", { tags: ["long"] }, () => {
  fc.assert(
    fc.property(layerArb, ([chip, stimulus]) => {
      const chunks = Math.ceil(stimulus.inputs / chip.chunk_bits);
      const compression = sum(stimulus.spikes.map((step) => chip.spike_read_cycles + 1 + 2 * chunks + 2 * step.length));
      const iteration = sum(listed(stimulus).map((step) => Math.max(step.length, 1) + 2)) + 1;
      const groups = Math.floor(chip.layer_neurons / chip.lanes) + 1;
      const run = runSnnDse(chip, stimulus);
      expect(run.doneCycle).toBe(compression + chip.start_delay_cycles + groups * iteration + 1);
      expect(run.summary.spike_ram_reads).toBe(chip.spike_read_cycles * stimulus.spikes.length);
      expect(run.summary.accum_cycles).toBe(groups * sum(listed(stimulus).map((step) => Math.max(step.length - 1, 0))));
      for (const machine of ["penc_state_cycles", "iter_state_cycles"]) {
        expect(sum(Object.values(run.summary[machine] as { [state: string]: number }))).toBe(run.doneCycle + 1);
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test("a run does not change if every cycle is simulated and the parts are in any order", () => {
  fc.assert(
    fc.property(layerArb, ([chip, stimulus]) => {
      expect(runSnnDse(chip, stimulus, denseShuffled(SEED))).toEqual(runSnnDse(chip, stimulus));
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test("more lanes are never slower, and bigger chunks never slower", () => {
  fc.assert(
    fc.property(layerArb, ([chip, stimulus]) => {
      const base = runSnnDse(chip, stimulus).doneCycle;
      expect(runSnnDse({ ...chip, lanes: chip.lanes + 1 }, stimulus).doneCycle).toBeLessThanOrEqual(base);
      expect(runSnnDse({ ...chip, chunk_bits: chip.chunk_bits + 1 }, stimulus).doneCycle).toBeLessThanOrEqual(base);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

/** The rows of a layer, written by nested loops over steps, chunks and spikes, then over groups, steps and spikes. */
function rowsByLoops(chip: SnnDseChip, stimulus: SnnDseStimulus): string {
  const { spikes, inputs } = stimulus;
  const rows: [cycle: number, rank: number, text: string][] = [];
  let at = 0;
  const encoder = (state: string, step: number, found: number, cycles: number): void => {
    rows.push([at, 0, `PENC,${state},${step},${found}`]);
    at += cycles;
  };
  spikes.forEach((step, t) => {
    let found = 0;
    encoder("CONCAT_SPK", t, 0, chip.spike_read_cycles);
    for (let low = 0; low < inputs; low += chip.chunk_bits) {
      encoder("PENC_CHUNK_LOAD", t, found, 1);
      for (const _ of step.filter((spike) => spike >= low && spike < low + chip.chunk_bits)) {
        encoder("PENC_CHUNK_ITER", t, found, 1);
        encoder("PENC_ADDR_RESET", t, ++found, 1);
      }
      encoder("PENC_CHUNK_ITER", t, found, 1);
    }
    encoder("TIME_STEP_ITER", t, found, 1);
  });
  encoder("DONE", 0, 0, chip.start_delay_cycles);
  const iterator = (state: string, step: number, group: number, cycles: number): void => {
    rows.push([at, 1, `ITER,${state},${step},${group}`]);
    at += cycles;
  };
  for (let group = 0; group * chip.lanes <= chip.layer_neurons; group++) {
    listed(stimulus).forEach((step, t) => {
      step.slice(0, -1).forEach((spike, i) => {
        rows.push([at + 1 + i, 2, `ACCUM,${spike},${t},${group}`]);
      });
      iterator("SPK_ITER", t, group, Math.max(1, step.length));
      if (step.length > 0) rows.push([at, 3, `ACTIV,${t},${group},`]);
      iterator("ACTIVATE", t, group, 1);
      rows.push([at, 4, `TRAIN_READY,${t},${group},${t === spikes.length - 1 ? 1 : 0}`]);
      iterator("TIME_STEP_ITER", t, group, 1);
    });
    iterator("NEUR_ITER", 0, group, 1);
  }
  iterator("DONE", 0, 0, 1);
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return `${["cycle,event,a,b,c", ...rows.map(([cycle, , text]) => `${cycle},${text}`)].join("\n")}\n`;
}

test("every row of the trace equals that of nested loops, also for odd sizes, empty steps and layers smaller than the lanes", () => {
  fc.assert(
    fc.property(layerArb, ([chip, stimulus]) => {
      expect(runSnnDse(chip, stimulus).trace).toBe(rowsByLoops(chip, stimulus));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

/** A case whose inputs all spike in every step. */
function allSpike(steps: number, inputs: number, chunk: number, neurons: number, lanes: number): ReturnType<typeof snnDseCase> {
  const settings = {
    TIME_STEPS: steps,
    INPUT_CHANNELS: 1,
    INPUT_FRAME_SIZE: inputs,
    PENC_SIZE: chunk,
    LAYER_SIZE: neurons,
    EC_SIZE: lanes,
  };
  const rows = Array.from({ length: steps }, (_, t) => Array.from({ length: inputs }, (_, i) => `${t},${i}\n`).join(""));
  return snnDseCase(
    recordedChip("snn-dse"),
    new Map([
      ["case.json", JSON.stringify(settings)],
      ["spikes.csv", `time_step,neuron\n${rows.join("")}`],
    ]),
  );
}

test("a recorded case keeps the spike counts of 37 steps, as total_spks_nxt [36:0]: step 37 is compressed and iterates as empty", () => {
  const { chip, stimulus } = allSpike(38, 2, 2, 1, 2);
  const { summary, trace } = runSnnDse(chip, stimulus);
  // compression 38 x (3 + 2 + 2 x 2) = 342, delay 2; one group: 37 x (2 + 2) + (1 + 2) + 1 = 152, then DONE for 1 cycle
  expect(summary).toMatchObject({ done_cycle: 342 + 2 + 152 + 1, accum_cycles: 37, activ_cycles: 37 });
  expect(trace).toContain("\n341,PENC,TIME_STEP_ITER,37,2\n");
  expect(trace.split("\n").filter((row) => /^\d+,(ITER|ACCUM|ACTIV|TRAIN_READY).*,37,0(,|$)|READY,37/.test(row))).toEqual([
    "492,ITER,SPK_ITER,37,0",
    "493,ITER,ACTIVATE,37,0",
    "494,ITER,TIME_STEP_ITER,37,0",
    "494,TRAIN_READY,37,0,1",
  ]);
});

test("a run that the RTL would never end is refused: chunks beyond clog2(PENC_SIZE) + 1 bits, groups beyond clog2(LAYER_SIZE) bits", () => {
  const run = (...sizes: [inputs: number, chunk: number, neurons: number, lanes: number]): number => {
    const { chip, stimulus } = allSpike(1, ...sizes);
    return runSnnDse(chip, stimulus).doneCycle;
  };
  // chunk_index has 1 bit for chunks of 1, 2 bits for 2, 4 bits for 5 to 8
  for (const [inputs, chunk] of [
    [2, 1],
    [8, 2],
    [80, 5],
  ] as const) {
    expect(run(inputs, chunk, 3, 2)).toBeGreaterThan(0);
    expect(() => run(inputs + 1, chunk, 3, 2)).toThrow(/chunk_bits \(PENC_SIZE\).* chunks at .*would never end/s);
  }
  expect(() => run(9, 2, 3, 2)).toThrow(/9 inputs are 5 chunks at 2, expected at most 4.*\n.*use 3 or more/);
  // the groups are 0 to LAYER_SIZE with one lane: 7 fits 3 bits, 8 does not; one neuron has the two bits of [-1:0]
  expect([run(1, 1, 7, 1), run(1, 1, 1, 1), run(1, 1, 8, 2)]).toEqual([7 + 2 + 8 * 4 + 1, 7 + 2 + 2 * 4 + 1, 7 + 2 + 5 * 4 + 1]);
  for (const neurons of [2, 4, 8, 64]) expect(() => run(1, 1, neurons, 1)).toThrow(/lanes: 1 lane \(EC_SIZE\) and \d+ neurons never end/);
});
