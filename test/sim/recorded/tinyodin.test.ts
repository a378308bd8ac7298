/** tinyODIN: invariants on random chips and stimuli; arithmetic compared with a plain replay of the operations. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TinyOdinChip } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTinyOdin, type TinyOdinRun, type TinyOdinStimulus } from "../../../sim/recorded/tinyodin.js";
import { denseShuffled } from "./kernels.js";

const SEED = 20_260;

const delay = fc.integer({ min: 0, max: 4 });
const chipArb: fc.Arbitrary<TinyOdinChip> = fc.record({
  version: fc.constant(1 as const),
  name: fc.constant("test"),
  source: fc.constant("test"),
  model: fc.constant("tinyodin" as const),
  neurons: fc.integer({ min: 1, max: 40 }),
  synapses_per_word: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
  membrane_bits: fc.constantFrom(6, 12),
  loop: fc.constantFrom("open" as const, "closed" as const),
  output_on: fc.constantFrom("spike" as const, "event" as const),
  event_queue: fc.record({
    depth: fc.constantFrom(1, 2, 5, 16),
    visibility_cycles: fc.integer({ min: 1, max: 3 }),
    full_judged: fc.constantFrom("before-pop" as const, "after-pop" as const),
  }),
  input_link: fc.record({
    synchroniser_flops: fc.integer({ min: 1, max: 3 }),
    request_gap_cycles: delay,
    request_fall_delay_cycles: delay,
  }),
  output_link: fc.record({ synchroniser_flops: fc.integer({ min: 1, max: 3 }), ack_up_delay_cycles: delay, ack_down_delay_cycles: delay }),
});
const address = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.integer({ min: 0x200, max: 0x2ff }),
  fc.integer({ min: 0x100, max: 0x1fe }),
  fc.constant(0x1ff),
);
const specArb = fc.record({
  seed: fc.integer({ min: 0, max: 1000 }),
  threshold: fc.integer({ min: 0, max: 40 }),
  events: fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), address), { maxLength: 25 }),
  limitCycles: fc.constantFrom(1, 150, 1000, 4000),
});
type Spec = typeof specArb extends fc.Arbitrary<infer Value> ? Value : never;

function stimulusOf({ seed, threshold, events, limitCycles }: Spec): TinyOdinStimulus {
  const rng = createRng(seed, "tinyODIN stimulus");
  const fill = <Data extends Uint8Array | Int32Array>(data: Data, low: number, high: number): Data => {
    for (let i = 0; i < data.length; i++) data[i] = rng.int(low, high);
    return data;
  };
  let notBefore = 0;
  return {
    weights: fill(new Uint8Array(65536), 0, 15),
    disable: fill(new Uint8Array(256), 0, 1),
    leak: fill(new Uint8Array(256), 0, 9),
    threshold: fill(new Int32Array(256), 0, threshold),
    membrane: fill(new Int32Array(256), -10, 10),
    events: events.map(([gap, value]) => {
      notBefore += gap;
      return { notBefore, value };
    }),
    limitCycles,
  };
}
/** Small values print short: the property makes the stimulus from its specification. */
const property = (claim: (chip: TinyOdinChip, stimulus: TinyOdinStimulus) => void, numRuns: number): void =>
  fc.assert(
    fc.property(chipArb, specArb, (chip, spec) => claim(chip, stimulusOf(spec))),
    { seed: SEED, numRuns },
  );

const rowsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
const number = (summary: TinyOdinRun["summary"], key: string): number => summary[key] as number;

test("a run does not change if every cycle is simulated and the parts are in any order", { tags: ["long"] }, () => {
  property((chip, stimulus) => {
    const skipped = runTinyOdin(chip, stimulus, true);
    expect(runTinyOdin(chip, stimulus, true, denseShuffled(SEED))).toEqual(skipped);
  }, 60);
});

test("the queue conserves words, never exceeds its depth, and reports the occupancy before each access", () => {
  property((chip, stimulus) => {
    const run = runTinyOdin(chip, stimulus, false);
    let occupancy = 0;
    let cycle = "";
    let change = 0;
    for (const [at = "", event = "", , b = "", c = ""] of rowsOf(run.trace)) {
      if (!/^(PUSH|PUSH_DROP|POP)$/.test(event)) continue;
      if (at !== cycle) {
        occupancy += change;
        change = 0;
        expect(occupancy).toBeLessThanOrEqual(chip.event_queue.depth);
      }
      cycle = at;
      expect(Number(event === "POP" ? b : c)).toBe(occupancy);
      if (event === "PUSH") change++;
      if (event === "POP") change--;
      if (event === "PUSH_DROP" && chip.event_queue.full_judged === "before-pop") expect(occupancy).toBe(chip.event_queue.depth);
    }
    const { summary } = run;
    expect(number(summary, "fifo_push_aer") + number(summary, "fifo_push_neuron") - number(summary, "fifo_pops")).toBe(occupancy + change);
    expect(number(summary, "fifo_max_occupancy")).toBeLessThanOrEqual(chip.event_queue.depth);
    if (summary.quiescent === true) expect(occupancy + change).toBe(0);
    const offered =
      number(summary, "fifo_push_neuron") + rowsOf(run.trace).filter(([, event, a]) => event === "PUSH_DROP" && a === "neur").length;
    expect(offered).toBe(chip.loop === "closed" ? number(summary, "spikes") : 0);
  }, 80);
});

test("the states cover the whole run, and every cycle of an operation accesses the neuron memory once", () => {
  property((chip, stimulus) => {
    const run = runTinyOdin(chip, stimulus, false);
    const states = Object.values(run.summary.state_cycles as { [state: string]: number });
    expect(states.reduce((sum, cycles) => sum + cycles, 0)).toBe(run.totalCycles);
    let reads = 0;
    let writes = 0;
    let synapseReads = 0;
    for (const [start, end, op, , neuronReads, neuronWrites, synapse] of rowsOf(run.operations)) {
      expect(Number(end) - Number(start) + 1).toBe(Number(neuronReads) + Number(neuronWrites));
      reads += Number(neuronReads);
      writes += Number(neuronWrites);
      synapseReads += Number(synapse);
      if (op === "POP_NEUR") expect(Number(synapse)).toBeGreaterThanOrEqual(2 * Math.ceil(chip.neurons / chip.synapses_per_word));
      else expect(Number(synapse)).toBe(0);
    }
    if (run.summary.quiescent === true) {
      expect([reads, writes, synapseReads]).toEqual(
        ["neuron_sram_reads", "neuron_sram_writes", "synapse_sram_reads"].map((key) => run.summary[key]),
      );
    }
  }, 80);
});

/** Plain replay: the operations in their order, no clock. */
function replay(chip: TinyOdinChip, stimulus: TinyOdinStimulus, run: TinyOdinRun): { membrane: number[]; spikes: number[] } {
  const membrane = Array.from(stimulus.membrane);
  const spikes: number[] = [];
  const half = 2 ** (chip.membrane_bits - 1);
  const settle = (i: number, v: number): void => {
    if (v >= 0 && v >= stimulus.threshold[i]) {
      membrane[i] = 0;
      if (stimulus.disable[i] === 0) spikes.push(i);
    } else membrane[i] = v;
  };
  const signed = (nibble: number): number => (nibble > 7 ? nibble - 16 : nibble);
  const leak = (i: number): void => {
    const v = membrane[i];
    const l = stimulus.leak[i];
    if (v < 0) settle(i, Math.min(v + l, 0));
    else settle(i, Math.max(v - l, 0));
  };
  const add = (i: number, w: number): void => settle(i, Math.min(half - 1, Math.max(-half, membrane[i] + w)));
  for (const [, , op, arg] of rowsOf(run.operations)) {
    const word = Number(arg);
    if (op === "TREF" && word === 255) for (let i = 0; i < chip.neurons; i++) leak(i);
    else if (op === "TREF") leak(word);
    else if (op === "POP_VIRT") add(word % 256, signed(word >> 8));
    else for (let i = 0; i < chip.neurons; i++) add(i, signed(stimulus.weights[word * 256 + i]));
  }
  return { membrane, spikes };
}

test("membranes and spikes equal a plain replay of the operations in their order", () => {
  property((chip, stimulus) => {
    const run = runTinyOdin(chip, stimulus, false);
    if (run.summary.quiescent !== true) return;
    const plain = replay(chip, stimulus, run);
    expect(Array.from(run.membrane)).toEqual(plain.membrane);
    expect(rowsOf(run.spikes).map(([, neuron]) => Number(neuron))).toEqual(plain.spikes);
  }, 80);
});

test.each([
  [1, 4],
  [16, 34],
  [256, 514],
])("an uncontended spike event over %i neurons takes %i cycles from one WAIT to the next", (neurons, cycles) => {
  const chip: TinyOdinChip = {
    ...{
      version: 1,
      name: "t",
      source: "t",
      model: "tinyodin",
      neurons,
      synapses_per_word: 8,
      membrane_bits: 12,
      loop: "open",
      output_on: "spike",
    },
    event_queue: { depth: 8, visibility_cycles: 1, full_judged: "before-pop" },
    input_link: { synchroniser_flops: 2, request_gap_cycles: 0, request_fall_delay_cycles: 0 },
    output_link: { synchroniser_flops: 2, ack_up_delay_cycles: 0, ack_down_delay_cycles: 0 },
  };
  const run = runTinyOdin(
    chip,
    {
      weights: new Uint8Array(65536),
      disable: new Uint8Array(256),
      leak: new Uint8Array(256),
      threshold: new Int32Array(256).fill(100),
      membrane: new Int32Array(256),
      events: [{ notBefore: 10, value: 3 }],
      limitCycles: 2000,
    },
    false,
  );
  const states = rowsOf(run.trace).filter(([, event]) => event === "STATE");
  const at = (state: string, nth: number): number => Number(states.filter(([, , a]) => a === state)[nth]?.[0]);
  // The WAIT cycle that decides is the one before POP_NEUR.
  expect(at("WAIT", 1) - (at("POP_NEUR", 0) - 1)).toBe(cycles);
});

test.each([
  [2, 0, 0, 8],
  [2, 3, 5, 16],
  [3, 0, 0, 10],
  [1, 1, 1, 8],
])("with %i flip-flops and receiver delays %i and %i the output is busy for %i cycles per spike", (flops, up, down, busy) => {
  const base = fc.sample(chipArb, { seed: SEED, numRuns: 1 })[0];
  const run = runTinyOdin(
    {
      ...base,
      ...{ neurons: 2, loop: "open", output_on: "spike" },
      output_link: { synchroniser_flops: flops, ack_up_delay_cycles: up, ack_down_delay_cycles: down },
    },
    {
      weights: new Uint8Array(65536).fill(1),
      disable: new Uint8Array(256),
      leak: new Uint8Array(256),
      threshold: Int32Array.from({ length: 256 }, (_, i) => (i === 0 ? 1 : 100)),
      membrane: new Int32Array(256),
      events: [{ notBefore: 1, value: 0 }],
      limitCycles: 500,
    },
    true,
  );
  const columns = run.perCycle.split("\n")[0]?.split(",");
  expect(rowsOf(run.perCycle).filter((row) => row[columns.indexOf("busy")] === "1").length).toBe(busy);
});
