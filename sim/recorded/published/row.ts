/** One published number beside ours, and where published numbers are looked up. */

import { table } from "../../../arch/index.js";
import { inputError } from "../../../base/errors.js";

export interface PublishedRow {
  readonly chip: string;
  /** What is compared, with its conditions. */
  readonly quantity: string;
  readonly unit: string;
  readonly published: number;
  readonly model: number;
  /** Allowed difference: in % of the published value, or in the unit itself. */
  readonly tolerance: { readonly percent: number } | { readonly absolute: number };
  /** `calibrated`: a price or count of the model was chosen by this very number. `predicted`: it was not. */
  readonly basis: "calibrated" | "predicted";
  readonly source: string;
}

export function isWithin(row: PublishedRow): boolean {
  const difference = Math.abs(row.model - row.published);
  return "percent" in row.tolerance
    ? difference <= (row.tolerance.percent / 100) * Math.abs(row.published)
    : difference <= row.tolerance.absolute;
}

/** A row of the chip table by chip, metric and, where several rows share both, a part of its conditions. Throws InputError when absent. */
export function publishedValue(
  chip: string,
  metric: string,
  conditions = "",
): { readonly value: number; readonly unit: string; readonly source: string; readonly conditions: string } {
  const row = table("chips").find(
    (entry) => entry.chip === chip && entry.metric === metric && (entry.conditions ?? "").includes(conditions),
  );
  if (row === undefined) throw inputError("arch/components/chips.csv", `no row ${chip}, ${metric}, ${conditions}`);
  return { value: Number(row.value), unit: row.unit ?? "", source: row.source ?? "", conditions: row.conditions ?? "" };
}
