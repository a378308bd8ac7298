/**
 * Interface of a coupled chip's core model: runs on recorded or synthetic inputs, results, costs, drawing of traces,
 * and recorded cases. `registry.ts` lists all models.
 */
import type { BreakdownRow } from "../result.js";
import type { CaseFiles } from "./case-files.js";
import type { SignalBook } from "./signals.js";
import type { WorkloadRequest } from "./workload.js";

export interface CoupledFacts {
  /** Cycles until all work is done; null if the limit came first. */
  readonly latencyCycles: number | null;
  /** Simulated cycles. */
  readonly cycles: number;
  readonly spikes: number | null;
  /** Words taken from the event queue, packets delivered, or spikes given to the accumulators. */
  readonly eventsProcessed: number | null;
  /** Events refused by a full queue, or lost to a memory that was being cleared. */
  readonly eventsDropped: number | null;
  /** Weights met by events, including zeros. */
  readonly synapticOperations: number | null;
  /** Number of global ticks. */
  readonly ticks: number | null;
  /** Busy shares of the simulated cycles, by core. */
  readonly cores: readonly { readonly core: number; readonly neurons: number; readonly synapseBusy: number; readonly somaBusy: number }[];
  /**
   * Packets per simulated cycle on each output of a router, including the one to its core; empty for chips of one core.
   */
  readonly links: readonly { readonly router: number; readonly port: string; readonly flitsPerCycle: number }[];
}

/** Files of a case (memories, input events, limit), or a synthetic workload. */
export type CoupledInput =
  | { readonly kind: "case"; readonly files: CaseFiles /** null: the case's own. */; readonly limitCycles: number | null }
  | { readonly kind: "synthetic"; readonly request: WorkloadRequest };

/** Numbers of a run by name; nested names are joined by dots. */
export type CoupledMetrics = { readonly [name: string]: number };

export interface CoupledRun {
  readonly metrics: CoupledMetrics;
  /** Facts that all such chips have: cycles, spikes, events, operations, busy shares. */
  readonly facts: CoupledFacts;
  /** Rows by cycle, in the format of the chip's recorded runs; null: the model has no trace. */
  readonly trace: string | null;
}

/** Recorded runs of an RTL design, as folders of files. */
export interface RecordedCases<Chip> {
  /** Input files of a case; all other files are expected output. */
  readonly inputs: readonly string[];
  /** Outputs that a case needs to prove anything. */
  readonly needed: readonly string[];
  /** A setting that only this design's `case.json` has. */
  readonly mark: string;
  /** Names of the design in `case.json` and of folders: lower-case letters and digits. */
  readonly names: readonly string[];
  /** The chip with the registers of a case. Throws InputError. */
  readonly withRegisters: (chip: Chip, files: CaseFiles) => Chip;
  /** All output files of the model for a case's inputs, by name. Throws InputError on malformed inputs. */
  readonly outputs: (chip: Chip, files: CaseFiles) => ReadonlyMap<string, string>;
}

/** Measured prices of a whole chip. */
interface ChipCosts<Chip> {
  /** Duration in microseconds; null if the description gives neither a clock nor a tick rate. */
  readonly timeUs: (chip: Chip, facts: CoupledFacts, cycles: number) => number | null;
  readonly rows: (chip: Chip, run: Pick<CoupledRun, "facts" | "metrics">, timeUs: number) => readonly BreakdownRow[];
}
export const UNPRICED: ChipCosts<unknown> = { timeUs: () => null, rows: () => [] };

export interface CoupledModel<Chip> {
  /** Runs the chip as described. Throws InputError if the inputs do not fit it. */
  readonly run: (chip: Chip, input: CoupledInput) => CoupledRun;
  /** Recorded cases; null if there are none. */
  readonly cases: RecordedCases<Chip> | null;
  readonly costs: ChipCosts<Chip>;
  /** Clock period in drawings of the trace; 1 ns if the description gives no clock. */
  readonly periodPs: (chip: Chip) => number;
  /** Signals before the first row. */
  readonly begin: (book: SignalBook) => void;
  /** Signals that a row of the trace changes. */
  readonly row: (book: SignalBook, cycle: number, cells: readonly string[]) => void;
}

export const NANOSECOND = (): number => 1000;

/** A case's stimulus, with the description's cycle limit if it has one. */
export function limited<Stimulus extends { readonly limitCycles: number }>(
  stimulus: Stimulus,
  { limitCycles }: { readonly limitCycles: number | null },
): Stimulus {
  return limitCycles === null ? stimulus : { ...stimulus, limitCycles };
}

/** Numbers of a summary by dotted names. */
export function flat(value: unknown, path = ""): { [name: string]: number } {
  if (typeof value === "number") return { [path]: value };
  if (typeof value === "boolean") return { [path]: value ? 1 : 0 };
  if (typeof value !== "object" || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([key, entry]) => flat(entry, path === "" ? key : `${path}.${key}`)));
}

/** An energy row with a count. */
export const countedRow = (component: string, count: number, unitEnergyPj: number, source: string): BreakdownRow => ({
  ...{ component, group: "datapath", count, unitEnergyPj, energyPj: count * unitEnergyPj, areaMm2: null, source },
});
/** A row of actions, or of cycles, that nobody priced. */
export const unpricedRow = (component: string, count: number, why = ""): BreakdownRow => ({
  ...{ component, group: "datapath", count, unitEnergyPj: null, energyPj: null, areaMm2: null },
  source: `no published price, so no energy is known${why}`,
});
/** An energy row of power over time. */
export const timedRow = (component: string, group: BreakdownRow["group"], energyPj: number, source: string): BreakdownRow => ({
  ...{ component, group, count: null, unitEnergyPj: null, energyPj, areaMm2: null, source },
});
/** Leakage and clock of a whole chip over time. */
export function standingRows(
  power: { readonly clock_mhz: number; readonly leakage_uw: number; readonly idle_uw_per_mhz: number },
  timeUs: number,
  source: string,
): readonly BreakdownRow[] {
  // uW x us = pJ
  return [
    timedRow("leakage", "leakage", power.leakage_uw * timeUs, source),
    timedRow("clock", "clock", power.idle_uw_per_mhz * power.clock_mhz * timeUs, source),
  ];
}
