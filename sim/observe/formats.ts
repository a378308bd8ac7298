/** Trace files by name: each writer turns a recording into the pieces of one file. */
import type { Chip, SpikeTrace } from "../../arch/index.js";
import type { Recorder } from "../board/index.js";
import type { Placement } from "../mapping/index.js";
import { csvOf } from "./csv.js";
import { perfettoOf } from "./perfetto.js";
import { runFrames } from "./run-page/run-frames.js";
import { runPage } from "./run-page/run-page.js";
import { vcdOf } from "./vcd.js";

/** Most events of a recording whose file is made. Sorted, 8 million took 1.7 GB; Node's heap has 2 GB or more. */
export const MOST_WRITTEN = 8_000_000;

interface TraceFormat {
  /** Extension of its files, without the dot. */
  readonly ending: string;
  /** Its files also show every flit in every router. */
  readonly needsFlits: boolean;
  readonly write: (recorder: Recorder, chip: Chip, placement: Placement, trace: SpikeTrace) => Iterable<string>;
}

export const traceFormats = {
  csv: { ending: "csv", needsFlits: false, write: (recorder, _chip, placement, trace) => csvOf(recorder, placement, trace) },
  vcd: { ending: "vcd", needsFlits: true, write: (recorder, chip) => vcdOf(recorder, chip) },
  perfetto: {
    ending: "json",
    needsFlits: false,
    write: perfettoOf,
  },
  html: {
    ending: "html",
    needsFlits: true,
    write: (recorder, chip, placement) => [runPage(runFrames(recorder, chip, placement))],
  },
} as const satisfies Record<string, TraceFormat>;
