/**
 * A recording as CSV: one event per line, by the cycle in which it begins; populations, neurons and payloads by name.
 * The port's number is the number of cores.
 */
import type { SpikeTrace } from "../../arch/index.js";
import { type CsvText, csvCell } from "../../base/escape/csv.js";
import type { RecordedEvent, Recorder } from "../board/index.js";
import type { Placement } from "../mapping/index.js";
import { withPartialSums } from "../mapping/index.js";

const HEADER = "cycle,kind,core,until_cycle,population,neuron,payload,value\n";

/** Population and neuron of trace events. */
class EventNames {
  private readonly groupOf: Uint32Array;
  private readonly names: readonly CsvText[];
  constructor(private readonly trace: SpikeTrace) {
    this.names = trace.topology.populations.map(({ name }) => csvCell(name));
    this.groupOf = new Uint32Array(trace.neuron.length);
    for (let g = 0; g + 1 < trace.eventStart.length; g++) this.groupOf.fill(g, trace.eventStart[g], trace.eventStart[g + 1]);
  }
  /** `population,neuron,payload` */
  columns(event: number): string {
    const { neuron, payload } = this.trace;
    return `${this.names[this.groupOf[event] % this.names.length]},${neuron[event]},${payload[event]}`;
  }
}

function* linesOf({ kind, cycle, core, a, b }: RecordedEvent, names: EventNames): Iterable<string> {
  const at = `${cycle},`;
  const where = core < 0 ? "" : core;
  switch (kind) {
    case "wave":
    case "worked":
      yield `${at}${kind},,,,,,${a}/${b}\n`;
      break;
    case "coreDone":
      yield `${at}core_done,${where},${Math.max(cycle, a)},,,,\n`;
      break;
    case "batch":
      yield `${at}batch,${where},${a},,,,${b}\n`;
      break;
    case "spikes":
      for (let event = a; event < b; event++) yield `${at}spike,${where},,${names.columns(event)},\n`;
      break;
    case "send":
      yield `${at}${b === core ? "loop_back" : "send"},${where},,${names.columns(a)},${b < 0 ? "tree" : b}\n`;
      break;
    case "step":
      yield `${at}step,${where},,,,,${b}\n`;
      break;
    case "stepIn":
      yield `${at}step_in,${where},,,,,\n`;
      break;
    case "deliver":
    case "take":
      yield `${at}${kind},${where},,${names.columns(a)},\n`;
      break;
    case "rows":
      yield `${a},rows,${where},${cycle},,,,\n`;
      break;
    case "level":
      yield `${at}input_queue,${where},,,,,${a}\n`;
      break;
    case "somaHeld":
      yield `${at}soma_held,${where},${a},,,,\n`;
      break;
    case "fetch":
      yield `${at}dram_wait,${where},${a},,,,\n`;
      break;
    case "synapseStall":
      yield `${at}synapse_stall,${where},,,,,${a}\n`;
      break;
  }
}

/**
 * Lines of the file: the header, the events, and the cycle in which the last wave's barrier is over. `value`:
 * utterance/wave, neurons, destination core, occupancy or cycles, depending on the kind.
 */
export function* csvOf(recorder: Recorder, placement: Placement, trace: SpikeTrace): Iterable<string> {
  const names = new EventNames(withPartialSums(placement.topology, trace));
  yield HEADER;
  // rows are recorded when they end
  const begin = ({ kind, cycle, a }: RecordedEvent): number => (kind === "rows" ? a : cycle);
  for (const event of recorder.sorted().sort((x, y) => begin(x) - begin(y))) yield* linesOf(event, names);
  yield `${recorder.endCycle},end,,,,,,\n`;
}
