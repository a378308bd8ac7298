/**
 * How often the 90 % interval of a ratio of two chips' latencies and energies holds what many choices of utterances
 * say: `npx tsx scripts/utterance-ratios.ts edge.db 24 sequential`. The chips that the README shows are simulated on as
 * many choices of the workload's timed utterances; the ratio of the means over all choices counts as true. Prices are
 * taken as exact. `sequential` places neurons alike for all choices, `balanced` by the activity of each.
 */

import { open, withValues } from "../app/open.js";
import { simulate } from "../app/simulate.js";
import { ofKind } from "../arch/index.js";
import { Draws, Space, Store, sharesBetter, type UncertainPoint, uncertainPoint } from "../sweeps/index.js";
import { frontChips } from "./front-chips.js";

const [database, choices = "24", mapping = "sequential"] = process.argv.slice(2);
if (database === undefined) throw new Error("usage: npx tsx scripts/utterance-ratios.ts edge.db CHOICES MAPPING");
const store = Store.read(database);
const study = store.study();
if (study === null) throw new Error(`${database} holds no study`);
const space = new Space(study.sweep.parameters);
const ids = [...new Set(frontChips(database).map(([, id]) => id))];
const chips = ids.flatMap((id) => Array.from(store.points(`p.id = ${id}`), ({ values }) => space.byPath(values)));
store.close();
const METRICS = ["latency_us", "energy_uj_per_inference"] as const;

/** [choices][chips] */
const studies: (readonly UncertainPoint[])[] = [];
const example = open("edge");
for (let seed = 1; seed <= Number(choices); seed++) {
  const points: UncertainPoint[] = [];
  for (const [k, values] of chips.entries()) {
    const workload = { "workload.seed": seed, "workload.samples": 8, "workload.timing_samples": 8 };
    const { experiment, result } = await simulate(withValues(example, { ...workload, "mapping.strategy": mapping }), { values });
    const point = ofKind<UncertainPoint | null>(experiment, {
      board: (board) => uncertainPoint(board, { id: k, metrics: result.metrics, breakdown: [] }, result),
      coupled: () => null,
    });
    if (point !== null) points.push(point);
  }
  studies.push(points);
}

/** The point as of a result that does not hold the values of single utterances. */
const withoutValues = ({ timed, ...point }: UncertainPoint): UncertainPoint => ({
  ...point,
  timed: { ...timed, energy: { ...timed.energy, residuals: null }, latency: { ...timed.latency, residuals: null } },
});
const total = (metric: (typeof METRICS)[number], chip: number): number =>
  studies.reduce((sum, points) => sum + (points[chip].metrics[metric] ?? Number.NaN), 0);
const pairs = chips.flatMap((_, a) => chips.slice(a + 1).map((_, k) => [a, a + 1 + k] as const));
for (const metric of METRICS) {
  for (const [words, as] of [
    ["utterance by utterance", (point: UncertainPoint) => point],
    ["one number for all   ", withoutValues],
  ] as const) {
    let [held, width, singles] = [0, 0, 0];
    for (const [seed, points] of studies.entries()) {
      const draws = new Draws(1000, seed);
      for (const [a, b] of pairs) {
        const ratio = sharesBetter(as(points[a]), as(points[b]), draws).find((one) => one.metric === metric)?.ratio;
        if (ratio === null || ratio === undefined) continue;
        const truth = total(metric, b) / total(metric, a);
        if (ratio.low <= truth && truth <= ratio.high) held++;
        width += (ratio.high / ratio.low - 1) / 2;
        singles++;
      }
    }
    const share = ((100 * held) / singles).toFixed(0);
    console.log(`${metric.padEnd(24)} ${words}: holds ${share} % of ${singles}, mean +-${((100 * width) / singles).toFixed(2)} %`);
  }
}
