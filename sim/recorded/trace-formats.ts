/**
 * The trace of a coupled chip as Value Change Dump or Chrome trace-event JSON: states and handshakes as wires, queue
 * occupancy as numbers, spikes, hops and other instants as one-cycle pulses with their fields. A cycle lasts one clock
 * period if the description gives a clock, else 1 ns.
 */
import type { CoupledChip } from "../../arch/index.js";
import { nameEvent, type TraceEvent, traceEventFile, type VcdChange, vcdFile } from "../observe/index.js";
import { modelOf } from "./registry.js";
import { type CoupledSignal, SignalBook } from "./signals.js";

/** Signals of a trace, sorted by scope and name. */
export function coupledSignals(chip: CoupledChip, trace: string): CoupledSignal[] {
  const book = new SignalBook();
  const { begin, row } = modelOf(chip);
  begin(book);
  for (const line of trace.trimEnd().split("\n").slice(1)) {
    const cells = line.split(",");
    row(book, Number(cells[0]), cells);
  }
  return book.all();
}

const periodPs = (chip: CoupledChip): number => modelOf(chip).periodPs(chip);

/** Pieces of a VCD file. Pulses are wires that are high in their cycle. */
export function coupledVcd(chip: CoupledChip, trace: string): Iterable<string> {
  const signals = coupledSignals(chip, trace);
  const most = (signal: CoupledSignal): number => signal.changes.reduce((top, [, value]) => Math.max(top, value), 1);
  const changes = signals.flatMap((signal, i): VcdChange[] =>
    signal.kind === "pulse"
      ? [...new Set(signal.pulses.map((pulse) => pulse.cycle))].flatMap((cycle): VcdChange[] => [
          [cycle, i, 1],
          [cycle + 1, i, 0],
        ])
      : signal.changes.map(([cycle, value]) => [cycle, i, value]),
  );
  // falling edges come before rising ones, so two pulses in adjacent cycles become one high phase
  changes.sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2]);
  const wires = signals.map((signal) => ({ ...signal, bits: signal.kind === "level" ? 32 - Math.clz32(most(signal)) : 1 }));
  return vcdFile(wires, changes, periodPs(chip), 0);
}

/** Pieces of a trace-event file: one process per scope, one track per signal. */
export const coupledPerfetto = (chip: CoupledChip, trace: string): Iterable<string> => traceEventFile(eventsOf(chip, trace));

function* eventsOf(chip: CoupledChip, trace: string): Iterable<TraceEvent> {
  const us = (cycles: number): number => (cycles * periodPs(chip)) / 1e6;
  const scopes: string[] = [];
  for (const [i, { scope, name, kind, changes, pulses }] of coupledSignals(chip, trace).entries()) {
    if (!scopes.includes(scope)) {
      scopes.push(scope);
      yield nameEvent("process_name", scopes.length, 0, scope);
    }
    const track = { pid: scopes.length, tid: i + 1 };
    yield nameEvent("thread_name", track.pid, track.tid, name);
    for (const { cycle, fields } of pulses) yield { name, ph: "i", s: "t", ts: us(cycle), ...track, args: { fields: fields.join(" ") } };
    for (const [k, [cycle, value]] of changes.entries()) {
      const until = changes[k + 1]?.[0];
      if (kind === "level") yield { name, ph: "C", ts: us(cycle), ...track, args: { words: value } };
      else if (value === 1 && until !== undefined) yield { name, ph: "X", ts: us(cycle), until: us(until), ...track };
    }
  }
}

/** Trace files of coupled chips by name. */
export const coupledTraceFormats = {
  csv: { ending: "csv", write: (_chip: CoupledChip, trace: string): Iterable<string> => [trace] },
  vcd: { ending: "vcd", write: coupledVcd },
  perfetto: { ending: "json", write: coupledPerfetto },
} as const;
