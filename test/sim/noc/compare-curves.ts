/**
 * Compares every recorded curve with ours (four seeds), and prints the deviations that matter. Takes minutes.
 *
 *   npx tsx test/sim/noc/compare-curves.ts [--json] [name part]      a line a curve
 */
import { nocCurve } from "../../../sim/noc/curve.js";
import { referenceCurves, saturationRate } from "./reference-curves.js";

const SEEDS = [101, 102, 103, 104];
const json = process.argv.includes("--json");
const part = process.argv.slice(2).find((word) => word !== "--json") ?? "";
const percentOff = (ours: number, theirs: number): number => (ours / theirs - 1) * 100;

for (const curve of referenceCurves().filter(({ name }) => name.includes(part))) {
  const ours = curve.points.map((point) => {
    const rows = SEEDS.map((seed) => nocCurve(curve.options(point, seed))[0]);
    const mean = (value: (row: (typeof rows)[number]) => number): number => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
    return { rate: point.rate, plat: mean((row) => row.plat ?? Number.NaN), accepted: mean((row) => row.accepted) };
  });
  const saturation = saturationRate(curve.points);
  const worst = (from: number, to: number): number =>
    Math.max(
      ...curve.points.map((point, i) =>
        point.rate >= from * saturation && point.rate <= to * saturation ? Math.abs(percentOff(ours[i].plat, point.plat)) : 0,
      ),
    );
  const last = curve.points.length - 1;
  const row = {
    name: curve.name,
    points: curve.points.length,
    /** Largest latency deviations up to 60 %, and from 60 to 80 % of the saturation load. */
    lowPercent: worst(0, 0.6),
    highPercent: worst(0.6, 0.8),
    saturation,
    saturationPercent: percentOff(saturationRate(ours), saturation),
    overloadPercent: percentOff(ours[last].accepted, curve.points[last].accepted),
  };
  const percent = (value: number): string => `${value.toFixed(2)} %`;
  console.log(
    json
      ? JSON.stringify(row)
      : `${row.name}: latency to 60 %: ${percent(row.lowPercent)}, to 80 %: ${percent(row.highPercent)}; saturation ${saturation.toFixed(4)} ${percent(row.saturationPercent)}, overload ${percent(row.overloadPercent)}`,
  );
}
