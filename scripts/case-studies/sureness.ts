/** How sure the numbers of a finished study and their ratios are. Effects: reads the database. */
import { comparePoints } from "../../app/compare.js";
import { type PointDetail, show } from "../../app/point-detail.js";
import type { Metrics } from "../../sweeps/index.js";
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
    ratio: (name, a, b) => {
      const [value, ends] = [metric(a, name) / metric(b, name), interval(name, a, b)];
      return ends === null ? value.toFixed(2) : `${value.toFixed(2)} (${ends.low.toFixed(2)} to ${ends.high.toFixed(2)})`;
    },
    lessPercent: (name, a, b) => {
      const [value, ends] = [metric(a, name) / metric(b, name), interval(name, a, b)];
      const less = (ratio: number): string => (100 * (1 - ratio)).toFixed(0);
      return ends === null ? `${less(value)} %` : `${less(value)} % (${less(ends.high)} to ${less(ends.low)})`;
    },
    sentence: `In brackets: 90 % intervals over prices, samples and utterances ([prices.md](prices.md)). By the same draws, values lie within these multiples of what is shown: ${all.join(", ")}.`,
  };
}
