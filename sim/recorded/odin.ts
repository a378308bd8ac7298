/**
 * ODIN: 256 LIF neurons with unsigned saturating membranes and calcium, 256 x 256 plastic synapses (mapping bit and
 * 3-bit weight).
 *
 * Shapes: synapses [pre][post] as raw nibbles, neuron fields [256]. Throws InputError on a malformed case.
 * Source: github.com/ChFrenkel/ODIN RTL and its recorded runs; Frenkel et al., IEEE TBioCAS 13(1), 2019 (SDSP
 * learning).
 * Not modelled: Izhikevich neurons, monitoring mode, SPI configuration; a case with one of them is refused. Bursts need
 * no model: a LIF neuron asks for none, so the register SPI_BURST_TIMEREF has no effect (lif_neuron_state.v,
 * scheduler.v). With `output_on: event` the output request of a processed event comes in the write phase of neuron 0
 * (register SPI_MONITOR_NEUR_ADDR = 0, controller.v); ODIN's recorded runs never use it.
 */

import { checkedCase, type OdinChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { inputEvents, linkRegisters, neuronRows, refuseRegisters } from "./aer-case.js";
import { type AerEvent, type AerReport, runAerCore } from "./aer-harness.js";
import {
  type CaseFiles,
  changedNibbleRows,
  csvRows,
  integerWithin,
  linesOf,
  nibbleRows,
  setting,
  settingBit,
  settingsOf,
  textOf,
} from "./case-files.js";
import { type Kernel, runKernel } from "./event-loop.js";
import type { EventCore, Operation, Request } from "./parts/event-controller.js";
import { newSramCounters, Sram } from "./parts/sram.js";

const NEURONS = 256;
const MAPPED = 8;
const MAX_WEIGHT = 7;
const MAX_CALCIUM = 7;
const CALCIUM_LEAK_PERIOD = 32;

const bits = (width: number): readonly [low: number, high: number] => [0, powerOfTwo(width) - 1];
/** Fields of a neuron word with their bits, all unsigned. */
const neuronFields = ({ membrane_bits: membrane }: OdinChip) => ({
  ...{ disable: bits(1), leak_en: bits(1), leak: bits(7), thr: bits(membrane), ca_en: bits(1), thetamem: bits(membrane) },
  ...{ ca_theta1: bits(3), ca_theta2: bits(3), ca_theta3: bits(3), ca_leak: bits(5) },
  ...{ core: bits(membrane), calcium: bits(3), caleak_cnt: bits(5) },
});
type NeuronFields = { readonly [field in keyof ReturnType<typeof neuronFields>]: Int32Array };
/** Bit 0 of a neuron word: 1 for a LIF neuron, 0 for an Izhikevich neuron. */
const MODEL_BIT = "lif_izh_sel";
const ADDRESS_BITS = 17;

/** Workload of a run: initial memories and the input events. */
export interface OdinStimulus {
  readonly synapses: Uint8Array;
  /** 1: spikes of this presynaptic neuron inhibit. */
  readonly inhibits: Uint8Array;
  readonly neurons: NeuronFields;
  readonly events: readonly AerEvent[];
  readonly limitCycles: number;
}

class OdinCore implements EventCore {
  readonly neuronMemory = new Sram("neuron memory", NEURONS, "1rw", newSramCounters());
  readonly synapseMemory: Sram;
  readonly synapses: Uint8Array;
  readonly membrane: Int32Array;
  readonly calcium: Int32Array;
  readonly calciumCount: Int32Array;
  readonly up = new Uint8Array(NEURONS);
  readonly down = new Uint8Array(NEURONS);
  private readonly wordsPerRow: number;
  private readonly maxMembrane: number;
  /** The synapse word read last, before its write-back. */
  private readonly latched: Uint8Array;

  constructor(
    private readonly chip: OdinChip,
    private readonly stimulus: OdinStimulus,
  ) {
    this.synapses = stimulus.synapses.slice();
    this.membrane = stimulus.neurons.core.slice();
    this.calcium = stimulus.neurons.calcium.slice();
    this.calciumCount = stimulus.neurons.caleak_cnt.slice();
    this.maxMembrane = powerOfTwo(chip.membrane_bits) - 1;
    this.wordsPerRow = NEURONS / chip.synapses_per_word;
    this.latched = new Uint8Array(chip.synapses_per_word);
    this.synapseMemory = new Sram("synapse memory", NEURONS * this.wordsPerRow, "1rw", newSramCounters());
  }

  request(address: number): Request {
    const arg = address & 0x1ffff;
    const one = (address & 0x80) !== 0;
    if ((address & 0x10000) !== 0) return sweep({ state: "SYNAPSE", arg, items: 1, countsNeurons: false, pops: false }, false);
    if ((address & 0x7f) === 0x7f) {
      return sweep({ state: "TREF", arg, items: one ? 1 : this.chip.neurons, countsNeurons: !one, pops: false }, false);
    }
    if ((address & 0x7f) === 0) {
      const items = one ? this.wordsPerRow : NEURONS * this.wordsPerRow;
      return sweep({ state: "BIST", arg, items, countsNeurons: false, pops: false }, true);
    }
    return { kind: "push", word: (((address >> 3) & 0x1f) << 8) | ((address >> 8) & 0xff) };
  }

  event(word: number): Operation {
    if (word >> 8 !== 0) return { state: "POP_VIRT", arg: word, items: 1, countsNeurons: false, pops: true };
    return { state: "POP_NEUR", arg: word, items: this.chip.neurons, countsNeurons: true, pops: true };
  }

  read(operation: Operation, item: number, cycle: number): void {
    if (operation.state !== "BIST") this.neuronMemory.read(this.neuronOf(operation, item), cycle);
    const word = this.synapseWord(operation, item);
    if (word < 0) return;
    this.synapseMemory.read(word, cycle);
    const start = word * this.chip.synapses_per_word;
    this.latched.set(this.synapses.subarray(start, start + this.chip.synapses_per_word));
  }

  write(operation: Operation, item: number, cycle: number): number {
    const word = this.synapseWord(operation, item);
    if (word >= 0) {
      this.synapseMemory.write(word, cycle);
      this.learn(operation, word);
    }
    if (operation.state === "BIST") return -1;
    const neuron = this.neuronOf(operation, item);
    this.neuronMemory.write(neuron, cycle);
    return this.update(operation, neuron);
  }

  private neuronOf(operation: Operation, item: number): number {
    if (operation.countsNeurons) return item;
    if (operation.state === "TREF") return (operation.arg >> 8) & 0xff;
    return operation.arg & 0xff; // SYNAPSE: post-synaptic neuron; POP_VIRT: neuron
  }

  /** Address of the synapse word that this item reads and writes back; -1 if none. */
  private synapseWord(operation: Operation, item: number): number {
    const each = this.chip.synapses_per_word;
    if (operation.state === "POP_NEUR") return item % each === 0 ? operation.arg * this.wordsPerRow + item / each : -1;
    if (operation.state === "SYNAPSE") return ((operation.arg >> 8) & 0xff) * this.wordsPerRow + Math.floor((operation.arg & 0xff) / each);
    if (operation.state === "BIST") return ((operation.arg & 0x80) === 0 ? 0 : ((operation.arg >> 8) & 0xff) * this.wordsPerRow) + item;
    return -1;
  }

  /** Writes back a synapse word with its changes. */
  private learn(operation: Operation, word: number): void {
    const each = this.chip.synapses_per_word;
    for (let k = 0; k < each; k++) {
      const post = (word % this.wordsPerRow) * each + k;
      const synapse = this.latched[k];
      if ((synapse & MAPPED) === 0 && !this.chip.update_unmapped) continue;
      if (operation.state === "SYNAPSE" && (!this.chip.plasticity_on_synapse_event || post !== (operation.arg & 0xff))) continue;
      const weight = synapse & MAX_WEIGHT;
      const next = operation.state === "BIST" ? bistable(weight) : this.potentiated(weight, post);
      this.synapses[word * each + k] = (synapse & MAPPED) | next;
    }
  }

  private potentiated(weight: number, post: number): number {
    const up = this.up[post] === 1;
    const down = this.down[post] === 1;
    if ((up && weight === MAX_WEIGHT) || (down && weight === 0)) return weight;
    return up ? weight + 1 : down ? weight - 1 : weight;
  }

  /** Updates one neuron; returns it if its spike leaves, else -1. */
  private update(operation: Operation, neuron: number): number {
    const n = this.stimulus.neurons;
    const virtual = operation.state === "POP_VIRT" ? operation.arg >> 8 : 0;
    const isReference = operation.state === "TREF" || (virtual & 1) === 1;
    const before = this.membrane[neuron];
    let v: number;
    if (isReference) v = n.leak_en[neuron] === 1 ? Math.max(before - n.leak[neuron], 0) : before;
    else {
      const pre = operation.state === "SYNAPSE" ? (operation.arg >> 8) & 0xff : operation.arg;
      const inhibits = operation.state === "POP_VIRT" ? (virtual & 2) !== 0 : this.stimulus.inhibits[pre] === 1;
      const weight = operation.state === "POP_VIRT" ? virtual >> 2 : this.effectiveWeight(neuron);
      v = inhibits ? Math.max(before - weight, 0) : Math.min(before + weight, this.maxMembrane);
    }
    const fires = v >= n.thr[neuron];
    if (fires) v = 0;
    this.membrane[neuron] = v;
    const learns = n.ca_en[neuron] === 1;
    if (learns) this.updateCalcium(neuron, isReference, fires);
    const calcium = this.calcium[neuron];
    const aboveFirst = learns && calcium >= n.ca_theta1[neuron];
    const high = v >= n.thetamem[neuron];
    this.up[neuron] = aboveFirst && high && calcium < n.ca_theta3[neuron] ? 1 : 0;
    this.down[neuron] = aboveFirst && !high && calcium < n.ca_theta2[neuron] ? 1 : 0;
    return fires && n.disable[neuron] === 0 ? neuron : -1;
  }

  private updateCalcium(neuron: number, isReference: boolean, fires: boolean): void {
    const period = this.stimulus.neurons.ca_leak[neuron];
    let leaks = false;
    if (isReference && period !== 0) {
      leaks = this.calciumCount[neuron] === period - 1;
      this.calciumCount[neuron] = leaks ? 0 : (this.calciumCount[neuron] + 1) % CALCIUM_LEAK_PERIOD;
    }
    const calcium = this.calcium[neuron];
    if (fires && !leaks) this.calcium[neuron] = Math.min(calcium + 1, MAX_CALCIUM);
    if (leaks && !fires) this.calcium[neuron] = Math.max(calcium - 1, 0);
  }

  /** Weight before the write-back of this event. */
  private effectiveWeight(post: number): number {
    const synapse = this.latched[post % this.chip.synapses_per_word];
    return (synapse & MAPPED) !== 0 || this.chip.propagate_unmapped ? synapse & MAX_WEIGHT : 0;
  }
}

function sweep(operation: Operation, afterQueue: boolean): Request {
  return { kind: "operation", operation, afterQueue };
}

/** Bistability: a weight drifts to the nearer end of its range. */
function bistable(weight: number): number {
  return weight > MAX_WEIGHT / 2 ? Math.min(weight + 1, MAX_WEIGHT) : Math.max(weight - 1, 0);
}

export interface OdinRun extends AerReport {
  readonly membrane: Int32Array;
  readonly calcium: Int32Array;
  readonly calciumCount: Int32Array;
  readonly up: Uint8Array;
  readonly down: Uint8Array;
  readonly synapses: Uint8Array;
}

export function runOdin(chip: OdinChip, stimulus: OdinStimulus, kernel: Kernel = runKernel): OdinRun {
  const core = new OdinCore(chip, stimulus);
  const report = runAerCore(
    chip,
    { spikeEventPop: "last-write", eventOutputAt: "first" },
    core,
    { neuron: core.neuronMemory.counters, synapse: core.synapseMemory.counters, hasSynapseWrites: true },
    stimulus.events,
    stimulus.limitCycles,
    null,
    kernel,
  );
  const { membrane, calcium, calciumCount, up, down, synapses } = core;
  return { ...report, membrane, calcium, calciumCount, up, down, synapses };
}

/** The column of a neuron word's bit 0 may be missing; where it is given, it is 1. */
function refuseIzhikevich(files: CaseFiles): void {
  const name = "neur_init.csv";
  const [header] = linesOf(textOf(files, name));
  if (header?.split(",").some((title) => title.trim() === MODEL_BIT) !== true) return;
  for (const row of csvRows(files, name, [MODEL_BIT])) {
    if (integerWithin(row.place, MODEL_BIT, row[MODEL_BIT], [0, 1]) === 1) continue;
    throw inputError(row.place, `${MODEL_BIT} is 0, expected 1: Izhikevich neurons are not modelled`);
  }
}

/** A case's memories, input events and cycle limit. */
export function odinStimulus(chip: OdinChip, files: CaseFiles): OdinStimulus {
  refuseIzhikevich(files);
  const signs = textOf(files, "sign.txt").trim().split(/\s+/);
  if (signs.length !== NEURONS) throw inputError("sign.txt", `got ${signs.length} values, expected ${NEURONS}`);
  return {
    synapses: nibbleRows(files, "syn.hex"),
    inhibits: Uint8Array.from(signs, (sign) => integerWithin("sign.txt", "sign", sign, [0, 1])),
    neurons: neuronRows(files, neuronFields(chip)),
    events: inputEvents(files, ADDRESS_BITS),
    limitCycles: setting(settingsOf(files), "limit"),
  };
}

/** The chip with the registers of a case, and the case's workload. */
export function odinCase(chip: OdinChip, files: CaseFiles): { chip: OdinChip; stimulus: OdinStimulus } {
  const settings = settingsOf(files);
  const bit = (name: string): boolean => settingBit(settings, name);
  refuseRegisters(settings, {
    gate_activity: "access to the memories over SPI",
    out_aer_monitor_en: "the monitoring mode",
    ...(bit("aer_src_ctrl_nneur") ? { monitor_neur_addr: "output by event at another neuron than 0" } : {}),
  });
  const registers = {
    ...linkRegisters(chip, settings),
    update_unmapped: bit("update_unmapped"),
    propagate_unmapped: bit("propagate_unmapped"),
    plasticity_on_synapse_event: bit("sdsp_on_syn_stim"),
  };
  return { chip: checkedCase({ ...chip, ...registers }), stimulus: odinStimulus(chip, files) };
}

export function odinOutputs(chip: OdinChip, files: CaseFiles): Map<string, string> {
  const given = odinCase(chip, files);
  const run = runOdin(given.chip, given.stimulus);
  const finals = Array.from(run.membrane, (v, i) => `${i},${v},${run.calcium[i]},${run.calciumCount[i]},${run.up[i]},${run.down[i]}`);
  return new Map([
    ["trace.csv", run.trace],
    ["ops.csv", run.operations],
    ["spikes.csv", run.spikes],
    ["neur_final.csv", ["neuron,core,calcium,caleak_cnt,up,down", ...finals, ""].join("\n")],
    ["syn_final.hex", changedNibbleRows(given.stimulus.synapses, run.synapses)],
    ["summary.json", JSON.stringify(run.summary)],
  ]);
}
