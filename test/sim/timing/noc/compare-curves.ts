/** `npx tsx test/sim/timing/noc/compare-curves.ts [name part]`: every recorded curve against ours (four seeds), with the deviations that count. Takes minutes. */
import { nocCurve } from "../../../../sim/timing/noc/curve.js";
import { referenceCurves, saturationRate } from "./reference-curves.js";

const SEEDS = [101, 102, 103, 104];
const percent = (ours: number, theirs: number): string => `${((ours / theirs - 1) * 100).toFixed(2)} %`;

for (const curve of referenceCurves().filter(({ name }) => name.includes(process.argv[2] ?? ""))) {
  const ours = curve.points.map((point) => {
    const rows = SEEDS.map((seed) => nocCurve(curve.options(point, seed))[0]);
    const mean = (value: (row: (typeof rows)[number]) => number): number => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
    return { rate: point.rate, plat: mean((row) => row.plat ?? Number.NaN), accepted: mean((row) => row.accepted) };
  });
  const saturation = saturationRate(curve.points);
  const worst = (from: number, to: number): number =>
    Math.max(
      ...curve.points.map((point, i) =>
        point.rate >= from * saturation && point.rate <= to * saturation ? Math.abs(ours[i].plat / point.plat - 1) : 0,
      ),
    );
  const last = curve.points.length - 1;
  const low = `latency to 60 %: ${(worst(0, 0.6) * 100).toFixed(2)} %, to 80 %: ${(worst(0.6, 0.8) * 100).toFixed(2)} %`;
  const high = `saturation ${saturation.toFixed(4)} ${percent(saturationRate(ours), saturation)}, overload ${percent(ours[last].accepted, curve.points[last].accepted)}`;
  console.log(`${curve.name}: ${low}; ${high}`);
}
