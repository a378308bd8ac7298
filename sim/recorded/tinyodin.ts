/**
 * tinyODIN: 256 neurons with signed saturating membranes, 256 x 256 signed 4-bit synapses, swept event by event.
 *
 * Shapes: weights [pre][post] as raw nibbles, neuron fields [256]. Throws InputError on a malformed case.
 * Source: github.com/ChFrenkel/tinyODIN RTL and its recorded runs. Not modelled: SPI configuration.
 */

import { checkedCase, type TinyOdinChip } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import { inputEvents, linkRegisters, neuronRows, refuseRegisters } from "./aer-case.js";
import { type AerEvent, type AerReport, type AerView, runAerCore } from "./aer-harness.js";
import { type CaseFiles, nibbleRows, setting, settingsOf } from "./case-files.js";
import { type Kernel, runKernel } from "./event-loop.js";
import type { EventCore, Operation, Request } from "./parts/event-controller.js";
import { newSramCounters, Sram } from "./parts/sram.js";

const NEURONS = 256;
const ADDRESS_MASK = 0xff;
const ADDRESS_BITS = 10;

/** Workload of a run: initial memories and the input events. */
export interface TinyOdinStimulus {
  readonly weights: Uint8Array;
  readonly disable: Uint8Array;
  readonly leak: Uint8Array;
  readonly threshold: Int32Array;
  readonly membrane: Int32Array;
  readonly events: readonly AerEvent[];
  readonly limitCycles: number;
}

class TinyOdinCore implements EventCore {
  readonly neuronMemory = new Sram("neuron memory", NEURONS, "1rw", newSramCounters());
  readonly synapseMemory: Sram;
  /** The word in the neuron memory's output register. */
  lastWord = 0n;
  readonly membrane: Int32Array;
  private readonly top: number;
  private readonly wordsPerRow: number;

  constructor(
    private readonly chip: TinyOdinChip,
    private readonly stimulus: TinyOdinStimulus,
  ) {
    this.membrane = stimulus.membrane.slice();
    this.top = powerOfTwo(chip.membrane_bits - 1);
    this.wordsPerRow = NEURONS / chip.synapses_per_word;
    this.synapseMemory = new Sram("synapse memory", NEURONS * this.wordsPerRow, "1rw", newSramCounters());
  }

  request(address: number): Request {
    if ((address & 0x100) === 0)
      return { kind: "push", word: (address & 0x200) === 0 ? address & ADDRESS_MASK : ((address & 0xf0) << 4) | (address & 0xf) };
    const arg = address & ADDRESS_MASK;
    const all = arg === ADDRESS_MASK;
    const operation: Operation = { state: "TREF", arg, items: all ? this.chip.neurons : 1, countsNeurons: all, pops: false };
    return { kind: "operation", operation, afterQueue: false };
  }

  event(word: number): Operation {
    if (word >> 8 !== 0) return { state: "POP_VIRT", arg: word, items: 1, countsNeurons: false, pops: true };
    return { state: "POP_NEUR", arg: word & ADDRESS_MASK, items: this.chip.neurons, countsNeurons: true, pops: true };
  }

  read(operation: Operation, item: number, cycle: number): void {
    const neuron = this.neuronOf(operation, item);
    this.neuronMemory.read(neuron, cycle);
    this.lastWord = this.neuronWord(neuron);
    this.selectSynapse(operation, item, cycle);
  }

  write(operation: Operation, item: number, cycle: number): number {
    const neuron = this.neuronOf(operation, item);
    this.neuronMemory.write(neuron, cycle);
    // the synapse memory stays selected in the write phase, so the same word is read twice
    this.selectSynapse(operation, item, cycle);
    const before = this.membrane[neuron];
    const after =
      operation.state === "TREF" ? this.leaked(before, this.stimulus.leak[neuron]) : this.added(before, this.weight(operation, item));
    const fires = after >= 0 && after >= this.stimulus.threshold[neuron];
    this.membrane[neuron] = fires ? 0 : after;
    return fires && this.stimulus.disable[neuron] === 0 ? neuron : -1;
  }

  /** Synapse word address on the memory's wires. */
  synapseAddress(operation: Operation | null, item: number): number {
    return operation?.state === "POP_NEUR" ? operation.arg * this.wordsPerRow + Math.floor(item / this.chip.synapses_per_word) : 0;
  }

  private selectSynapse(operation: Operation, item: number, cycle: number): void {
    if (operation.state === "POP_NEUR" && item % this.chip.synapses_per_word === 0)
      this.synapseMemory.read(this.synapseAddress(operation, item), cycle);
  }

  private neuronOf(operation: Operation, item: number): number {
    if (operation.countsNeurons) return item;
    return operation.arg & ADDRESS_MASK;
  }

  private weight(operation: Operation, item: number): number {
    const raw = operation.state === "POP_VIRT" ? operation.arg >> 8 : this.stimulus.weights[operation.arg * NEURONS + item];
    return raw >= 8 ? raw - 16 : raw;
  }

  private added(v: number, weight: number): number {
    return Math.max(-this.top, Math.min(this.top - 1, v + weight));
  }

  private leaked(v: number, leak: number): number {
    if (v < 0) return Math.min(v + leak, 0);
    return Math.max(v - leak, 0);
  }

  private neuronWord(neuron: number): bigint {
    const bits = BigInt(this.chip.membrane_bits);
    const { disable, leak, threshold } = this.stimulus;
    const high = (BigInt(disable[neuron]) << 7n) | BigInt(leak[neuron]);
    return (((high << bits) | BigInt(threshold[neuron])) << bits) | BigInt.asUintN(this.chip.membrane_bits, BigInt(this.membrane[neuron]));
  }
}

export interface TinyOdinRun extends AerReport {
  readonly membrane: Int32Array;
  /** One row per clock cycle; empty if not requested. */
  readonly perCycle: string;
}

export function runTinyOdin(chip: TinyOdinChip, stimulus: TinyOdinStimulus, perCycle: boolean, kernel: Kernel = runKernel): TinyOdinRun {
  const core = new TinyOdinCore(chip, stimulus);
  const rows = [
    "cycle,in_req,in_addr,in_ack,state,ctrl_cnt,neur_cnt,neur_cs,neur_we,neur_addr,neur_q,syn_cs,syn_addr,push,pop,fifo_occ,spike,busy,out_req,out_addr,out_ack",
  ];
  const hexDigits = Math.ceil((8 + 2 * chip.membrane_bits) / 4);
  let output = 0n;
  const observe = (cycle: number, view: AerView): void => {
    const { controller, neuron, synapse } = { controller: view.controller, neuron: core.neuronMemory, synapse: core.synapseMemory };
    const selected = neuron.accessCycle === cycle;
    const item = controller.neuronCountAt(cycle);
    rows.push(
      [
        ...[cycle, view.source.request ? 1 : 0, view.source.value, controller.state === "WAIT_REQDN" ? 1 : 0, controller.state],
        ...[
          controller.phaseCountAt(cycle),
          item,
          selected ? 1 : 0,
          selected && neuron.accessWrites ? 1 : 0,
          selected ? neuron.accessAddress : 0,
        ],
        ...[
          output.toString(16).padStart(hexDigits, "0"),
          synapse.accessCycle === cycle ? 1 : 0,
          core.synapseAddress(controller.operation, item),
        ],
        ...[
          controller.pushedAt === cycle ? 1 : 0,
          controller.poppedAt === cycle ? 1 : 0,
          view.queue.occupancy,
          controller.firedAt === cycle ? 1 : 0,
        ],
        ...[view.output.isBusy ? 1 : 0, view.output.request ? 1 : 0, view.output.value, view.sink.ack ? 1 : 0],
      ].join(","),
    );
    output = core.lastWord;
  };
  const report = runAerCore(
    chip,
    { spikeEventPop: "pop-state", eventOutputAt: "last" },
    core,
    { neuron: core.neuronMemory.counters, synapse: core.synapseMemory.counters, hasSynapseWrites: false },
    stimulus.events,
    stimulus.limitCycles,
    perCycle ? observe : null,
    kernel,
  );
  return { ...report, membrane: core.membrane, perCycle: perCycle ? `${rows.join("\n")}\n` : "" };
}

/** A case's memories, input events and cycle limit. */
export function tinyOdinStimulus(chip: TinyOdinChip, files: CaseFiles): TinyOdinStimulus {
  const top = powerOfTwo(chip.membrane_bits - 1);
  const neurons = neuronRows(files, { disable: [0, 1], leak: [0, 127], thr: [0, 2 * top - 1], core: [-top, top - 1] });
  return {
    weights: nibbleRows(files, "syn.hex"),
    disable: Uint8Array.from(neurons.disable),
    leak: Uint8Array.from(neurons.leak),
    threshold: neurons.thr,
    membrane: neurons.core,
    events: inputEvents(files, ADDRESS_BITS),
    limitCycles: setting(settingsOf(files), "limit"),
  };
}

/** The chip with the registers of a case, and the case's workload. */
export function tinyOdinCase(chip: TinyOdinChip, files: CaseFiles): { chip: TinyOdinChip; stimulus: TinyOdinStimulus; perCycle: boolean } {
  const settings = settingsOf(files);
  refuseRegisters(settings, { gate_activity: "access to the memories over SPI" });
  return {
    chip: checkedCase({ ...chip, neurons: setting(settings, "max_neur") + 1, ...linkRegisters(chip, settings) }),
    perCycle: settings.get("percycle") === 1 || files.has("percycle.csv"),
    stimulus: tinyOdinStimulus(chip, files),
  };
}

export function tinyOdinOutputs(chip: TinyOdinChip, files: CaseFiles): Map<string, string> {
  const given = tinyOdinCase(chip, files);
  const run = runTinyOdin(given.chip, given.stimulus, given.perCycle);
  const outputs = new Map([
    ["trace.csv", run.trace],
    ["ops.csv", run.operations],
    ["spikes.csv", run.spikes],
    ["neur_final.csv", ["neuron,core", ...Array.from(run.membrane, (v, i) => `${i},${v}`), ""].join("\n")],
    ["summary.json", JSON.stringify(run.summary)],
  ]);
  if (given.perCycle) outputs.set("percycle.csv", run.perCycle);
  return outputs;
}
