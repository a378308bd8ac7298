/**
 * A recording as Value Change Dump, for GTKWave and Surfer: wave and barrier of the chip; of each core the occupancy of its input queue, and
 * whether its soma updates, its soma is held by packets, its synapse unit works on a row, waits for the state memory or for DRAM, and pulses of a
 * cycle for packets handed to the network and taken from it.
 * A cycle is the clock's period, rounded to a whole ps.
 */
import { type Chip, portEnd } from "../../arch/index.js";
import type { Recorder } from "../board/index.js";
import { type VcdChange, type VcdSignal, vcdFile } from "./vcd-file.js";

/** Lines of the file. */
export function* vcdOf(recorder: Recorder, chip: Chip): Iterable<string> {
  const signals: VcdSignal[] = [];
  const add = (scope: string, name: string, bits: number): number => signals.push({ scope, name, bits }) - 1;
  const wave = add("chip", "wave", 32);
  const utterance = add("chip", "utterance", 32);
  const barrier = add("chip", "barrier", 1);
  const events = recorder.sorted();
  const used = [...new Set(events.map((event) => event.core))].filter((core) => core >= 0).sort((a, b) => a - b);
  const ofCore = new Map(
    used.map((core) => {
      const scope = core === portEnd(chip) ? "port" : `core${core}`;
      const level = add(scope, "input_queue", 32 - Math.clz32(chip.cores[core]?.inputQueue.depth ?? 1));
      const wires = {
        level,
        soma: add(scope, "soma", 1),
        held: add(scope, "soma_held", 1),
        synapse: add(scope, "synapse", 1),
        stall: add(scope, "synapse_stall", 1),
        dram: add(scope, "dram_wait", 1),
        send: add(scope, "send", 1),
        deliver: add(scope, "deliver", 1),
      };
      return [core, wires] as const;
    }),
  );
  const sets: VcdChange[] = [];
  /** Intervals on one wire may touch or overlap: [cycle, signal, step of the count of open ones]. */
  const steps: VcdChange[] = [];
  const interval = (signal: number, from: number, until: number): void => {
    if (until > from) steps.push([from, signal, 1], [until, signal, -1]);
  };
  for (const { kind, cycle, core, a, b } of events) {
    const of = ofCore.get(core);
    if (kind === "wave") sets.push([cycle, wave, b], [cycle, utterance, a], [cycle, barrier, 0]);
    else if (kind === "worked") sets.push([cycle, barrier, 1]);
    else if (of === undefined) continue;
    else if (kind === "level") sets.push([cycle, of.level, a]);
    else if (kind === "batch") interval(of.soma, cycle, a);
    else if (kind === "somaHeld") interval(of.held, cycle, a);
    else if (kind === "rows") interval(of.synapse, a, cycle);
    else if (kind === "synapseStall") interval(of.stall, cycle, cycle + a);
    else if (kind === "fetch") interval(of.dram, cycle, a);
    else if (kind === "send") interval(of.send, cycle, cycle + 1);
    else if (kind === "deliver") interval(of.deliver, cycle, cycle + 1);
  }
  const open = new Map<number, number>();
  const changes = [...sets.map((change) => ({ change, counted: false })), ...steps.map((change) => ({ change, counted: true }))]
    .sort((x, y) => x.change[0] - y.change[0])
    .map(({ change, counted }): VcdChange => {
      if (!counted) return change;
      const [cycle, signal, step] = change;
      const count = (open.get(signal) ?? 0) + step;
      open.set(signal, count);
      return [cycle, signal, count > 0 ? 1 : 0];
    });
  yield* vcdFile(signals, changes, Math.round(1e6 / chip.technology.clockMhz));
}
