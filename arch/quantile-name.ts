/**
 * Names of quantiles: a metric, @, and the percentage of draws at or below the value, e.g.
 * `energy_uj_per_inference@90`. Pure.
 */
import { quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";

const QUANTILE = /^([A-Za-z_]\w*)@(\d{1,2}(?:\.\d{1,3})?)$/;

/** The metric and the share of draws, 0 .. 1; null: it is not the name of a quantile. */
export function quantileParts(name: string): { readonly metric: string; readonly share: number } | null {
  const [, metric = "", percent = ""] = QUANTILE.exec(name) ?? [];
  const share = Number(percent) / 100;
  return share > 0 && share < 1 ? { metric, share } : null;
}

/** True if a name is a quantile of one of these metrics. */
export function isQuantileOf(name: string, metrics: readonly string[]): boolean {
  const parts = quantileParts(name);
  return parts !== null && metrics.includes(parts.metric);
}

/** The problem of a name that is neither a metric nor a quantile of one of `drawn`, and what to type. */
export function strangeMetric(
  name: string,
  { metrics, drawn }: { readonly metrics: readonly string[]; readonly drawn: readonly string[] },
): { readonly message: string; readonly fix: string } {
  const [metric, percent] = name.split("@");
  if (!metrics.includes(metric)) {
    const known = `known: ${metrics.join(", ")}${drawn.length === 0 ? "" : `; quantiles as ${drawn[0]}@90`}`;
    return { message: `unknown metric ${quoted(metric)}`, fix: didYouMean(metric, metrics) || known };
  }
  if (!drawn.includes(metric)) return { message: `${metric} has no quantiles`, fix: `quantiles exist for ${drawn.join(", ")}` };
  return { message: `got ${quoted(percent)} as quantile of ${metric}`, fix: "expected a percentage from 0.001 to 99.999, e.g. 90" };
}
