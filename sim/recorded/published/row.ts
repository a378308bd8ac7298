/** One published number compared with ours, access to published numbers, and statistics over many of them. */

import { table } from "../../../arch/index.js";
import { inputError } from "../../../base/errors.js";
import { exp, log } from "../../../base/math.js";

/**
 * Origin of a model's number. Only `predicted` shows how good the models are.
 *
 * - `identity`: the paper's own formula with the paper's own constants; it shows that the model counts what the formula
 * counts.
 * - `calibrated`: this number itself decided a price or a count of the model.
 * - `reimplementation`: the rules of another program, rebuilt; the number is that program's, not a chip's.
 * - `predicted`: the component library, or a law from other measurements, gives it; this number was not used.
 */
export const BASES = ["identity", "calibrated", "reimplementation", "predicted"] as const;
export type Basis = (typeof BASES)[number];

/** Kind of quantity; means are taken within one kind. */
const QUANTITIES = ["power", "energy", "area", "leakage", "clock", "cycles"] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** Origin of the published number: a chip, a synthesised or laid-out netlist (pre-silicon), or another simulator. */
const EVIDENCE = ["silicon", "synthesis", "simulator"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** A published number of a chip, compared with the model's. */
export interface PublishedRow {
  /** Name of the chip. */
  readonly chip: string;
  /** Power, energy, area, leakage, clock or cycles. */
  readonly kind: Quantity;
  /** Origin of the published value. */
  readonly evidence: Evidence;
  /** The compared quantity, with its conditions. */
  readonly quantity: string;
  /** Unit of both values. */
  readonly unit: string;
  /** Value as the source prints it. */
  readonly published: number;
  /** Value of the models. */
  readonly model: number;
  /**
   * Allowed difference, in % of the published value or in the unit itself; null: no limit, the difference is the
   * result.
   */
  readonly tolerance: { readonly percent: number } | { readonly absolute: number } | null;
  /** The model's value times measured factors; null: its prices are not those of the component library. */
  readonly silicon: OnSilicon | null;
  /** Basis of the model's value: a formula of the paper, a fit, a reimplementation, a prediction. */
  readonly basis: Basis;
  /** Place of the published value. */
  readonly source: string;
}

export interface OnSilicon {
  /** Value with all factors. */
  readonly value: number;
  /** Value with factors derived without the published number; null: fewer than three other chips would be left. */
  readonly leftOut: number | null;
  /** Ends of the 90 % interval of `leftOut`, or of `value` if `leftOut` is null. */
  readonly low: number;
  readonly high: number;
}

/** Whether the interval on silicon contains the published number; null if there is no interval. */
export function isHeld({ published, silicon }: PublishedRow): boolean | null {
  return silicon === null ? null : silicon.low <= published && published <= silicon.high;
}

/** Whether a number had a part in the factors that are compared with it: too few other chips would be left. */
export const isSeen = ({ silicon }: PublishedRow): boolean => silicon !== null && silicon.leftOut === null;

/**
 * How many published numbers the intervals on silicon hold: predictions apart from numbers that the factors were fitted
 * to.
 */
export function heldText(rows: readonly PublishedRow[]): string {
  const of = (some: readonly PublishedRow[]): string => `${some.filter((row) => isHeld(row) === true).length} of ${some.length}`;
  const own = rows.filter(({ silicon }) => silicon !== null);
  const seen = own.filter(isSeen);
  const predicted = `${of(own.filter((row) => !isSeen(row)))} numbers that their factors have not seen`;
  return seen.length === 0 ? predicted : `${predicted}, and ${of(seen)} that they were fitted to`;
}

/** Whether the difference is allowed; null if there is no limit. */
export function isWithin({ model, published, tolerance }: PublishedRow): boolean | null {
  if (tolerance === null) return null;
  const difference = Math.abs(model - published);
  return "percent" in tolerance ? difference <= (tolerance.percent / 100) * Math.abs(published) : difference <= tolerance.absolute;
}

/** Errors of predictions of one kind of quantity: means of model / published. */
export interface Misses {
  readonly kind: Quantity;
  readonly evidence: Evidence;
  readonly count: number;
  readonly geometricMean: number;
  /** Smallest and largest ratio. */
  readonly least: number;
  readonly largest: number;
}

/** Errors of the predicted rows by kind and evidence: measured and synthesised values stay separate. */
export function missesOf(rows: readonly PublishedRow[], modelOf = ({ model }: PublishedRow): number => model): readonly Misses[] {
  return QUANTITIES.flatMap((kind) =>
    EVIDENCE.flatMap((evidence) => {
      const own = rows.filter((row) => row.kind === kind && row.evidence === evidence && row.basis === "predicted");
      if (own.length === 0) return [];
      const ratios = own.map((row) => modelOf(row) / row.published);
      const geometricMean = exp(ratios.reduce((sum, ratio) => sum + log(ratio), 0) / ratios.length);
      return [{ kind, evidence, count: ratios.length, geometricMean, least: Math.min(...ratios), largest: Math.max(...ratios) }];
    }),
  );
}

/** The same on silicon, for rows whose factors have not seen them. */
export function siliconMisses(rows: readonly PublishedRow[]): readonly Misses[] {
  const own = rows.filter(({ silicon }) => silicon !== null && silicon.leftOut !== null);
  return missesOf(own, ({ silicon, model }) => silicon?.leftOut ?? model);
}

/** A published quantity in a table. */
export interface PublishedValue {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly conditions: string;
}

/**
 * Row of the chip table by chip, metric and, if several rows share both, a part of its conditions. Throws InputError if
 * there is none.
 */
export function publishedValue(chip: string, metric: string, conditions = ""): PublishedValue {
  const row = table("chips").find(
    (entry) => entry.chip === chip && entry.metric === metric && (entry.conditions ?? "").includes(conditions),
  );
  if (row === undefined) throw inputError("arch/components/chips.csv", `no row ${chip}, ${metric}, ${conditions}`);
  return { value: Number(row.value), unit: row.unit ?? "", source: row.source ?? "", conditions: row.conditions ?? "" };
}

/** A published energy from the arithmetic or the network table, pJ. Throws InputError if there is none. */
export function publishedPj(file: "arith" | "noc", name: string): PublishedValue {
  const [nameColumn, column] = file === "arith" ? ["op", "energy_pj"] : ["name", "hop_pj"];
  const row = table(file).find((entry) => entry[nameColumn] === name);
  if (row === undefined) throw inputError(`arch/components/${file}.csv`, `no row ${name}`);
  return { value: Number(row[column]), unit: "pJ", source: row.source ?? "", conditions: "" };
}
