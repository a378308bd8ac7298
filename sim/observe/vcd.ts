/**
 * A recording as Value Change Dump, for GTKWave and Surfer. Signals of the chip: wave and barrier. Of each core: the
 * occupancy of its input queue; whether its soma updates, packets hold its soma, its synapse unit works on a row, or it
 * waits for the state memory or for DRAM; and a one-cycle pulse for each packet handed to the network or taken from it;
 * pulses of following cycles join, so that the sum of their lengths counts packets.
 * Of the port: whether packets hold its host link, and the pulse. Not recorded: the occupancy of the port's queue.
 * Of each router that passes flits: the flits in its buffers, and for each port the flits in the input's buffers
 * (`held_`) and a one-cycle pulse for each flit that the output sends (`sent_`); a port is named after what it leads
 * to. A cycle is one clock period, rounded to whole ps.
 */
import { type Chip, portEnd, portName } from "../../arch/index.js";
import { isPacketIn, isPacketOut, type Recorder } from "../board/index.js";
import { type VcdChange, type VcdSignal, vcdFile } from "./vcd-file.js";

/** Changes of a count of current things: [cycle, signal, change of the count]. `isWire`: 1 if the count is above 0. */
interface Counting {
  readonly change: VcdChange;
  readonly isWire: boolean;
}

/** Signals of a core, and of the port, by the kind of event that drives them. */
const CORE_SIGNALS = {
  ...{ level: "input_queue", batch: "soma", somaHeld: "soma_held", rows: "synapse", synapseStall: "synapse_stall" },
  ...{ fetch: "dram_wait", send: "send", deliver: "deliver" },
} as const;
const PORT_SIGNALS = { somaHeld: "link_held", send: "send" } as const;

/** Signal name of a port: `core 0` becomes `core_0`. */
const wireName = (name: string): string => name.replace(/\W+/g, "_");

/** Signals of routers and links, which `add` registers, and their changes. */
function flitChanges(recorder: Recorder, chip: Chip, add: (scope: string, name: string, bits: number) => number): readonly Counting[] {
  const flits = [...recorder.flitEvents()];
  const ports = new Map<number, Set<number>>();
  for (const { router, port } of flits) {
    const known = ports.get(router);
    if (known === undefined) ports.set(router, new Set([port]));
    else known.add(port);
  }
  const each = chip.noc.virtualChannels * chip.noc.vcBufferFlits;
  const bits = (most: number): number => 32 - Math.clz32(most);
  const signals = new Map<string, number>();
  for (const router of [...ports.keys()].sort((a, b) => a - b)) {
    const own = [...(ports.get(router) ?? [])].sort((a, b) => a - b);
    const scope = `router${router}`;
    signals.set(`${router}`, add(scope, "held", bits(each * own.length)));
    for (const port of own) {
      const name = wireName(portName(chip, router, port));
      signals.set(`${router} ${port} in`, add(scope, `held_${name}`, bits(each)));
      signals.set(`${router} ${port} out`, add(scope, `sent_${name}`, 1));
    }
  }
  const signal = (name: string): number => signals.get(name) ?? 0;
  return flits.flatMap(({ kind, cycle, router, port }) => {
    const step = (of: string, at: number, by: number): Counting => ({ change: [at, signal(of), by], isWire: of.endsWith("out") });
    if (kind === "sent") return [step(`${router} ${port} out`, cycle, 1), step(`${router} ${port} out`, cycle + 1, -1)];
    // a slot that becomes free in a cycle is occupied until its end
    const [at, by] = kind === "buffered" ? [cycle, 1] : [cycle + 1, -1];
    return [step(`${router}`, at, by), step(`${router} ${port} in`, at, by)];
  });
}

export function* vcdOf(recorder: Recorder, chip: Chip): Iterable<string> {
  const signals: VcdSignal[] = [];
  const add = (scope: string, name: string, bits: number): number => signals.push({ scope, name, bits }) - 1;
  const wave = add("chip", "wave", 32);
  const utterance = add("chip", "utterance", 32);
  const barrier = add("chip", "barrier", 1);
  const events = recorder.sorted();
  const used = [...new Set(events.map((event) => event.core))].filter((core) => core >= 0).sort((a, b) => a - b);
  /** By core and kind of event. */
  const signalOf = new Map<string, number>();
  for (const core of used) {
    const isPort = core === portEnd(chip);
    for (const [kind, name] of Object.entries(isPort ? PORT_SIGNALS : CORE_SIGNALS)) {
      const bits = kind === "level" ? 32 - Math.clz32(chip.cores[core].inputQueue.depth) : 1;
      signalOf.set(`${core} ${kind}`, add(isPort ? "port" : `core${core}`, name, bits));
    }
  }
  const sets: VcdChange[] = [];
  /** intervals on one wire may touch or overlap: it is 1 while one is open */
  const steps: Counting[] = [];
  const interval = (signal: number, from: number, until: number): void => {
    if (until > from) steps.push({ change: [from, signal, 1], isWire: true }, { change: [until, signal, -1], isWire: true });
  };
  for (const event of events) {
    const { kind, cycle, core, a, b } = event;
    const drives = isPacketOut(event) ? "send" : isPacketIn(event) ? "deliver" : kind === "send" ? "" : kind;
    const signal = signalOf.get(`${core} ${drives}`);
    if (kind === "wave") sets.push([cycle, wave, b], [cycle, utterance, a], [cycle, barrier, 0]);
    else if (kind === "worked") sets.push([cycle, barrier, 1]);
    else if (signal === undefined) continue;
    else if (kind === "level") sets.push([cycle, signal, a]);
    else if (kind === "rows") interval(signal, a, cycle);
    else if (kind === "synapseStall") interval(signal, cycle, cycle + a);
    else interval(signal, cycle, drives === "send" || drives === "deliver" ? cycle + 1 : a);
  }
  sets.push([recorder.endCycle, barrier, 0]);
  const counting = [...steps, ...flitChanges(recorder, chip, add)];
  const open = new Map<number, number>();
  const changes = [...sets.map((change) => ({ change, isWire: null })), ...counting]
    .sort((x, y) => x.change[0] - y.change[0])
    .map(({ change, isWire }): VcdChange => {
      if (isWire === null) return change;
      const [cycle, signal, step] = change;
      const count = (open.get(signal) ?? 0) + step;
      open.set(signal, count);
      return [cycle, signal, isWire ? Math.min(1, count) : count];
    });
  yield* vcdFile(signals, changes, Math.round(1e6 / chip.technology.clockMhz), recorder.endCycle);
}
