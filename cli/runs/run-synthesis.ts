/** Synthesises a point with a line of progress, and prints its figures. Effects: signals, the clock, prints. */
import { performance } from "node:perf_hooks";
import type { Plugin } from "../../app/plugins.js";
import { rtlSynthesis } from "../../app/rtl-synthesis.js";
import { clock } from "../format/number.js";
import { lookOf } from "../format/style.js";
import { synthesisLines } from "../format/synthesis.js";
import { valuesOf } from "../options/values.js";
import { print, printJson, warn } from "../output/print.js";
import { EXIT } from "../process/exit.js";
import { onLeaveSignals } from "../process/leave-signals.js";

export interface SynthesisWords {
  readonly synth?: string;
  readonly liberty?: string;
  readonly device?: string;
  readonly again?: boolean;
  readonly out?: string;
  readonly set?: readonly string[];
  readonly base?: string;
  readonly json?: boolean;
  readonly plugins: readonly Plugin[];
}

/** Time between two lines of progress. */
const EVERY_MS = 5_000;

export async function synthesiseAndPrint(source: string, point: number | null, words: SynthesisWords): Promise<void> {
  const {
    synth = "liberty",
    liberty = null,
    device = null,
    again = false,
    out = null,
    set = [],
    base = null,
    json = false,
    plugins,
  } = words;
  const stopped = new AbortController();
  const deaf = onLeaveSignals(() => {
    if (stopped.signal.aborted) process.exit(EXIT.interrupted);
    stopped.abort();
  });
  const beganMs = performance.now();
  let toldMs = Number.NEGATIVE_INFINITY;
  const onStage = (stage: string): void => {
    const nowMs = performance.now();
    if (nowMs - toldMs < EVERY_MS) return;
    toldMs = nowMs;
    warn(`${clock((nowMs - beganMs) / 1000)}  ${stage}`);
  };
  try {
    const options = { target: synth, liberty, device, again, out, values: valuesOf(set), base, plugins };
    const run = await rtlSynthesis(source, point, { ...options, onStage, signal: stopped.signal });
    if (run.notStored !== null) warn(`not stored in the database: ${run.notStored}`);
    if (json) printJson(run, 2);
    else print(synthesisLines(lookOf(process.stdout, process.env), run));
  } finally {
    deaf();
  }
}
