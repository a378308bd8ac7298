/** Points under other prices, as text. Pure. */
import type { Repriced } from "../../app/nouns.js";
import { measured, significant } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

export function repricingLines(look: Look, points: readonly Repriced[], front: ReadonlySet<number>): readonly string[] {
  const energy = (metrics: Repriced["before"]): number => metrics.energy_uj_per_inference ?? Number.NaN;
  const shown = points.filter((point) => front.has(point.id)).sort((a, b) => energy(a.after) - energy(b.after));
  const ratios = points
    .map((point) => energy(point.after) / energy(point.before))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const columns = [
    { title: "point", align: "right" as const },
    { title: "energy before [uJ]", align: "right" as const },
    { title: "after [uJ]", align: "right" as const },
    { title: "change", align: "right" as const },
    { title: "power after [mW]", align: "right" as const },
  ];
  const rows = shown.map((point) => [
    `#${point.id}`,
    measured(energy(point.before), 4),
    measured(energy(point.after), 4),
    `${((energy(point.after) / energy(point.before) - 1) * 100).toFixed(1)} %`,
    measured(point.after.power_mw ?? null, 4),
  ]);
  const range =
    ratios.length === 0 ? "" : `; energy changes by a factor of ${significant(ratios[0], 3)} to ${significant(ratios.at(-1), 3)}`;
  return [paint(look, `${points.length} points priced anew, the front below${range}`, "bold"), "", ...tableLines(look, columns, rows)];
}
