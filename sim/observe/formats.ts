/** Trace files by name: each writer turns a recording into the pieces of one file. */
import type { Chip, SpikeTrace } from "../../arch/index.js";
import type { Recorder } from "../board/index.js";
import type { Placement } from "../mapping/index.js";
import { csvOf } from "./csv.js";
import { perfettoOf } from "./perfetto.js";
import { vcdOf } from "./vcd.js";

export interface TraceFormat {
  /** Ending of its files, without the dot. */
  readonly ending: string;
  readonly write: (recorder: Recorder, chip: Chip, placement: Placement, trace: SpikeTrace) => Iterable<string>;
}

export const traceFormats = {
  csv: { ending: "csv", write: (recorder, _chip, placement, trace) => csvOf(recorder, placement, trace) },
  vcd: { ending: "vcd", write: (recorder, chip) => vcdOf(recorder, chip) },
  perfetto: { ending: "json", write: perfettoOf },
} as const satisfies Record<string, TraceFormat>;
