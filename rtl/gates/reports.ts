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
  /**
   * Four-input tables of the placed design, including those used as carries and small memories: nextpnr's cells, and
   * two for each that writes a memory, which takes the place of two.
   */
  readonly slices: number;
  /** Clock after placement, MHz. */
  readonly clockMhz: number;
  /** Clock that the placement was asked for, MHz: the chip's. */
  readonly askedMhz: number;
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

/** A count that no chip lacks. @throws InputError if the report has none */
export function countOf(type: string, counts: Counts, file: string): number {
  const count = Object.hasOwn(counts, type) ? counts[type] : 0;
  if (count > 0) return count;
  throw inputError(file, `counts no ${type}, of which every chip has some`, "is it made by another version of Yosys? snn-dse doctor");
}

const FLIP_FLOP = /^\$_\w*DFF/;

export function genericGates(text: string, file: string): GenericGates {
  const counts = Object.entries(cellCounts(text, file)).filter(([type]) => type.startsWith("$_"));
  const { design } = parsed(text, file) as { readonly design: { readonly estimated_num_transistors?: unknown } };
  if (counts.length === 0) throw inputError(file, "counts no gate", "is it made by another version of Yosys? snn-dse doctor");
  const estimate = Number.parseInt(String(design.estimated_num_transistors ?? ""), 10);
  return {
    gates: counts.reduce((sum, [type, count]) => sum + (FLIP_FLOP.test(type) ? 0 : count), 0),
    flipFlops: counts.reduce((sum, [type, count]) => sum + (FLIP_FLOP.test(type) ? count : 0), 0),
    transistors: Number.isFinite(estimate) ? estimate : null,
  };
}

/** Slowest clock, MHz, from each clock's last value in the log; nextpnr reports clocks only after routing. */
export function slowestClock(log: string, file: string): number {
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

/** Cells of a kind after placement. @throws InputError if the report does not say */
function placedOf(kind: string, report: string, file: string): number {
  const { utilization } = parsed(report, file) as { readonly utilization?: { readonly [kind: string]: { readonly used?: unknown } } };
  const used = utilization?.[kind]?.used;
  if (typeof used === "number" && Number.isFinite(used)) return used;
  throw inputError(file, `does not say how many ${kind} are used`, "is it made by another version of nextpnr? snn-dse doctor");
}

/** `asked`: the device and the clock. */
export function ecp5Report({ cells, report, log }: Ecp5Texts, asked: Pick<Ecp5, "device" | "askedMhz">, file: string): Ecp5 {
  const counts = cellCounts(cells, file);
  return {
    ...asked,
    lut4: countOf("LUT4", counts, file),
    flipFlops: countOf("TRELLIS_FF", counts, file),
    blockRams: counts.DP16KD ?? 0,
    multipliers: counts.MULT18X18D ?? 0,
    slices: placedOf("TRELLIS_COMB", report, file) + 2 * placedOf("TRELLIS_RAMW", report, file),
    clockMhz: slowestClock(log, file),
  };
}
