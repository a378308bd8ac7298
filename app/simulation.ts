/** Options and result of a simulation of one point. */
import type { AnyExperiment } from "../arch/index.js";
import type { CounterTables, HeldNetwork, Result } from "../sim/index.js";
import type { Explanation, LayerEnergy, traceFormats } from "../sim/observe/index.js";
import type { Intervals } from "../sweeps/index.js";
import type { HighestClock } from "./fast-clocks.js";
import type { Description, Values } from "./open.js";
import type { Progress } from "./progress.js";

/** A format of recorded cycles. */
export type TraceFormatName = keyof typeof traceFormats;

/** Which point is simulated, and what is recorded. */
export interface SimulateOptions {
  /** Values by path that replace the description's. */
  readonly values?: Values;
  /**
   * Also explains what decides each wave and what single changes of the chip would gain; this maps and simulates some
   * dozens of changed chips. Of a coupled chip it gives `counts`.
   */
  readonly explain?: boolean;
  /**
   * Also records what happens in each cycle: rows for tables, waveforms for GTKWave and Surfer, or slices for
   * ui.perfetto.dev.
   */
  readonly trace?: TraceFormatName | null;
  /** Called while it runs: after each utterance, at the beginning of a timing run, after each changed chip. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the work between functional run, timing run, recording and explanation. */
  readonly signal?: AbortSignal;
}

/** The result of one simulated point. */
export interface Simulation {
  /** The description. */
  readonly file: string;
  /** Values by path that replaced the description's. */
  readonly values: Values;
  /** The description with what it extends, the caller's values, and defaults but for sections that may be left out. */
  readonly document: Description["document"];
  /** The point, resolved. */
  readonly experiment: AnyExperiment;
  /** Metrics, breakdown of energy and area, operations and utilisation. */
  readonly result: Result;
  /** 90 % intervals of metrics over prices, samples and timed utterances; empty for a coupled chip. */
  readonly intervals: Intervals;
  /** The network as the chip stores it, as far as it decides the hardware; null for a chip with its own core model. */
  readonly network: HeldNetwork | null;
  /** Counts of the timed utterances by core, router and link; null for a chip with its own core model. */
  readonly counters: CounterTables | null;
  /** As of a `check`; null for a chip with its own core model. */
  readonly highestClocks: readonly HighestClock[] | null;
  /** Path of the model file; null for a chip with its own core model. */
  readonly model: string | null;
  /**
   * Energy of each layer; empty for chips without layers, if work has no price, if the chip loses messages, and if
   * ticks are overrun where only touched neurons are updated.
   */
  readonly layers: readonly LayerEnergy[];
  /** null: not wanted, or a coupled chip, which has `counts`. */
  readonly explanation: Explanation | null;
  /** All counts of a coupled chip's run by name; null: `explain` is not set, or the chip is ordinary. */
  readonly counts: { readonly [name: string]: unknown } | null;
  /** Pieces of the trace file's text, computed while they are read, and the ending of its name; null: not wanted. */
  readonly trace: { readonly ending: string; readonly pieces: Iterable<string> } | null;
  /** Names of the case's files; empty without a case. */
  readonly caseFiles: readonly string[];
  /** Wall-clock time of the functional run. */
  readonly functionalSeconds: number;
  /** Wall-clock time of the timing run. */
  readonly timingSeconds: number;
  /** One sentence each. */
  readonly warnings: readonly string[];
}
