/**
 * ODIN and tinyODIN agree with a second interpretation, register by register: every row of every file, on random cases.
 */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { runOdin } from "../../../sim/recorded/odin.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";
import { runTinyOdin } from "../../../sim/recorded/tinyodin.js";
import { NEURON_FIELDS, type NeuronWord } from "./aer-neurons.js";
import { type AerMemories, type AerRegisters, runAerRegisters } from "./aer-registers.js";

const SEED = 20_270;
/** `SNN_DSE_RUNS=5000` for a long hunt. */
const RUNS = Number(process.env.SNN_DSE_RUNS ?? 27);
const delay = fc.constantFrom(0, 0, 1, 3, 7);
const flops = fc.constantFrom(2, 2, 1, 3, 8);
const registersArb: fc.Arbitrary<AerRegisters> = fc.record({
  design: fc.constantFrom("tinyodin" as const, "odin" as const),
  maxNeuron: fc.constantFrom(0, 6, 7, 8, 31, 40, 255),
  ...{ openLoop: fc.boolean(), sourceIsController: fc.boolean() },
  ...{ requestFlops: flops, ackFlops: flops },
  ...{ requestFallDelay: delay, requestGap: delay, ackUpDelay: delay, ackDownDelay: delay },
  ...{ updateUnmapped: fc.boolean(), propagateUnmapped: fc.boolean(), plasticityOnSynapse: fc.boolean() },
  limit: fc.constantFrom(1, 333, 2500, 9000),
});
const specArb = fc.record({
  seed: fc.nat(1_000_000),
  /** Threshold: low ones cause storms that fill the queue. */
  threshold: fc.constantFrom(0, 2, 12, 60),
  inputs: fc.integer({ min: 0, max: 60 }),
  gap: fc.constantFrom(1, 40, 900),
  /** Share of zero weights. */
  sparsity: fc.constantFrom(0, 0.6, 0.95),
});
type Spec = typeof specArb extends fc.Arbitrary<infer Value> ? Value : never;

function memoriesOf(chip: AerRegisters, spec: Spec): AerMemories {
  const rng = createRng(spec.seed, "registers");
  const isOdin = chip.design === "odin";
  const ranges: { [field in keyof NeuronWord]: readonly [number, number] } = {
    ...{ disable: [0, 1], leak_en: [0, 1], leak: [0, rng.int(0, 1) * 120 + 5], thr: [0, spec.threshold] },
    ...{ core: isOdin ? [0, 255] : [-40, 40], ca_en: [0, 1], thetamem: [0, 12], ca_theta1: [0, 3] },
    ...{ ca_theta2: [0, 7], ca_theta3: [0, 7], ca_leak: [0, 4], calcium: [0, 7], caleak_cnt: [0, 31] },
  };
  const neuron = (): NeuronWord => {
    const word = Object.fromEntries(NEURON_FIELDS.map((field) => [field, rng.int(...ranges[field])])) as NeuronWord;
    if (rng.float() < 0.2) word.thr = isOdin ? 255 : 4095;
    return word;
  };
  const address = (): number => {
    const kind = rng.int(0, 9);
    const [row, post] = [rng.int(0, 255), rng.int(0, 255)];
    if (!isOdin) return kind < 5 ? rng.int(0, 1023) : kind < 8 ? row : kind === 8 ? 0x1ff : 0x200 | (rng.int(0, 15) << 4) | rng.int(0, 15);
    if (kind < 3) return rng.int(0, 0x1ffff);
    if (kind < 6) return (row << 8) | 0x07;
    if (kind === 6) return 0x10000 | (row << 8) | post;
    if (kind === 7) return (row << 8) | (rng.int(0, 31) << 3) | 1;
    return (row << 8) | (kind === 8 ? 0x80 : rng.int(0, 3) === 0 ? 0x7f : 0xff);
  };
  let notBefore = rng.int(-2, 3);
  return {
    neurons: Array.from({ length: 256 }, neuron),
    synapses: Uint8Array.from({ length: 65536 }, () => (rng.float() < spec.sparsity ? 0 : rng.int(0, 15))),
    inhibits: Uint8Array.from({ length: 256 }, () => (rng.float() < 0.25 ? 1 : 0)),
    inputs: Array.from({ length: spec.inputs }, () => {
      notBefore += rng.int(0, spec.gap);
      return { notBefore, value: address() };
    }),
  };
}

/** The model's files and final state for the same registers and memories. */
function modelOf(registers: AerRegisters, memory: AerMemories): { readonly [name: string]: unknown } {
  const field = (name: keyof NeuronWord): Int32Array => Int32Array.from(memory.neurons, (word) => word[name]);
  const settings = {
    loop: registers.openLoop ? ("open" as const) : ("closed" as const),
    output_on: registers.sourceIsController ? ("event" as const) : ("spike" as const),
    input_link: {
      ...{ synchroniser_flops: registers.requestFlops, request_gap_cycles: registers.requestGap },
      request_fall_delay_cycles: registers.requestFallDelay,
    },
    output_link: {
      ...{ synchroniser_flops: registers.ackFlops, ack_up_delay_cycles: registers.ackUpDelay },
      ack_down_delay_cycles: registers.ackDownDelay,
    },
  };
  const shared = { events: memory.inputs, limitCycles: registers.limit };
  if (registers.design === "tinyodin") {
    const chip = { ...recordedChip("tinyodin"), ...settings, neurons: registers.maxNeuron + 1 };
    const run = runTinyOdin(
      chip,
      {
        ...{ weights: memory.synapses.slice(), disable: Uint8Array.from(field("disable")), leak: Uint8Array.from(field("leak")) },
        ...{ threshold: field("thr"), membrane: field("core"), ...shared },
      },
      false,
    );
    const { trace, operations, spikes, summary, membrane } = run;
    return { trace, operations, spikes, summary, core: [...membrane] };
  }
  const chip = {
    ...{ ...recordedChip("odin"), ...settings, update_unmapped: registers.updateUnmapped },
    ...{ propagate_unmapped: registers.propagateUnmapped, plasticity_on_synapse_event: registers.plasticityOnSynapse },
  };
  const neurons = Object.fromEntries(NEURON_FIELDS.map((name) => [name, field(name)])) as { [name in keyof NeuronWord]: Int32Array };
  const run = runOdin(chip, { synapses: memory.synapses.slice(), inhibits: memory.inhibits, neurons, ...shared });
  const { trace, operations, spikes, summary, membrane, calcium, calciumCount, synapses } = run;
  return {
    ...{ trace, operations, spikes, summary, core: [...membrane], calcium: [...calcium], caleak_cnt: [...calciumCount] },
    synapses: Buffer.from(synapses).toString("hex"),
  };
}

test("model and registers give the same trace, operations, spikes, summary and final state", { tags: ["long"], timeout: 600_000 }, () => {
  let rows = 0;
  let fromReset = 0;
  const covered = new Set<string>();
  fc.assert(
    fc.property(registersArb, specArb, (drawn, spec) => {
      const registers = drawn.design === "odin" ? { ...drawn, maxNeuron: 255 } : drawn;
      const memory = memoriesOf(registers, spec);
      const got = modelOf(registers, memory);
      const { trace, operations, spikes, summary } = runAerRegisters(registers, memory);
      const final = (name: keyof NeuronWord): number[] => memory.neurons.map((word) => word[name]);
      const state =
        registers.design === "tinyodin"
          ? { core: final("core") }
          : {
              ...{ core: final("core"), calcium: final("calcium"), caleak_cnt: final("caleak_cnt") },
              synapses: Buffer.from(memory.synapses).toString("hex"),
            };
      expect(got).toEqual({ trace, operations, spikes, summary, ...state });
      for (const row of trace.split("\n")) {
        rows++;
        if (row.startsWith("0,IN_REQ_UP")) fromReset++;
        covered.add(`${registers.design} ${row.split(",")[1]} ${row.includes("STATE") ? row.split(",")[2] : ""}`);
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(fromReset).toBeGreaterThan(RUNS / 10);
  // both designs have reached every state, and both have dropped words at a full queue
  const states = ["PUSH", "TREF", "POP_NEUR", "POP_VIRT", "WAIT_REQDN"];
  for (const state of [...states, "AER_POP"]) expect(covered).toContain(`tinyodin STATE ${state}`);
  for (const state of [...states, "BIST", "SYNAPSE"]) expect(covered).toContain(`odin STATE ${state}`);
  for (const design of ["tinyodin", "odin"]) expect(covered).toContain(`${design} PUSH_DROP `);
  expect(rows).toBeGreaterThan(RUNS * 300);
});
