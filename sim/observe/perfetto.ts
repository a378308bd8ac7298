/**
 * A recording as Chrome trace-event JSON, for ui.perfetto.dev: waves and barriers of the chip; soma and synapse unit of
 * each core as tracks of slices; waits for the state memory and DRAM as slices inside those of rows; input-queue
 * occupancy as counters; spikes, and packets sent and delivered, as instants.
 */
import { type Chip, portEnd, type SpikeTrace } from "../../arch/index.js";
import { withoutControls } from "../../base/escape/controls.js";
import type { Recorder } from "../board/index.js";
import type { Placement } from "../mapping/index.js";
import { withPartialSums } from "../mapping/index.js";
import { nameEvent, type TraceEvent, traceEventFile } from "./trace-events.js";

const CHIP = 0;
const SOMA = 1;
const SYNAPSE = 2;

/** Pieces of the file. Process 0 is the chip, process 1 + c is core c; the port follows the cores. */
export const perfettoOf = (recorder: Recorder, chip: Chip, placement: Placement, spikes: SpikeTrace): Iterable<string> =>
  traceEventFile(eventsOf(recorder, chip, placement, spikes));

function* eventsOf(recorder: Recorder, chip: Chip, placement: Placement, spikes: SpikeTrace): Iterable<TraceEvent> {
  const trace = withPartialSums(placement.topology, spikes);
  const us = (cycles: number): number => cycles / chip.technology.clockMhz;
  const slice = (
    name: string,
    from: number,
    until: number,
    pid: number,
    tid: number,
    args: NonNullable<TraceEvent["args"]> = {},
  ): TraceEvent => ({ name, ph: "X", ts: us(from), until: us(until), pid, tid, args });
  const events = recorder.sorted();
  yield nameEvent("process_name", CHIP, 0, `chip ${withoutControls(chip.name)}`);
  yield nameEvent("thread_name", CHIP, 1, "waves");
  for (const core of [...new Set(events.map((event) => event.core))].filter((id) => id >= 0).sort((a, b) => a - b)) {
    const isPort = core === portEnd(chip);
    yield nameEvent("process_name", 1 + core, 0, isPort ? "port" : `core ${core}`);
    yield nameEvent("thread_name", 1 + core, SOMA, isPort ? "host link" : "soma");
    if (!isPort) yield nameEvent("thread_name", 1 + core, SYNAPSE, "synapse unit");
  }
  let waveFrom = 0;
  let workedAt = -1;
  for (const { kind, cycle, core, a, b } of events) {
    const pid = 1 + core;
    if (kind === "wave") {
      if (workedAt >= 0 && cycle > workedAt) yield slice("barrier", workedAt, cycle, CHIP, 1);
      waveFrom = cycle;
    } else if (kind === "worked") {
      workedAt = cycle;
      yield slice(`wave ${b}`, waveFrom, cycle, CHIP, 1, { utterance: a });
    } else if (kind === "batch") yield slice("update", cycle, a, pid, SOMA, { neurons: b });
    else if (kind === "somaHeld") yield slice(core === portEnd(chip) ? "waits for a place" : "held by packets", cycle, a, pid, SOMA);
    else if (kind === "rows") yield slice("rows", a, cycle, pid, SYNAPSE);
    else if (kind === "synapseStall") yield slice("waits for the state memory", cycle, cycle + a, pid, SYNAPSE);
    else if (kind === "fetch") yield slice("waits for DRAM", cycle, a, pid, SYNAPSE);
    else if (kind === "send" || kind === "deliver") {
      const args = kind === "send" ? { neuron: trace.neuron[a], to: b } : { neuron: trace.neuron[a] };
      const name = kind === "send" && b === core ? "loop back" : kind;
      yield { name, ph: "i", s: "t", ts: us(cycle), pid, tid: kind === "send" ? SOMA : SYNAPSE, args };
    } else if (kind === "step") yield { name: "step packet", ph: "i", s: "t", ts: us(cycle), pid, tid: SOMA, args: { to: b } };
    else if (kind === "stepIn") yield { name: "step packet arrives", ph: "i", s: "t", ts: us(cycle), pid, tid: SYNAPSE };
    else if (kind === "level") yield { name: "input queue", ph: "C", ts: us(cycle), pid, tid: 0, args: { messages: a } };
    else if (kind === "spikes") {
      for (let event = a; event < b; event++) {
        const args = { neuron: trace.neuron[event], payload: trace.payload[event] };
        yield { name: "spike", ph: "i", s: "t", ts: us(cycle), pid, tid: SOMA, args };
      }
    }
  }
  if (recorder.endCycle > workedAt) yield slice("barrier", workedAt, recorder.endCycle, CHIP, 1);
}
