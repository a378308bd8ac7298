/**
 * Factors from component library to silicon, derived from the boards: for each cause of error, the factor with which
 * the geometric mean of predicted / published is 1. Chips have equal weights, however many values they have; a value is
 * predicted without its own chip. Chips below 22 nm enter no factor, because the library is scaled there; their
 * intervals include the scaling's error.
 *
 * A cause contains groups of prices that share an error. Tried for area: separate factors of SRAM and logic, and a
 * factor of logic alone; chips left out are not predicted better (`docs/prices.md`). Tried for energy: SRAM separate
 * from the rest; a hop that is left out is predicted four times too low. Static power includes updates, so leakage is
 * fitted after the factor of energy is applied.
 *
 * The error for another chip: residuals r of n chips, each the mean of its values' (two values of one chip are one
 * sample), combined with a prior spread of 0.35 that counts as 5 chips, so that few chips do not look certain: s^2 = (5
 * x 0.35^2 + sum r^2) / (5 + n - 1), predictive t with 4 + n degrees of freedom and scale s sqrt(1 + 1 / n); sigma is
 * that of the normal distribution with the same 90 % interval. The prior's spread is about that of areas and energies;
 * its weight is a choice.
 */
import { type ProcessCorner, SILICON_GROUPS, type SiliconFactors, type SiliconGroup, type SramCell } from "../../../arch/index.js";
import { exp, log, square } from "../../../base/math.js";
import { cornerCauses } from "../../error-causes.js";
import { type BoardValue, boardValues } from "./board-values.js";
import type { Board, Boards } from "./boards.js";
import type { Evidence } from "./row.js";

/** In the order in which they are fitted. */
export const CAUSES = {
  area: ["sram_area", "logic_area"],
  energy: ["sram_energy", "logic_energy", "noc_energy"],
  leakage: ["sram_leakage", "logic_leakage"],
  clock: ["clock"],
} as const satisfies { readonly [cause: string]: readonly SiliconGroup[] };
export type Cause = keyof typeof CAUSES;
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

/** A published value of a board, and the library's value by group of prices. */
export interface Observation extends Omit<BoardValue, "kind" | "model"> {
  readonly kind: Cause;
  /**
   * Standard deviation of ln(library) caused by scaling its prices below the tables' smallest node; 0 at the tables'
   * nodes.
   */
  readonly scalingSigma: number;
  readonly library: number;
  readonly parts: { readonly [group in SiliconGroup]: number };
}

const factorsOf = (of: (group: SiliconGroup) => number): SiliconFactors =>
  Object.fromEntries(SILICON_GROUPS.map((group) => [group, { factor: of(group), n: 0, unmeasured: null }])) as SiliconFactors;
/** By group: factor 2 for the group, 1 for all others. */
const DOUBLED = new Map(SILICON_GROUPS.map((group) => [group, factorsOf((other) => (other === group ? 2 : 1))]));
const priced = (board: Board, silicon: SiliconFactors | null): Board => ({ ...board, chip: { ...board.chip, silicon } });

/** Values of these kinds are sums of prices: doubling a group's prices adds its part. */
export function observationsOf(boards: Boards, kinds: readonly Cause[] = CAUSE_NAMES): readonly Observation[] {
  return boardValues().flatMap(({ kind, model, ...value }) => {
    if (!isCause(kind) || !kinds.includes(kind)) return [];
    const { [value.board]: board } = boards;
    const library = model(priced(board, null));
    const parts = Object.fromEntries([...DOUBLED].map(([group, factors]) => [group, model(priced(board, factors)) - library]));
    return [{ ...value, kind, scalingSigma: scalingSigma(board, kind), library, parts: parts as Observation["parts"] }];
  });
}

const SMALLEST_TABLE_NM = 22;

function scalingSigma({ chip: { technology } }: Board, kind: Cause): number {
  if (technology.nodeNm >= SMALLEST_TABLE_NM) return 0;
  const [scaling] = cornerCauses(technology, kind === "clock" ? "energy" : kind, "sram");
  return Math.abs(scaling?.up ?? 0);
}

function isCause(kind: string): kind is Cause {
  return kind in CAUSES;
}

/** The factor of one cause, and its uncertainty. */
export interface Fit {
  readonly factor: number;
  readonly sigma: number;
  /** Number of chips. */
  readonly n: number;
  readonly chips: readonly string[];
}
type Fits = { readonly [cause in Cause]: Fit };

const NO_DATA: Fit = { factor: 1, sigma: Number.POSITIVE_INFINITY, n: 0, chips: [] };

/** An observation's value with the factors applied. */
export function predicted({ library, parts }: Observation, factors: { readonly [cause in Cause]: Pick<Fit, "factor"> }): number {
  return CAUSE_NAMES.reduce(
    (sum, cause) => CAUSES[cause].reduce((inner, group) => inner + (factors[cause].factor - 1) * parts[group], sum),
    library,
  );
}

/** Factors from observations with one kind of evidence. */
export function fitsOf(observations: readonly Observation[]): Fits {
  let fits: Fits = { area: NO_DATA, energy: NO_DATA, leakage: NO_DATA, clock: NO_DATA };
  for (const cause of CAUSE_NAMES) {
    const own = observations.filter(({ kind }) => kind === cause);
    if (own.length > 0) fits = { ...fits, [cause]: fitOf(cause, own, fits) };
  }
  return fits;
}

const SMALLEST_LN = -9;
const LARGEST_LN = 7;
const HALVINGS = 60;

function fitOf(cause: Cause, own: readonly Observation[], others: Fits): Fit {
  const chips = [...new Set(own.map(({ chip }) => chip))];
  /** Of each chip, the mean over its values of ln(published / predicted). */
  const misses = (factor: number): number[] =>
    chips.map((chip) => {
      const values = own.filter((value) => value.chip === chip);
      const all = values.map((value) => log(value.published.value / predicted(value, { ...others, [cause]: { factor } })));
      return all.reduce((sum, miss) => sum + miss, 0) / all.length;
    });
  let [low, high] = [SMALLEST_LN, LARGEST_LN];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (misses(exp(middle)).reduce((sum, miss) => sum + miss, 0) > 0) low = middle;
    else high = middle;
  }
  const factor = exp((low + high) / 2);
  return { factor, sigma: sigmaOf(misses(factor)), n: chips.length, chips };
}

const PRIOR = { sigma: 0.35, worth: 5 };
/** 95 % quantiles of Student's t, from 5 degrees of freedom on. */
const T95 = [2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74, 1.734, 1.729, 1.725];
export const NORMAL_95 = 1.645;

export function sigmaOf(residuals: readonly number[]): number {
  const n = residuals.length;
  const freedom = PRIOR.worth + n - 1;
  const spread = (PRIOR.worth * square(PRIOR.sigma) + residuals.reduce((sum, r) => sum + square(r), 0)) / freedom;
  const t = T95[freedom - 5] ?? NORMAL_95;
  return (t * Math.sqrt(spread * (1 + 1 / n))) / NORMAL_95;
}

/** A published value compared with the library's, and with silicon's by factors derived without its chip. */
interface Check {
  readonly value: Observation;
  /** Prediction with all factors. */
  readonly silicon: number;
  /**
   * Prediction with factors derived without this chip; null: fewer than `LEAST_OTHERS` other chips would be left.
   */
  readonly leftOut: number | null;
  /** Ends of the 90 % interval of `leftOut`, or of `silicon`. */
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  readonly fits: { readonly [evidence in Exclude<Evidence, "simulator">]: Fits };
  readonly checks: readonly Check[];
}

/** Values from netlists, and chips below the tables' smallest node, enter no factor. */
export const entersFactors = ({ evidence, scalingSigma }: Observation): boolean => evidence === "silicon" && scalingSigma === 0;

/** Fewest other chips by which a chip's values are predicted. */
const LEAST_OTHERS = 3;

export function calibrationOf(boards: Boards): Calibration {
  const observations = observationsOf(boards);
  const measured = observations.filter(entersFactors);
  const silicon = fitsOf(measured);
  const checks = observations.map((value): Check => {
    const all = predicted(value, silicon);
    const isLeftOut = silicon[value.kind].n > LEAST_OTHERS || !entersFactors(value);
    const fits = isLeftOut ? fitsOf(measured.filter((other) => other.chip !== value.chip)) : silicon;
    const leftOut = isLeftOut ? predicted(value, fits) : null;
    const reach = exp(NORMAL_95 * Math.sqrt(square(fits[value.kind].sigma) + square(value.scalingSigma)));
    return { value, silicon: all, leftOut, low: (leftOut ?? all) / reach, high: (leftOut ?? all) * reach };
  });
  return { fits: { silicon, synthesis: fitsOf(observations.filter(({ evidence }) => evidence === "synthesis")) }, checks };
}

/** The factor of leakage that the measured chips give if their cells have this family and this corner. */
export interface LeakageAs {
  readonly sramCell: SramCell;
  readonly corner: ProcessCorner;
  readonly observations: readonly Observation[];
  readonly fit: Fit;
}

const CELLS: readonly SramCell[] = ["lstp", "lop", "hp"];
const CORNERS: readonly ProcessCorner[] = ["typical", "slow", "fast"];

/** For all families and corners: no source gives those of the measured chips. */
export function leakagesAs(boards: Boards): readonly LeakageAs[] {
  const energies = observationsOf(boards, ["energy"]).filter(entersFactors);
  return CELLS.flatMap((sramCell) =>
    CORNERS.map((corner): LeakageAs => {
      const observations = observationsOf(withCells(boards, { sramCell, corner }), ["leakage"]).filter(entersFactors);
      return { sramCell, corner, observations, fit: fitsOf([...energies, ...observations]).leakage };
    }),
  );
}

const withCells = (boards: Boards, change: Pick<LeakageAs, "sramCell" | "corner">): Boards =>
  Object.fromEntries(
    Object.entries(boards).map(([name, { chip, ...board }]) => [
      name,
      { ...board, chip: { ...chip, technology: { ...chip.technology, ...change } } },
    ]),
  ) as Boards;
