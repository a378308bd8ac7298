/** What a simulation of one point is asked, and what it answers. */
import type { AnyExperiment } from "../arch/index.js";
import type { Result } from "../sim/index.js";
import type { Explanation, LayerEnergy, traceFormats } from "../sim/observe/index.js";
import type { Values } from "./open.js";

/** A format of recorded cycles. */
export type TraceFormatName = keyof typeof traceFormats;

/** Which point is simulated, and what is recorded of it. */
export interface SimulateOptions {
  /** Values by path laid over the description first. */
  readonly values?: Values;
  /**
   * Also say what decides each wave and what single changes of the chip gain: some dozens of changed chips are
   * simulated.
   */
  readonly explain?: boolean;
  /**
   * Also record what happens in each cycle: rows for tables, waveforms for GTKWave and Surfer, or slices for
   * ui.perfetto.dev.
   */
  readonly trace?: TraceFormatName | null;
  /** Gives up between functional run, timing run, recording and explanation. */
  readonly signal?: AbortSignal;
}

/** One point in full. */
export interface Simulation {
  /** The description. */
  readonly file: string;
  /** In place of the description's, by path. */
  readonly values: Values;
  /** The point, resolved. */
  readonly experiment: AnyExperiment;
  /** Metrics, breakdown of energy and area, operations and utilisation. */
  readonly result: Result;
  /** Path of the model file; null of a chip whose core model is its own. */
  readonly model: string | null;
  /** Energy and events of each layer; empty of chips without layers. */
  readonly layers: readonly LayerEnergy[];
  /** null: not asked for, or of a chip that counts instead. */
  readonly explanation: Explanation | null;
  /** All counts of a coupled chip's run by name; null: not asked for by `explain`, or of an ordinary chip. */
  readonly counts: { readonly [name: string]: unknown } | null;
  /** Pieces of the trace file's text, made as they are read, and the ending of its name; null: not asked for. */
  readonly trace: { readonly ending: string; readonly pieces: Iterable<string> } | null;
  /** Names of the case's files; empty without a case. */
  readonly caseFiles: readonly string[];
  /** Time that the functional run and the timing run took, by the clock. */
  readonly functionalSeconds: number;
  /** Of the timing run. */
  readonly timingSeconds: number;
  /** A sentence each. */
  readonly warnings: readonly string[];
}
