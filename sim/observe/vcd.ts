/**
 * A recording as Value Change Dump, for GTKWave and Surfer: wave and barrier of the chip; of each core the occupancy of its input queue, and
 * whether its soma updates, its soma is held by packets, its synapse unit works on a row, waits for the state memory or for DRAM, and pulses of a
 * cycle for packets handed to the network and taken from it.
 * Source of the format: IEEE 1364-2001, section 18. Time unit: 1 ps; a cycle is the clock's period, rounded to a whole ps.
 */
import type { Chip } from "../../arch/index.js";
import type { Recorder } from "../board/index.js";

interface Signal {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly bits: number;
  value: number;
}

/** Short printable identifiers: ! to ~. */
export function vcdIdentifier(index: number): string {
  let text = "";
  let rest = index;
  do {
    text = String.fromCharCode(33 + (rest % 94)) + text;
    rest = Math.floor(rest / 94) - 1;
  } while (rest >= 0);
  return text;
}

export const vcdChange = (signal: Pick<Signal, "id" | "bits">, value: number): string =>
  signal.bits === 1 ? `${value}${signal.id}\n` : `b${value.toString(2)} ${signal.id}\n`;

/** Intervals on one wire may touch or overlap: counts of the open ones. */
type Edge = readonly [cycle: number, signal: Signal, step: number];

/** Lines of the file. */
export function* vcdOf(recorder: Recorder, chip: Chip): Iterable<string> {
  const signals: Signal[] = [];
  const add = (scope: string, name: string, bits: number): Signal => {
    const signal = { id: vcdIdentifier(signals.length), scope, name, bits, value: 0 };
    signals.push(signal);
    return signal;
  };
  const wave = add("chip", "wave", 32);
  const utterance = add("chip", "utterance", 32);
  const barrier = add("chip", "barrier", 1);
  const events = recorder.sorted();
  const used = [...new Set(events.map((event) => event.core))].filter((core) => core >= 0).sort((a, b) => a - b);
  const ofCore = new Map(
    used.map((core) => {
      const scope = `core${core}`;
      const level = add(scope, "input_queue", 32 - Math.clz32(chip.cores[core].inputQueue.depth));
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
  // [cycle, signal, value to set, or step of a counted wire]
  const sets: Edge[] = [];
  const steps: Edge[] = [];
  const interval = (signal: Signal, from: number, until: number): void => {
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
  yield `$version snn-dse $end\n$timescale 1 ps $end\n`;
  for (const scope of new Set(signals.map((signal) => signal.scope))) {
    yield `$scope module ${scope} $end\n`;
    for (const { id, name, bits, scope: of } of signals) {
      if (of === scope) yield `$var wire ${bits} ${id} ${name}${bits > 1 ? ` [${bits - 1}:0]` : ""} $end\n`;
    }
    yield `$upscope $end\n`;
  }
  yield `$enddefinitions $end\n#0\n$dumpvars\n`;
  for (const signal of signals) yield vcdChange(signal, 0);
  yield "$end\n";
  const open = new Map<Signal, number>();
  const changes = [...sets.map((edge) => ({ edge, counted: false })), ...steps.map((edge) => ({ edge, counted: true }))];
  changes.sort((x, y) => x.edge[0] - y.edge[0]);
  const periodPs = Math.round(1e6 / chip.technology.clockMhz);
  for (let i = 0; i < changes.length; ) {
    const cycle = changes[i].edge[0];
    const now = new Map<Signal, number>();
    for (; i < changes.length && changes[i].edge[0] === cycle; i++) {
      const [, signal, value] = changes[i].edge;
      if (changes[i].counted) open.set(signal, (open.get(signal) ?? 0) + value);
      now.set(signal, changes[i].counted ? ((open.get(signal) ?? 0) > 0 ? 1 : 0) : value);
    }
    const news = [...now].filter(([signal, value]) => signal.value !== value);
    if (news.length === 0) continue;
    if (cycle > 0) yield `#${cycle * periodPs}\n`;
    for (const [signal, value] of news) {
      signal.value = value;
      yield vcdChange(signal, value);
    }
  }
}
