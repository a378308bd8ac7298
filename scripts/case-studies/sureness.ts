/** How sure the numbers of a finished study and their ratios are. Effects: reads the database. */
import { comparePoints } from "../../app/compare.js";
import { type PointDetail, show } from "../../app/point-detail.js";
import type { Metrics } from "../../sweeps/index.js";
import { within } from "../within.js";
import { metric, type StudyPoint, type Sureness } from "./study.js";

const QUANTITIES = { energy_uj_per_inference: "energies", area_mm2: "areas", latency_us: "latencies" } as const;

/** Ends of the intervals as factors of the value, the widest of all points. */
function furthest(points: readonly StudyPoint[], intervals: readonly PointDetail["intervals"][], name: keyof typeof QUANTITIES): string {
  const factors = points.map(({ metrics }, i) => {
    const interval = intervals[i][name];
    const value = metrics[name] as number;
    return interval === undefined ? ([1, 1] as const) : ([interval.low / value, interval.high / value] as const);
  });
  const low = Math.min(...factors.map(([least]) => least));
  const high = Math.max(...factors.map(([, most]) => most));
  return `${QUANTITIES[name]} ${low.toFixed(2)} to ${high.toFixed(2)}`;
}

/** `database`: the study's; `points`: its finished points. */
export function surenessOf(database: string, points: readonly StudyPoint[]): Sureness {
  const interval = (name: keyof Metrics, a: StudyPoint, b: StudyPoint) =>
    comparePoints(database, b.id, a.id).better.find((one) => one.metric === name)?.ratio ?? null;
  const intervals = points.map(({ id }) => show(database, id).intervals);
  const all = (Object.keys(QUANTITIES) as (keyof typeof QUANTITIES)[]).map((name) => furthest(points, intervals, name));
  return {
    ratio: (name, a, b) => within(metric(a, name) / metric(b, name), interval(name, a, b), () => -2),
    lessPercent: (name, a, b) => {
      const ends = interval(name, a, b);
      const less = (ratio: number): number => 100 * (1 - ratio);
      const lessEnds = ends === null ? null : { low: less(ends.high), high: less(ends.low) };
      return within(less(metric(a, name) / metric(b, name)), lessEnds, () => 0, { unit: " %" });
    },
    sentence: `In brackets: 90 % intervals over prices, samples and utterances ([prices.md](prices.md)). By the same draws, values lie within these multiples of what is shown: ${all.join(", ")}.`,
  };
}
