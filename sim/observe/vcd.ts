/**
 * A recording as Value Change Dump, for GTKWave and Surfer. Signals of the chip: wave and barrier. Of each core: the
 * occupancy of its input queue; whether its soma updates, packets hold its soma, its synapse unit works on a row, or it
 * waits for the state memory or for DRAM; and a one-cycle pulse for each packet handed to the network or taken from it;
 * pulses of following cycles join, so that the sum of their lengths counts packets.
 * Of the port: whether packets hold its host link, and the pulse. Not recorded: the occupancy of the port's queue.
 * Of each router that passes flits: the flits in its buffers, and for each port the flits in the input's buffers
 * (`held_`) and a one-cycle pulse for each flit that the output sends (`sent_`); a port is named after what it leads
 * to. A cycle is one clock period, rounded to whole ps. Of one utterance after the other the changes are in memory,
 * those of flits never.
 */
import { type Chip, portEnd, portName } from "../../arch/index.js";
import { isPacketIn, isPacketOut, type Recorder } from "../board/index.js";
import { type VcdChange, type VcdSignal, vcdFile } from "./vcd-file.js";

/** Signals of a core, and of the port, by the kind of event that drives them. */
const CORE_SIGNALS = {
  ...{ level: "input_queue", batch: "soma", somaHeld: "soma_held", rows: "synapse", synapseStall: "synapse_stall" },
  ...{ fetch: "dram_wait", send: "send", deliver: "deliver" },
} as const;
const PORT_SIGNALS = { somaHeld: "link_held", send: "send" } as const;

/** Signal name of a port: `core 0` becomes `core_0`. */
const wireName = (name: string): string => name.replace(/\W+/g, "_");

/** In `cycle` a signal takes a value, or a count of current things changes by it. */
interface Change {
  readonly cycle: number;
  readonly signal: number;
  readonly value: number;
  readonly of: "signal" | "wire" | "count";
}

/** Registers a signal and returns its number. */
type Add = (scope: string, name: string, bits: number) => number;

/** Signals of routers and links; their changes, by cycle. */
function flitChanges(recorder: Recorder, chip: Chip, add: Add): Iterable<Change> {
  const ports = new Map<number, Set<number>>();
  for (const { router, port } of recorder.flitEvents()) {
    const known = ports.get(router);
    if (known === undefined) ports.set(router, new Set([port]));
    else known.add(port);
  }
  const each = chip.noc.virtualChannels * chip.noc.vcBufferFlits;
  const bits = (most: number): number => 32 - Math.clz32(most);
  const signals = new Map<number, PortSignals[]>();
  for (const router of [...ports.keys()].sort((a, b) => a - b)) {
    const own = [...(ports.get(router) ?? [])].sort((a, b) => a - b);
    const scope = `router${router}`;
    const held = add(scope, "held", bits(each * own.length));
    const ofPorts: PortSignals[] = [];
    for (const port of own) {
      const name = wireName(portName(chip, router, port));
      ofPorts[port] = { held, heldInPort: add(scope, `held_${name}`, bits(each)), sent: add(scope, `sent_${name}`, 1) };
    }
    signals.set(router, ofPorts);
  }
  return stepsOfFlits(recorder, signals);
}

/** Numbers of signals. */
interface PortSignals {
  /** Flits in all buffers of the router. */
  readonly held: number;
  readonly heldInPort: number;
  readonly sent: number;
}

/** `signals`: of each router [ports]. */
function* stepsOfFlits(recorder: Recorder, signals: ReadonlyMap<number, readonly PortSignals[]>): Iterable<Change> {
  let [now, later]: [Change[], Change[]] = [[], []];
  let current = 0;
  for (const { kind, cycle, router, port } of recorder.flitEvents()) {
    if (cycle > current) {
      yield* now;
      if (cycle > current + 1) yield* later;
      [now, later, current] = [cycle > current + 1 ? [] : later, [], cycle];
    }
    const found = signals.get(router)?.[port];
    if (found === undefined) continue;
    const { held, heldInPort, sent } = found;
    if (kind === "sent") {
      now.push({ cycle, signal: sent, value: 1, of: "wire" });
      later.push({ cycle: cycle + 1, signal: sent, value: -1, of: "wire" });
    } else if (kind === "buffered") for (const signal of [held, heldInPort]) now.push({ cycle, signal, value: 1, of: "count" });
    // a slot that becomes free in a cycle is occupied until its end
    else for (const signal of [held, heldInPort]) later.push({ cycle: cycle + 1, signal, value: -1, of: "count" });
  }
  yield* now;
  yield* later;
}

/** Signals of the chip and of its cores; their changes, by cycle. */
function coreChanges(recorder: Recorder, chip: Chip, add: Add): Iterable<Change> {
  const own = { wave: add("chip", "wave", 32), utterance: add("chip", "utterance", 32), barrier: add("chip", "barrier", 1) };
  const used = new Set<number>();
  for (const { core } of recorder.recorded()) if (core >= 0) used.add(core);
  /** By core and kind of event. */
  const signalOf = new Map<string, number>();
  for (const core of [...used].sort((a, b) => a - b)) {
    const isPort = core === portEnd(chip);
    for (const [kind, name] of Object.entries(isPort ? PORT_SIGNALS : CORE_SIGNALS)) {
      const bits = kind === "level" ? 32 - Math.clz32(chip.cores[core].inputQueue.depth) : 1;
      signalOf.set(`${core} ${kind}`, add(isPort ? "port" : `core${core}`, name, bits));
    }
  }
  return changesOfCores(recorder, own, signalOf);
}

function* changesOfCores(
  recorder: Recorder,
  { wave, utterance, barrier }: { readonly wave: number; readonly utterance: number; readonly barrier: number },
  signalOf: ReadonlyMap<string, number>,
): Iterable<Change> {
  let sets: Change[] = [];
  /** intervals on one wire may touch or overlap: it is 1 while one is open */
  let steps: Change[] = [];
  const set = (cycle: number, signal: number, value: number): void => void sets.push({ cycle, signal, value, of: "signal" });
  const interval = (signal: number, from: number, until: number): void => {
    if (until > from) steps.push({ cycle: from, signal, value: 1, of: "wire" }, { cycle: until, signal, value: -1, of: "wire" });
  };
  for (const { events, until } of recorder.sortedUtterances()) {
    for (const event of events) {
      const { kind, cycle, core, a, b } = event;
      const drives = isPacketOut(event) ? "send" : isPacketIn(event) ? "deliver" : kind === "send" ? "" : kind;
      const signal = signalOf.get(`${core} ${drives}`);
      if (kind === "wave") {
        set(cycle, wave, b);
        set(cycle, utterance, a);
        set(cycle, barrier, 0);
      } else if (kind === "worked") set(cycle, barrier, 1);
      else if (signal === undefined) continue;
      else if (kind === "level") set(cycle, signal, a);
      else if (kind === "rows") interval(signal, a, cycle);
      else if (kind === "synapseStall") interval(signal, cycle, cycle + a);
      else interval(signal, cycle, drives === "send" || drives === "deliver" ? cycle + 1 : a);
    }
    if (until === Number.POSITIVE_INFINITY) set(recorder.endCycle, barrier, 0);
    yield* [...sets, ...steps].filter(({ cycle }) => cycle < until).sort(byCycle);
    [sets, steps] = [sets, steps].map((all) => all.filter(({ cycle }) => cycle >= until));
  }
}

const byCycle = (one: Change, other: Change): number => one.cycle - other.cycle;

/** The changes of two lists that ascend by cycle; in the same cycle those of the first come first. */
function* merged(first: Iterable<Change>, second: Iterable<Change>): Iterable<Change> {
  const others = second[Symbol.iterator]();
  let other = others.next();
  for (const one of first) {
    for (; other.done !== true && other.value.cycle < one.cycle; other = others.next()) yield other.value;
    yield one;
  }
  for (; other.done !== true; other = others.next()) yield other.value;
}

/** What the signals are after each change. */
function* valuesOf(changes: Iterable<Change>): Iterable<VcdChange> {
  const open = new Map<number, number>();
  for (const { cycle, signal, value, of } of changes) {
    if (of === "signal") {
      yield [cycle, signal, value];
      continue;
    }
    const count = (open.get(signal) ?? 0) + value;
    open.set(signal, count);
    yield [cycle, signal, of === "wire" ? Math.min(1, count) : count];
  }
}

export function* vcdOf(recorder: Recorder, chip: Chip): Iterable<string> {
  const signals: VcdSignal[] = [];
  const add: Add = (scope, name, bits) => signals.push({ scope, name, bits }) - 1;
  const cores = coreChanges(recorder, chip, add);
  const changes = valuesOf(merged(cores, flitChanges(recorder, chip, add)));
  yield* vcdFile(signals, changes, Math.round(1e6 / chip.technology.clockMhz), recorder.endCycle);
}
