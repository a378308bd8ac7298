/**
 * Curves recorded from BookSim 2 (commit 28f4329, BSD 2-clause; only numbers are stored, `booksim-curves.csv`): one row
 * per simulation, two seeds per point.
 * Windows: warm-up and measurement 3 sample periods each; torus links take 2 cycles, mesh links 1.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CurveOptions } from "../../../sim/noc/curve.js";
import type { TrafficPattern } from "../../../sim/noc/traffic-patterns.js";
import { networkOf } from "./spec.js";

export interface ReferencePoint {
  readonly rate: number;
  /** Mean over the seeds; NaN if one of them was saturated. */
  readonly plat: number;
  readonly accepted: number;
  readonly periodCycles: number;
}
export interface ReferenceCurve {
  readonly name: string;
  readonly torus: boolean;
  readonly points: readonly ReferencePoint[];
  options(point: ReferencePoint, seed: number): CurveOptions;
}

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

export function referenceCurves(): ReferenceCurve[] {
  const text = readFileSync(fileURLToPath(new URL("booksim-curves.csv", import.meta.url)), "utf8");
  const [header, ...lines] = text.trim().split("\n");
  const names = header.split(",");
  const rows = lines.map((line) => new Map(line.split(",").map((value, i) => [names[i], value])));
  const key = ["topology", "k", "traffic", "packet_size", "num_vcs", "vc_buf_size", "allocator", "routing_delay", "credit_delay"];
  const groups = groupBy(rows, (row) => key.map((name) => row.get(name)).join(" "));
  return [...groups].map(([name, group]) => {
    const first = group[0];
    const number = (column: string): number => Number(first.get(column));
    const torus = first.get("topology") === "torus";
    const mean = (some: readonly Map<string, string>[], column: string): number =>
      some.reduce((sum, row) => sum + (row.get(column) === "" ? Number.NaN : Number(row.get(column))), 0) / some.length;
    const points = [...groupBy(group, (row) => Number(row.get("rate")))].map(([rate, some]) => ({
      rate,
      plat: mean(some, "plat"),
      accepted: mean(some, "accepted"),
      periodCycles: Number(some[0].get("sample_period")),
    }));
    const spec = networkOf({
      topology: torus ? "torus" : "mesh",
      width: number("k"),
      height: number("k"),
      virtualChannels: number("num_vcs"),
      middleVc: "both",
      vcBufferFlits: number("vc_buf_size"),
      allocator: first.get("allocator") === "islip" ? "islip" : "separable-input-first",
      routingDelayCycles: number("routing_delay"),
      vcAllocationDelayCycles: number("vc_alloc_delay"),
      switchAllocationDelayCycles: number("sw_alloc_delay"),
      switchTraversalDelayCycles: number("st_final_delay"),
      creditDelayCycles: number("credit_delay"),
      linkCycles: torus ? 2 : 1,
    });
    return {
      name,
      torus,
      points,
      options: (point, seed) => ({
        spec,
        traffic: first.get("traffic") as TrafficPattern,
        packetFlits: number("packet_size"),
        rates: [point.rate],
        warmupCycles: 3 * point.periodCycles,
        measureCycles: 3 * point.periodCycles,
        seed,
        replications: 1,
      }),
    };
  });
}

/**
 * Offered rate at which the latency is three times the zero-load latency (that of the first point), linear between
 * points.
 */
export function saturationRate(points: readonly { readonly rate: number; readonly plat: number }[]): number {
  const limit = 3 * points[0].plat;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    // a saturated point has no latency; by the criterion it is above 500 cycles
    if (Number.isNaN(b.plat)) return a.rate + ((b.rate - a.rate) * (limit - a.plat)) / (500 - a.plat);
    if (b.plat >= limit) return a.rate + ((b.rate - a.rate) * (limit - a.plat)) / (b.plat - a.plat);
  }
  return Number.NaN;
}
