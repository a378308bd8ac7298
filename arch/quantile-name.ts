/** Names of quantiles: a metric, @, and the percentage of draws that lie at or below, as `energy_uj_per_inference@90`. Pure. */

const QUANTILE = /^([A-Za-z_]\w*)@(\d{1,2}(?:\.\d{1,3})?)$/;

/** The metric and the share of draws, 0 .. 1; null: it is no such name. */
export function quantileParts(name: string): { readonly metric: string; readonly share: number } | null {
  const [, metric = "", percent = ""] = QUANTILE.exec(name) ?? [];
  const share = Number(percent) / 100;
  return share > 0 && share < 1 ? { metric, share } : null;
}

/** Whether a name is of a quantile of one of these metrics. */
export function isQuantileOf(name: string, metrics: readonly string[]): boolean {
  const parts = quantileParts(name);
  return parts !== null && metrics.includes(parts.metric);
}
