/**
 * Compares the recorded curves of an independent network simulator with this one. Effects: runs the comparison, or
 * reads an earlier output of it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { packageRoot } from "../../base/package-root.js";
import { markdownTable } from "./markdown.js";

/** One line of `compare-curves.ts --json`; deviations in percent. */
interface ComparedCurve {
  readonly name: string;
  readonly points: number;
  readonly lowPercent: number;
  readonly highPercent: number;
  readonly saturation: number;
  readonly saturationPercent: number;
  readonly overloadPercent: number;
}

/** Tolerances of mean latency up to 60 % and from 60 to 80 % of saturation load, and of throughput in overload. */
const TOLERANCE_PERCENT = { low: 3, high: 5, overload: { mesh: 5, torus: 10 } };
const overloadTolerance = (curve: ComparedCurve): number =>
  curve.name.startsWith("torus") ? TOLERANCE_PERCENT.overload.torus : TOLERANCE_PERCENT.overload.mesh;
export const NOC_COMMAND = "npx tsx test/sim/noc/compare-curves.ts";

function comparedCurves(file: string | null): ComparedCurve[] {
  const text =
    file === null
      ? execFileSync("npx", ["tsx", "test/sim/noc/compare-curves.ts", "--json"], { cwd: packageRoot(), encoding: "utf8" })
      : readFileSync(file, "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ComparedCurve);
}

export interface NocComparison {
  readonly table: string;
  /** Number of curves within the tolerances, and the largest deviations. */
  readonly summary: string;
}

/** `file`: lines of an earlier comparison; null: compare now, which takes minutes. */
export function nocComparison(file: string | null): NocComparison {
  const percent = (value: number): string => `${value < 0 ? "" : "+"}${value.toFixed(2)} %`;
  const curves = comparedCurves(file);
  const isWithin = (curve: ComparedCurve): boolean =>
    curve.lowPercent <= TOLERANCE_PERCENT.low &&
    curve.highPercent <= TOLERANCE_PERCENT.high &&
    Math.abs(curve.overloadPercent) <= overloadTolerance(curve);
  const rows = curves.map((curve) => {
    const [topology = "", k = "", traffic = "", flits = "", channels = "", buffer = "", allocator = "", routing = "", credit = ""] =
      curve.name.split(" ");
    return [
      `${k} x ${k} ${topology}, ${traffic}`,
      `${flits} / ${channels} / ${buffer}`,
      `${allocator.replaceAll("_", "-")}, RC ${routing}, credit ${credit}`,
      ...[curve.points, `${curve.lowPercent.toFixed(2)} %`, `${curve.highPercent.toFixed(2)} %`],
      ...[
        curve.saturation.toFixed(4),
        percent(curve.saturationPercent),
        `${percent(curve.overloadPercent)} (${overloadTolerance(curve)} %)`,
      ],
      isWithin(curve) ? "within" : "**outside**",
    ];
  });
  const titles = [
    "network, traffic",
    "flits per packet / VCs / flits per VC",
    "allocator, delays",
    "loads",
    "latency to 60 % of saturation (3 %)",
    "60 to 80 % (5 %)",
    "saturation [flits/node/cycle]",
    "ours",
    "throughput in overload",
    "result",
  ];
  const worst = (of: (curve: ComparedCurve) => number): string => curves.reduce((most, curve) => Math.max(most, of(curve)), 0).toFixed(1);
  return {
    table: markdownTable(titles, rows),
    summary: `${curves.filter(isWithin).length} of ${curves.length} curves within; worst ${worst((curve) => curve.lowPercent)} % and ${worst((curve) => curve.highPercent)} %`,
  };
}
