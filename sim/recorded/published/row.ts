/** One published number beside ours, where published numbers are looked up, and what many of them come to. */

import { table } from "../../../arch/index.js";
import { inputError } from "../../../base/errors.js";
import { exp, log } from "../../../base/math.js";

/**
 * What a model's number rests on. Only `predicted` says how good the models are.
 *
 * - `identity`: the paper's own formula with the paper's own constants; it shows that the model counts what the formula
 * counts.
 * - `calibrated`: a price or a count of the model was chosen by this very number.
 * - `reimplementation`: another program's rules, rebuilt; the number is that program's, not a chip's.
 * - `predicted`: by the component library, or by a law from other measurements; this number was not used.
 */
export const BASES = ["identity", "calibrated", "reimplementation", "predicted"] as const;
export type Basis = (typeof BASES)[number];

/** What kind of quantity it is; means are taken within one. */
const QUANTITIES = ["power", "energy", "area", "leakage", "clock", "cycles"] as const;
export type Quantity = (typeof QUANTITIES)[number];

/**
 * Where the published number was taken: on a chip, from a synthesised or laid-out netlist (pre-silicon), or from
 * another simulator.
 */
const EVIDENCE = ["silicon", "synthesis", "simulator"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** A published number of a chip beside what the model gives. */
export interface PublishedRow {
  /** Name of the chip. */
  readonly chip: string;
  /** Power, energy, area, leakage, clock or cycles. */
  readonly kind: Quantity;
  /** Where the published value was taken. */
  readonly evidence: Evidence;
  /** What is compared, with its conditions. */
  readonly quantity: string;
  /** Of both values. */
  readonly unit: string;
  /** As the source prints it. */
  readonly published: number;
  /** As the models give it. */
  readonly model: number;
  /**
   * Allowed difference: in % of the published value, or in the unit itself; null: none, the difference is the result.
   */
  readonly tolerance: { readonly percent: number } | { readonly absolute: number } | null;
  /** The model times measured factors; null: its prices are not the component library's. */
  readonly silicon: OnSilicon | null;
  /** What the model's number rests on: a formula of the paper, a fit, a reimplementation, a prediction. */
  readonly basis: Basis;
  /** Where the published value stands. */
  readonly source: string;
}

export interface OnSilicon {
  /** By all factors. */
  readonly value: number;
  /** By factors that have not seen the published number; null: they would rest on fewer than four others. */
  readonly leftOut: number | null;
  /** Ends of the 90 % interval of `leftOut`, or else of `value`. */
  readonly low: number;
  readonly high: number;
}

/** Whether the interval on silicon holds the published number; null: there is none. */
export function isHeld({ published, silicon }: PublishedRow): boolean | null {
  return silicon === null ? null : silicon.low <= published && published <= silicon.high;
}

/** Whether the difference is allowed; null: nothing was promised. */
export function isWithin({ model, published, tolerance }: PublishedRow): boolean | null {
  if (tolerance === null) return null;
  const difference = Math.abs(model - published);
  return "percent" in tolerance ? difference <= (tolerance.percent / 100) * Math.abs(published) : difference <= tolerance.absolute;
}

/** How far predictions of one kind of quantity lie off: means of model / published. */
export interface Misses {
  readonly kind: Quantity;
  readonly evidence: Evidence;
  readonly count: number;
  readonly geometricMean: number;
  /** Least and largest ratio. */
  readonly least: number;
  readonly largest: number;
}

/** Of the predicted rows, by kind and evidence: what was measured stays apart from what was synthesised. */
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

/**
 * The same on silicon, each row by factors that have not seen it where there are enough; of rows of the component
 * library alone.
 */
export function siliconMisses(rows: readonly PublishedRow[]): readonly Misses[] {
  const own = rows.filter(({ silicon }) => silicon !== null);
  return missesOf(own, ({ silicon, model }) => silicon?.leftOut ?? silicon?.value ?? model);
}

/** What a table says of one published quantity. */
export interface PublishedValue {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly conditions: string;
}

/**
 * A row of the chip table by chip, metric and, where several rows share both, a part of its conditions. Throws
 * InputError when absent.
 */
export function publishedValue(chip: string, metric: string, conditions = ""): PublishedValue {
  const row = table("chips").find(
    (entry) => entry.chip === chip && entry.metric === metric && (entry.conditions ?? "").includes(conditions),
  );
  if (row === undefined) throw inputError("arch/components/chips.csv", `no row ${chip}, ${metric}, ${conditions}`);
  return { value: Number(row.value), unit: row.unit ?? "", source: row.source ?? "", conditions: row.conditions ?? "" };
}

/** A published energy of the arithmetic or the network table, pJ. Throws InputError when absent. */
export function publishedPj(file: "arith" | "noc", name: string): PublishedValue {
  const [nameColumn, column] = file === "arith" ? ["op", "energy_pj"] : ["name", "hop_pj"];
  const row = table(file).find((entry) => entry[nameColumn] === name);
  if (row === undefined) throw inputError(`arch/components/${file}.csv`, `no row ${name}`);
  return { value: Number(row[column]), unit: "pJ", source: row.source ?? "", conditions: "" };
}
