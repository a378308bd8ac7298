/**
 * ODIN: invariants on random chips and stimuli; arithmetic and learning compared with a plain replay of the operations.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OdinChip } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { type OdinRun, type OdinStimulus, runOdin } from "../../../sim/recorded/odin.js";
import { denseShuffled } from "./kernels.js";

const SEED = 20_263;
const delay = fc.integer({ min: 0, max: 4 });
const chipArb: fc.Arbitrary<OdinChip> = fc.record({
  version: fc.constant(1 as const),
  name: fc.constant("test"),
  source: fc.constant("test"),
  model: fc.constant("odin" as const),
  neurons: fc.constantFrom(1, 16, 40, 256),
  synapses_per_word: fc.constantFrom(2 as const, 8 as const),
  membrane_bits: fc.constantFrom(5, 8),
  loop: fc.constantFrom("open" as const, "closed" as const),
  output_on: fc.constantFrom("spike" as const, "event" as const),
  update_unmapped: fc.boolean(),
  propagate_unmapped: fc.boolean(),
  plasticity_on_synapse_event: fc.boolean(),
  power: fc.constant(null),
  event_queue: fc.record({
    depth: fc.constantFrom(1, 4, 32),
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
const byte = fc.integer({ min: 0, max: 255 });
const address = fc.oneof(
  { weight: 4, arbitrary: byte.map((row) => (row << 8) | 0x07) },
  { weight: 3, arbitrary: fc.tuple(byte, fc.integer({ min: 0, max: 31 })).map(([neuron, virtual]) => (neuron << 8) | (virtual << 3) | 1) },
  { weight: 2, arbitrary: fc.tuple(byte, byte).map(([pre, post]) => 0x10000 | (pre << 8) | post) },
  { weight: 2, arbitrary: fc.tuple(byte, fc.boolean()).map(([neuron, one]) => (neuron << 8) | (one ? 0xff : 0x7f)) },
  { weight: 1, arbitrary: byte.map((row) => (row << 8) | 0x80) },
);
const specArb = fc.record({
  seed: fc.integer({ min: 0, max: 1000 }),
  threshold: fc.integer({ min: 1, max: 60 }),
  events: fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), address), { maxLength: 12 }),
  limitCycles: fc.constantFrom(300, 6000),
});
type Spec = typeof specArb extends fc.Arbitrary<infer Value> ? Value : never;

function stimulusOf({ seed, threshold, events, limitCycles }: Spec): OdinStimulus {
  const rng = createRng(seed, "ODIN stimulus");
  const field = (low: number, high: number): Int32Array => Int32Array.from({ length: 256 }, () => rng.int(low, high));
  let notBefore = 0;
  return {
    synapses: Uint8Array.from({ length: 65536 }, () => rng.int(0, 15)),
    inhibits: Uint8Array.from({ length: 256 }, () => (rng.float() < 0.2 ? 1 : 0)),
    neurons: {
      ...{
        disable: field(0, 1),
        leak_en: field(0, 1),
        leak: field(0, 9),
        thr: field(0, threshold),
        ca_en: field(0, 1),
        thetamem: field(0, 20),
      },
      ...{ ca_theta1: field(0, 3), ca_theta2: field(1, 6), ca_theta3: field(1, 7), ca_leak: field(0, 3) },
      ...{ core: field(0, 20), calcium: field(0, 4), caleak_cnt: field(0, 0) },
    },
    events: events.map(([gap, value]) => {
      notBefore += gap;
      return { notBefore, value };
    }),
    limitCycles,
  };
}
const property = (claim: (chip: OdinChip, stimulus: OdinStimulus) => void, numRuns: number): void =>
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

test("a run does not change if every cycle is simulated and the parts are in any order", { tags: ["long"] }, () => {
  property((chip, stimulus) => {
    const { synapses, ...skipped } = runOdin(chip, stimulus);
    const { synapses: denseSynapses, ...dense } = runOdin(chip, stimulus, denseShuffled(SEED));
    expect(dense).toEqual(skipped);
    expect(Buffer.from(denseSynapses).equals(Buffer.from(synapses))).toBe(true);
  }, 40);
});

test("states cover the run, queue words are conserved, and memory accesses equal the sums over operations", { tags: ["long"] }, () => {
  property((chip, stimulus) => {
    const { summary, operations, totalCycles } = runOdin(chip, stimulus);
    const n = (key: string): number => summary[key] as number;
    expect(Object.values(summary.state_cycles as { [state: string]: number }).reduce((a, b) => a + b, 0)).toBe(totalCycles);
    expect(n("fifo_max_occupancy")).toBeLessThanOrEqual(chip.event_queue.depth);
    if (summary.quiescent !== true) return;
    expect(n("fifo_push_aer") + n("fifo_push_neuron")).toBe(n("fifo_pops"));
    const sums = [0, 0, 0, 0, 0];
    for (const row of rowsOf(operations)) for (let i = 0; i < 5; i++) sums[i] = sums[i] + Number(row[4 + i]);
    expect(sums).toEqual(["neuron_sram_reads", "neuron_sram_writes", "synapse_sram_reads", "synapse_sram_writes", "spikes"].map(n));
  }, 100);
});

/** Plain replay of the operations: one neuron and one synapse at a time, no memory words, no clock. */
function replay(chip: OdinChip, stimulus: OdinStimulus, run: OdinRun) {
  const p = stimulus.neurons;
  const state = Array.from({ length: 256 }, (_, i) => ({
    v: p.core[i],
    ca: p.calcium[i],
    tick: 0,
    up: false,
    down: false,
  }));
  const synapses = Array.from(stimulus.synapses);
  const spikes: number[] = [];
  const finish = (i: number, v: number, isReference: boolean): void => {
    const s = state[i];
    const fired = v >= p.thr[i];
    s.v = fired ? 0 : v;
    if (fired && p.disable[i] === 0) spikes.push(i);
    s.up = false;
    s.down = false;
    if (p.ca_en[i] === 0) return;
    let leak = false;
    if (isReference && p.ca_leak[i] !== 0) {
      s.tick++;
      if (s.tick === p.ca_leak[i]) {
        s.tick = 0;
        leak = true;
      }
    }
    if (fired && !leak && s.ca < 7) s.ca++;
    if (!fired && leak && s.ca > 0) s.ca--;
    if (s.ca < p.ca_theta1[i]) return;
    if (s.v >= p.thetamem[i]) s.up = s.ca < p.ca_theta3[i];
    else s.down = s.ca < p.ca_theta2[i];
  };
  const add = (i: number, w: number, inhibits: boolean): void => {
    const v = (state[i] as { v: number }).v;
    finish(i, inhibits ? Math.max(0, v - w) : Math.min(2 ** chip.membrane_bits - 1, v + w), false);
  };
  const reference = (i: number): void => {
    const v = (state[i] as { v: number }).v;
    finish(i, p.leak_en[i] === 1 ? Math.max(0, v - p.leak[i]) : v, true);
  };
  const learn = (pre: number, post: number, up: boolean, down: boolean): void => {
    const synapse = synapses[pre * 256 + post];
    if (synapse < 8 && !chip.update_unmapped) return;
    const w = synapse % 8;
    if (up && w < 7 && !(down && w === 0)) synapses[pre * 256 + post] = synapse + 1;
    else if (!up && down && w > 0) synapses[pre * 256 + post] = synapse - 1;
  };
  const weight = (synapse: number): number => (synapse >= 8 || chip.propagate_unmapped ? synapse % 8 : 0);
  for (const [, , op, argText] of rowsOf(run.operations)) {
    const arg = Number(argText);
    const high = (arg >> 8) & 255;
    if (op === "BIST")
      for (let post = 0; post < 256; post++) {
        const w = synapses[high * 256 + post] % 8;
        learn(high, post, w >= 4, w < 4);
      }
    else if (op === "TREF" && (arg & 128) === 0) for (let i = 0; i < chip.neurons; i++) reference(i);
    else if (op === "TREF") reference(high);
    else if (op === "POP_VIRT") {
      if (((arg >> 8) & 1) === 1) reference(arg & 255);
      else add(arg & 255, arg >> 10, ((arg >> 9) & 1) === 1);
    } else if (op === "SYNAPSE") {
      const post = arg & 255;
      const old = synapses[high * 256 + post];
      const { up, down } = state[post] as { up: boolean; down: boolean };
      if (chip.plasticity_on_synapse_event) learn(high, post, up, down);
      add(post, weight(old), stimulus.inhibits[high] === 1);
    } else {
      const old = synapses.slice(arg * 256, arg * 256 + 256);
      const flags = state.map(({ up, down }) => ({ up, down }));
      for (let i = 0; i < chip.neurons; i++) add(i, weight(old[i]), stimulus.inhibits[arg] === 1);
      const words = Math.ceil(chip.neurons / chip.synapses_per_word) * chip.synapses_per_word;
      flags.slice(0, words).forEach(({ up, down }, i) => {
        learn(arg, i, up, down);
      });
    }
  }
  return { state, synapses, spikes };
}

test("membranes, calcium, flags, synapses and spikes equal a plain replay of the operations", () => {
  property((chip, stimulus) => {
    const run = runOdin(chip, stimulus);
    if (run.summary.quiescent !== true) return;
    const plain = replay(chip, stimulus, run);
    expect(Array.from(run.membrane)).toEqual(plain.state.map((s) => s.v));
    expect(Array.from(run.calcium)).toEqual(plain.state.map((s) => s.ca));
    expect(Array.from(run.up)).toEqual(plain.state.map((s) => (s.up ? 1 : 0)));
    expect(Array.from(run.down)).toEqual(plain.state.map((s) => (s.down ? 1 : 0)));
    expect(rowsOf(run.spikes).map(([, neuron]) => Number(neuron))).toEqual(plain.spikes);
    expect(Buffer.from(run.synapses).equals(Buffer.from(plain.synapses))).toBe(true);
  }, 120);
});
