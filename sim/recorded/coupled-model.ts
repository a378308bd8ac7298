/**
 * What a coupled chip's core model gives to whoever runs one: a run on recorded or synthetic inputs, what it comes to,
 * what it costs, how its trace is drawn, and its recorded cases. Every model stands in `registry.ts`.
 */
import type { BreakdownRow } from "../result.js";
import type { CaseFiles } from "./case-files.js";
import type { SignalBook } from "./signals.js";
import type { WorkloadRequest } from "./workload.js";

export interface CoupledFacts {
  /** Cycles until all work is done; null: the limit came first. */
  readonly latencyCycles: number | null;
  /** Cycles simulated. */
  readonly cycles: number;
  readonly spikes: number | null;
  /** Words taken from the event queue; packets delivered; spikes given to the accumulators. */
  readonly eventsProcessed: number | null;
  /** Events refused by a full queue or lost to a memory that was being cleared. */
  readonly eventsDropped: number | null;
  /** Weights met by an event, zero ones included. */
  readonly synapticOperations: number | null;
  /** Global ticks given. */
  readonly ticks: number | null;
  /** Busy shares of the simulated cycles. */
  readonly cores: readonly { readonly core: number; readonly neurons: number; readonly synapseBusy: number; readonly somaBusy: number }[];
  /** Packets a simulated cycle on each way out of a router, to its core too; empty for chips of one core. */
  readonly links: readonly { readonly router: number; readonly port: string; readonly flitsPerCycle: number }[];
}

/** Files of a case (memories, input events, limit), or a synthetic workload. */
export type CoupledInput =
  | { readonly kind: "case"; readonly files: CaseFiles /** Null: the case's own. */; readonly limitCycles: number | null }
  | { readonly kind: "synthetic"; readonly request: WorkloadRequest };

/** Numbers of a run by name; nested names are joined with dots. */
export type CoupledMetrics = { readonly [name: string]: number };

export interface CoupledRun {
  readonly metrics: CoupledMetrics;
  /** Cycles, spikes, events, operations, busy shares: what is common to all such chips. */
  readonly facts: CoupledFacts;
  /** Rows by cycle, as the chip's recorded runs have them; null: the model has no trace. */
  readonly trace: string | null;
}

/** Runs of an RTL design that are recorded as folders of files. */
export interface RecordedCases<Chip> {
  /** Files a case is told by; everything else in it is expected output. */
  readonly inputs: readonly string[];
  /** Outputs without which a case proves nothing. */
  readonly needed: readonly string[];
  /** A setting only this design's `case.json` has. */
  readonly mark: string;
  /** What the design is called in `case.json` and in names of folders: lower-case letters and digits. */
  readonly names: readonly string[];
  /** The chip with the registers of a case. Throws InputError. */
  readonly withRegisters: (chip: Chip, files: CaseFiles) => Chip;
  /** Every output file of the model for a case's inputs, by name. Throws InputError on malformed inputs. */
  readonly outputs: (chip: Chip, files: CaseFiles) => ReadonlyMap<string, string>;
}

/** Measured prices of a whole chip. */
interface ChipCosts<Chip> {
  /** Null: the description says no clock and no tick rate. */
  readonly timeUs: (chip: Chip, facts: CoupledFacts, cycles: number) => number | null;
  readonly rows: (chip: Chip, facts: CoupledFacts, timeUs: number) => readonly BreakdownRow[];
}
export const UNPRICED: ChipCosts<unknown> = { timeUs: () => null, rows: () => [] };

export interface CoupledModel<Chip> {
  /** Runs the chip as it is described. Throws InputError where inputs do not fit it. */
  readonly run: (chip: Chip, input: CoupledInput) => CoupledRun;
  /** Null: there are none. */
  readonly cases: RecordedCases<Chip> | null;
  readonly costs: ChipCosts<Chip>;
  /** Cycle of the clock in drawings of the trace; 1 ns where the description says no clock. */
  readonly periodPs: (chip: Chip) => number;
  /** Signals before the first row. */
  readonly begin: (book: SignalBook) => void;
  /** Signals that a row of the trace changes. */
  readonly row: (book: SignalBook, cycle: number, cells: readonly string[]) => void;
}

export const NANOSECOND = (): number => 1000;

/** A case's stimulus under the limit that the description says, if it says one. */
export function limited<Stimulus extends { readonly limitCycles: number }>(
  stimulus: Stimulus,
  { limitCycles }: { readonly limitCycles: number | null },
): Stimulus {
  return limitCycles === null ? stimulus : { ...stimulus, limitCycles };
}

/** Numbers of a summary by dotted name. */
export function flat(value: unknown, path = ""): { [name: string]: number } {
  if (typeof value === "number") return { [path]: value };
  if (typeof value === "boolean") return { [path]: value ? 1 : 0 };
  if (typeof value !== "object" || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([key, entry]) => flat(entry, path === "" ? key : `${path}.${key}`)));
}

/** A row of energy that is counted. */
export const countedRow = (component: string, count: number, unitEnergyPj: number, source: string): BreakdownRow => ({
  ...{ component, group: "datapath", count, unitEnergyPj, energyPj: count * unitEnergyPj, areaMm2: null, source },
});
/** A row of power over time. */
export const timedRow = (component: string, group: BreakdownRow["group"], energyPj: number, source: string): BreakdownRow => ({
  ...{ component, group, count: null, unitEnergyPj: null, energyPj, areaMm2: null, source },
});
