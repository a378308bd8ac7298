/**
 * A file of trace events for ui.perfetto.dev, for any recording. Times in us, written in whole ns: Perfetto rounds
 * start and duration of a slice each to a whole ns, and drops a slice that then ends behind the one around or after it.
 * So a duration is the difference of two rounded times.
 * Source of the format: Google, "Trace Event Format" (complete X, counter C, instant i, metadata M events).
 */

export interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "C" | "i" | "M";
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  /** End of a complete event. */
  readonly until?: number;
  readonly s?: "t";
  readonly args?: { readonly [name: string]: string | number };
}

/** The name of a process, or of one of its tracks. */
export const nameEvent = (of: "process_name" | "thread_name", pid: number, tid: number, name: string): TraceEvent => ({
  ...{ name: of, ph: "M", ts: 0, pid, tid, args: { name } },
});

/** Whole ns of a time in us. */
const ns = (us: number): number => Math.round(us * 1000);

function textOf({ name, ph, ts, until, pid, tid, s, args }: TraceEvent): string {
  const dur = until === undefined ? undefined : (ns(until) - ns(ts)) / 1000;
  return JSON.stringify({ name, ph, s, ts: ns(ts) / 1000, dur, pid, tid, args });
}

/** Pieces of the file. */
export function* traceEventFile(events: Iterable<TraceEvent>): Iterable<string> {
  yield '{"displayTimeUnit":"ns","traceEvents":[\n';
  let comma = "";
  for (const event of events) {
    yield `${comma}${textOf(event)}`;
    comma = ",\n";
  }
  yield "\n]}\n";
}
