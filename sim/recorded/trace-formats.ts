/**
 * The trace of a coupled chip as Value Change Dump or Chrome trace-event JSON: states and handshakes as wires, queue occupancy as numbers,
 * spikes, hops and other instants as one-cycle pulses with their fields.
 *
 * A cycle is the clock's period where the description says one (ODIN), else 1 ns. Sources of the formats: see `vcd.ts` and `perfetto.ts`.
 */
import type { CoupledChip } from "../../arch/index.js";
import { vcdChange, vcdIdentifier } from "../observe/index.js";

interface Pulse {
  readonly cycle: number;
  readonly fields: readonly string[];
}

/** One line of a drawing. Wires hold 0 or 1, levels any whole number; pulses last one cycle. */
export interface CoupledSignal {
  readonly scope: string;
  readonly name: string;
  readonly kind: "wire" | "level" | "pulse";
  /** [cycle, value], ascending; of pulses: none. */
  readonly changes: (readonly [cycle: number, value: number])[];
  readonly pulses: Pulse[];
}

class SignalBook {
  private readonly signals = new Map<string, CoupledSignal>();

  at(scope: string, name: string, kind: CoupledSignal["kind"]): CoupledSignal {
    const key = `${scope}.${name}`;
    const known = this.signals.get(key);
    if (known !== undefined) return known;
    const made: CoupledSignal = { scope, name, kind, changes: [], pulses: [] };
    this.signals.set(key, made);
    return made;
  }

  set(scope: string, name: string, kind: "wire" | "level", cycle: number, value: number): void {
    this.at(scope, name, kind).changes.push([cycle, value]);
  }

  /** One wire a state of a machine: the one entered goes up, the one left goes down. */
  enter(scope: string, before: string | undefined, state: string, cycle: number): void {
    if (before !== undefined) this.set(scope, before, "wire", cycle, 0);
    this.set(scope, state, "wire", cycle, 1);
  }

  all(): CoupledSignal[] {
    return [...this.signals.values()].sort((a, b) => order(a.scope, b.scope) || order(a.name, b.name));
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Signals of a trace, sorted by scope and name. */
export function coupledSignals(chip: CoupledChip, trace: string): CoupledSignal[] {
  const book = new SignalBook();
  const states = new Map<string, string>();
  const state = (scope: string, name: string, cycle: number): void => {
    book.enter(scope, states.get(scope), name, cycle);
    states.set(scope, name);
  };
  if (chip.model === "tinyodin" || chip.model === "odin") state("controller", "WAIT", 0);
  for (const line of trace.trimEnd().split("\n").slice(1)) {
    const cells = line.split(",");
    const cycle = Number(cells[0]);
    if (chip.model === "ranc") rancRow(book, cycle, cells);
    else if (cells[1] === "STATE") state("controller", cells[2], cycle);
    else if (cells[1] === "PENC" || cells[1] === "ITER") state(cells[1] === "PENC" ? "encoder" : "iterator", cells[2], cycle);
    else eventRow(book, cycle, cells);
  }
  return book.all();
}

/** Rows of the event-driven chips and of the layer controller: `cycle,event,fields`. */
function eventRow(book: SignalBook, cycle: number, [, event = "", ...fields]: readonly string[]): void {
  const edge = /^(IN|OUT)_(REQ|ACK)_(UP|DN)$/.exec(event);
  if (edge !== null) {
    book.set("links", `${edge[1]}_${edge[2]}`.toLowerCase(), "wire", cycle, edge[3] === "UP" ? 1 : 0);
    return;
  }
  book.at("events", event.toLowerCase(), "pulse").pulses.push({ cycle, fields: fields.filter((field) => field !== "") });
  if (event !== "PUSH" && event !== "POP") return;
  const level = book.at("queue", "occupancy", "level");
  // Rows tell the occupancy before their cycle: a push and a pop of one cycle leave it as it was.
  const before = Number(fields[event === "PUSH" ? 2 : 1]);
  const last = level.changes.at(-1);
  const from = last !== undefined && last[0] === cycle + 1 ? last[1] : before;
  if (last !== undefined && last[0] === cycle + 1) level.changes.pop();
  level.changes.push([cycle + 1, from + (event === "PUSH" ? 1 : -1)]);
}

/** Rows of the grid: `cycle,core,event,a,b`; core -1 is the outside. */
function rancRow(book: SignalBook, cycle: number, [, core = "", event = "", ...fields]: readonly string[]): void {
  const scope = core === "-1" ? "outside" : `core${core}`;
  if (event === "TICK_START" || event === "TICK_END") {
    book.set(scope, "busy", "wire", cycle, event === "TICK_START" ? 1 : 0);
    return;
  }
  const name = event === "HOP" ? `hop_${fields[0]}` : event.toLowerCase();
  book.at(scope, name, "pulse").pulses.push({ cycle, fields: fields.filter((field) => field !== "") });
}

const periodPs = (chip: CoupledChip): number =>
  chip.model === "odin" && chip.power !== null ? Math.round(1e6 / chip.power.clock_mhz) : 1000;

/** Pieces of a VCD file. Pulses are wires that are up for their cycle. */
export function* coupledVcd(chip: CoupledChip, trace: string): Iterable<string> {
  const signals = coupledSignals(chip, trace);
  const most = (signal: CoupledSignal): number => signal.changes.reduce((top, [, value]) => Math.max(top, value), 1);
  const bits = signals.map((signal) => (signal.kind === "level" ? 32 - Math.clz32(most(signal)) : 1));
  yield "$version snn-dse $end\n$timescale 1 ps $end\n";
  for (const scope of new Set(signals.map((signal) => signal.scope))) {
    yield `$scope module ${scope} $end\n`;
    for (const [i, signal] of signals.entries()) {
      const width = bits[i];
      if (signal.scope === scope)
        yield `$var wire ${width} ${vcdIdentifier(i)} ${signal.name}${width > 1 ? ` [${width - 1}:0]` : ""} $end\n`;
    }
    yield "$upscope $end\n";
  }
  yield "$enddefinitions $end\n#0\n$dumpvars\n";
  const show = (i: number, value: number): string => vcdChange({ id: vcdIdentifier(i), bits: bits[i] }, value);
  for (const i of signals.keys()) yield show(i, 0);
  yield "$end\n";
  const changes = signals.flatMap((signal, i) =>
    signal.kind === "pulse"
      ? [...new Set(signal.pulses.map((pulse) => pulse.cycle))].flatMap((cycle) => [[cycle, i, 1] as const, [cycle + 1, i, 0] as const])
      : signal.changes.map(([cycle, value]) => [cycle, i, value] as const),
  );
  const values = new Map<number, number>();
  let at = 0;
  // Falls before rises: a pulse that follows another at once stays up.
  changes.sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2]);
  for (const [k, [cycle, i, value]] of changes.entries()) {
    const next = changes[k + 1];
    if ((next !== undefined && next[0] === cycle && next[1] === i) || (values.get(i) ?? 0) === value) continue;
    if (cycle > at) yield `#${cycle * periodPs(chip)}\n`;
    at = cycle;
    values.set(i, value);
    yield show(i, value);
  }
}

/** Pieces of a trace-event file: a process a scope, a track a signal. Times in us. */
export function* coupledPerfetto(chip: CoupledChip, trace: string): Iterable<string> {
  const us = (cycles: number): number => (cycles * periodPs(chip)) / 1e6;
  let comma = "";
  const line = (event: object): string => {
    const text = `${comma}${JSON.stringify(event)}`;
    comma = ",\n";
    return text;
  };
  yield `{"displayTimeUnit":"ns","traceEvents":[\n`;
  const scopes: string[] = [];
  for (const [i, { scope, name, kind, changes, pulses }] of coupledSignals(chip, trace).entries()) {
    if (!scopes.includes(scope)) {
      scopes.push(scope);
      yield line({ name: "process_name", ph: "M", ts: 0, pid: scopes.length, tid: 0, args: { name: scope } });
    }
    const track = { pid: scopes.length, tid: i + 1 };
    yield line({ name: "thread_name", ph: "M", ts: 0, ...track, args: { name } });
    for (const { cycle, fields } of pulses)
      yield line({ name, ph: "i", s: "t", ts: us(cycle), ...track, args: { fields: fields.join(" ") } });
    for (const [k, [cycle, value]] of changes.entries()) {
      const until = changes[k + 1]?.[0];
      if (kind === "level") yield line({ name, ph: "C", ts: us(cycle), ...track, args: { words: value } });
      else if (value === 1 && until !== undefined) yield line({ name, ph: "X", ts: us(cycle), dur: us(until - cycle), ...track });
    }
  }
  yield "\n]}\n";
}

/** Trace files of coupled chips by name. */
export const coupledTraceFormats = {
  csv: { ending: "csv", write: (_chip: CoupledChip, trace: string): Iterable<string> => [trace] },
  vcd: { ending: "vcd", write: coupledVcd },
  perfetto: { ending: "json", write: coupledPerfetto },
} as const;
