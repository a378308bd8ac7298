/**
 * JSON reports of Yosys and nextpnr as typed values. Pure. Throws: InputError if a report is not in the tool's format.
 */
import { inputError } from "../../base/errors.js";

/** Use of an ECP5: cells from Yosys, before placement; the rest from nextpnr, after it. */
export interface Ecp5 {
  readonly device: string;
  readonly lut4: number;
  readonly flipFlops: number;
  /** Blocks of 18 kbit. */
  readonly blockRams: number;
  /** Blocks of 18 x 18 multipliers. */
  readonly multipliers: number;
  /** Four-input tables of the placed design, including those used as carries and small memories. */
  readonly slices: number;
  /** Clock after placement, MHz. */
  readonly clockMhz: number;
}

/** Gates in Yosys's own library. */
export interface GenericGates {
  readonly gates: number;
  readonly flipFlops: number;
  /** Yosys's estimate of CMOS transistors, without memories. */
  readonly transistors: number | null;
}

type Counts = { readonly [type: string]: number };

function parsed(text: string, file: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as { readonly [key: string]: unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw inputError(file, "is no report in JSON", "run the synthesis again");
}

/** Number of cells in the whole design by type, as `stat -json` counts them. */
export function cellCounts(text: string, file: string): Counts {
  const { design } = parsed(text, file) as { readonly design?: { readonly num_cells_by_type?: unknown } };
  const counts = design?.num_cells_by_type;
  if (typeof counts !== "object" || counts === null || !Object.values(counts).every((count) => typeof count === "number"))
    throw inputError(file, "has no counts of cells", "run the synthesis again");
  return counts as Counts;
}

const FLIP_FLOP = /^\$_\w*DFF/;

export function genericGates(text: string, file: string): GenericGates {
  const counts = Object.entries(cellCounts(text, file)).filter(([type]) => type.startsWith("$_"));
  const { design } = parsed(text, file) as { readonly design: { readonly estimated_num_transistors?: unknown } };
  const estimate = Number.parseInt(String(design.estimated_num_transistors ?? ""), 10);
  return {
    gates: counts.reduce((sum, [type, count]) => sum + (FLIP_FLOP.test(type) ? 0 : count), 0),
    flipFlops: counts.reduce((sum, [type, count]) => sum + (FLIP_FLOP.test(type) ? count : 0), 0),
    transistors: Number.isFinite(estimate) ? estimate : null,
  };
}

/** Slowest clock, MHz, from each clock's last value in the log; nextpnr reports clocks only after routing. */
function slowestClock(log: string, file: string): number {
  const clocks = new Map(
    [...log.matchAll(/Max frequency for clock +'([^']*)': ([\d.]+) MHz/g)].map(([, name, mhz]) => [name, Number(mhz)]),
  );
  if (clocks.size === 0) throw inputError(file, "has no clock that was timed", "run the synthesis again");
  return Math.min(...clocks.values());
}

/** Texts about a synthesis for an ECP5: Yosys's cell counts, nextpnr's report of use, and its log. */
interface Ecp5Texts {
  readonly cells: string;
  readonly report: string;
  readonly log: string;
}

export function ecp5Report({ cells, report, log }: Ecp5Texts, device: string, file: string): Ecp5 {
  const counts = cellCounts(cells, file);
  const { utilization } = parsed(report, file) as { readonly utilization?: { readonly [kind: string]: { readonly used?: unknown } } };
  return {
    device,
    lut4: counts.LUT4 ?? 0,
    flipFlops: counts.TRELLIS_FF ?? 0,
    blockRams: counts.DP16KD ?? 0,
    multipliers: counts.MULT18X18D ?? 0,
    slices: Number(utilization?.TRELLIS_COMB?.used ?? 0),
    clockMhz: slowestClock(log, file),
  };
}
