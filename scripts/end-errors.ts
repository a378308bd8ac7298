/**
 * `npx tsx scripts/end-errors.ts`: by how much the ends of intervals of 1,000 draws differ from seed to seed, per end,
 * on chips of the example `edge`; writes it into docs/prices.md. Takes half a minute of processor time.
 */
import { open, withValues } from "../app/open.js";
import { simulate } from "../app/simulate.js";
import { ofKind } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { Draws, intervalsOf, uncertainPoint } from "../sweeps/index.js";
import { writePassage } from "./passages.js";

const SEEDS = 200;
const DRAWS = 1000;
const METRICS = ["energy_uj_per_inference", "area_mm2", "edp_nj_s"] as const;
type Metric = (typeof METRICS)[number];
const CHIPS: readonly { readonly [path: string]: Json }[] = [
  {},
  { "noc.width": 4, "noc.height": 2 },
  { "tile.core.state_memory.kind": "latches" },
];
const TIMED = [1, 2, 8];

const spread = (values: readonly number[]): readonly [mean: number, deviation: number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1))];
};

/** Standard errors of both ends in per cent of the width, and of the upper end in per cent of itself. */
interface EndErrors {
  readonly low: number;
  readonly high: number;
  readonly ofItself: number;
}

async function endErrors(values: { readonly [path: string]: Json }): Promise<ReadonlyMap<Metric, EndErrors>> {
  const description = withValues(open("edge"), values, "script");
  const { result } = await simulate(open("edge"), { values });
  const point = ofKind(description.experiment, {
    board: (board) => uncertainPoint(board, { id: 1, metrics: result.metrics, breakdown: result.breakdown }, result),
    coupled: () => {
      throw new Error("edge is a board");
    },
  });
  const ends = Array.from({ length: SEEDS }, (_, seed) => intervalsOf(point, new Draws(DRAWS, seed + 1)));
  return new Map(
    METRICS.map((metric) => {
      const [low, high] = (["low", "high"] as const).map((end) => spread(ends.map((one) => one[metric]?.[end] ?? Number.NaN)));
      const width = (high[0] - low[0]) / 100;
      return [metric, { low: low[1] / width, high: high[1] / width, ofItself: (100 * high[1]) / high[0] }];
    }),
  );
}

const found = new Map<number, ReadonlyMap<Metric, EndErrors>[]>();
for (const timed of TIMED)
  for (const chip of CHIPS)
    found.set(timed, [...(found.get(timed) ?? []), await endErrors({ ...chip, "workload.timing_samples": timed, "workload.samples": 50 })]);

const range = (values: readonly number[]): string => {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => Number(value.toPrecision(2)).toString());
  return least === most ? least : `${least} to ${most}`;
};
const rows = TIMED.flatMap((timed) =>
  METRICS.filter((metric) => metric !== "area_mm2" || timed === TIMED[0]).map((metric) => {
    const all = (found.get(timed) ?? []).map((one) => one.get(metric) as EndErrors);
    const of = (key: keyof EndErrors): string => range(all.map((one) => one[key]));
    const utterances = metric === "area_mm2" ? "any" : `${timed}${timed === 1 ? ", prices alone" : ""}`;
    return `| \`${metric}\` | ${utterances} | ${of("low")} | ${of("high")} | ${of("ofItself")} |`;
  }),
);
const head = [
  "| metric | timed utterances | lower end, % of width | upper end, % of width | upper end, % of itself |",
  "| --- | --- | --- | --- | --- |",
];
writePassage({ page: "docs/prices.md", mark: "end-errors", text: `${[...head, ...rows].join("\n")}\n` });
