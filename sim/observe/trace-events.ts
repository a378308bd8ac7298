/**
 * A file of trace events for ui.perfetto.dev, for any recording. Times in us.
 * Source of the format: Google, "Trace Event Format" (complete X, counter C, instant i, metadata M events).
 */

export interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "C" | "i" | "M";
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly s?: "t";
  readonly args?: { readonly [name: string]: string | number };
}

/** The name of a process, or of one of its tracks. */
export const nameEvent = (of: "process_name" | "thread_name", pid: number, tid: number, name: string): TraceEvent => ({
  ...{ name: of, ph: "M", ts: 0, pid, tid, args: { name } },
});

/** Pieces of the file. */
export function* traceEventFile(events: Iterable<TraceEvent>): Iterable<string> {
  yield '{"displayTimeUnit":"ns","traceEvents":[\n';
  let comma = "";
  for (const event of events) {
    yield `${comma}${JSON.stringify(event)}`;
    comma = ",\n";
  }
  yield "\n]}\n";
}
