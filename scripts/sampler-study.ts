/**
 * How few runs does each sampler need? Replays the samplers on a chip space whose whole grid was simulated once (`sampler: grid`), by looking
 * results up, and draws the share of the true front's hypervolume over the points asked: median and range of the seeds.
 *
 *   npx tsx scripts/sampler-study.ts GRID.db OUT.svg [seeds] [share of the grid, default 0.05] [samplers]
 */
import { writeFileSync } from "node:fs";
import { canonicalJson } from "../arch/base/hash.js";
import { axisOf } from "../arch/base/plot/axis.js";
import { type PlotSpec, pointsOf, type Series } from "../arch/base/plot/spec.js";
import { svg } from "../arch/base/plot/svg.js";
import type { SweepSpec } from "../arch/index.js";
import {
  canonicalValues,
  createSampler,
  defaultReference,
  hypervolume,
  nonDominated,
  Objectives,
  type PointValues,
  SAMPLERS,
  type SamplerName,
  Space,
  Store,
} from "../sweeps/index.js";

const [file, out, seedCount = "5", part = "0.05", only] = process.argv.slice(2);
if (file === undefined || out === undefined) throw new Error("usage: tsx scripts/sampler-study.ts GRID.db OUT.svg [seeds] [share]");
const STEPS = 40;

interface Score {
  readonly objectives: number[] | null;
  readonly violation: number;
}

const store = Store.read(file);
const study = store.study();
if (study === null) throw new Error(`${file} holds no study`);
const spec = study.sweep as unknown as SweepSpec;
const space = new Space(spec.parameters);
const objectives = new Objectives({ ...spec, referencePoint: null }, space.names);
const table = new Map<string, Score>();
for (const point of store.points()) {
  const violation = point.violation ?? Number.POSITIVE_INFINITY;
  const vector = point.state === "done" ? objectives.vector(point.metrics ?? {}) : null;
  if (point.state !== "queued" && point.state !== "running") table.set(canonicalJson(point.values), { objectives: vector, violation });
}
store.close();
if (table.size < (space.gridSize ?? Number.POSITIVE_INFINITY)) {
  throw new Error(`${file} holds ${table.size} of ${space.gridSize} points: finish the grid first (snn-dse sweep ... --resume)`);
}
const feasible = [...table.values()].flatMap((s) => (s.objectives !== null && s.violation === 0 ? [s.objectives] : []));
const front = nonDominated(feasible).map((i) => feasible[i]);
const reference = defaultReference(front);
const best = hypervolume(front, reference);
const budget = Math.round(table.size * Number(part));
const marks = Array.from({ length: STEPS }, (_, i) => Math.max(2, Math.round((budget * (i + 1)) / STEPS)));
console.log(`${table.size} points, ${feasible.length} feasible, ${front.length} on the front; budget ${budget}`);

/** Share of the hypervolume after each mark, and points until 95 %. */
function replay(name: SamplerName, seed: number): { readonly shares: number[]; readonly to95: number | null } {
  const sampler = createSampler({ ...spec, sampler: { name, budget, seed, options: {} } }, space);
  const asked: { position: Float64Array; values: PointValues; score: Score }[] = [];
  const seen = new Set<string>();
  const found: number[][] = [];
  const shares: number[] = [];
  let told = 0;
  let to95: number | null = null;
  let share = 0;
  while (seen.size < budget) {
    const due = Number.isFinite(sampler.lag) ? Math.max(0, asked.length - sampler.lag) : 0;
    while (told < due) {
      const { position, values, score } = asked[told++];
      sampler.tell({ position, values, ...score });
    }
    const batch = sampler.ask();
    if (batch.length === 0) break;
    for (const position of batch) {
      const values = space.decode(position);
      const text = canonicalValues(values);
      const score = table.get(text);
      if (score === undefined) throw new Error(`the grid lacks ${text}`);
      asked.push({ position, values, score });
      if (seen.has(text) || seen.size >= budget) continue;
      seen.add(text);
      if (score.objectives !== null && score.violation === 0) {
        found.push(score.objectives);
        if (to95 === null || marks.includes(seen.size)) share = hypervolume(found, reference) / best;
        if (to95 === null && share >= 0.95) to95 = seen.size;
      }
      if (marks.includes(seen.size)) shares.push(share);
    }
  }
  return { shares, to95 };
}

const COLOURS: { readonly [name: string]: { readonly colour: string; readonly dash: readonly number[] } } = {
  random: { colour: "#9a9a9a", dash: [] },
  sobol: { colour: "#9a9a9a", dash: [2, 2] },
  nsga2: { colour: "#7c5a00", dash: [4, 2] },
  tpe: { colour: "#00204c", dash: [] },
  gp: { colour: "#c46200", dash: [] },
};
const seeds = Array.from({ length: Number(seedCount) }, (_, i) => i + 1);
const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const names = (Object.keys(SAMPLERS) as SamplerName[]).filter(
  (name) => Object.hasOwn(COLOURS, name) && (only === undefined || only.split(",").includes(name)),
);
const line = (
  name: string,
  pairs: readonly (readonly [number, number])[],
  colour: string,
  width: number,
  dash: readonly number[],
): Series => ({
  kind: "line",
  name,
  points: pointsOf(pairs),
  colour,
  width,
  dash,
  dotted: false,
});
const least = 0.4;
const series: Series[] = [
  line(
    "",
    [
      [0, 0.95],
      [budget, 0.95],
    ],
    "#222222",
    0.4,
    [1, 2],
  ),
];
console.log(`| sampler | share at ${budget} points, median (range) | points to 95 %, median |\n| --- | ---: | ---: |`);
for (const name of names) {
  const runs = seeds.map((seed) => replay(name, seed));
  const length = Math.min(...runs.map((r) => r.shares.length));
  const median = marks.slice(0, length).map((_, i) => middle(runs.map((r) => r.shares[i])));
  const last = runs.map((r) => r.shares[length - 1]).sort((a, b) => a - b);
  const to95 = runs.map((r) => r.to95 ?? Number.POSITIVE_INFINITY);
  const needed = middle(to95);
  const range = `${(100 * last[0]).toFixed(1)}-${(100 * (last.at(-1) as number)).toFixed(1)}`;
  console.log(
    `| ${name} | ${(100 * median[length - 1]).toFixed(1)} % (${range}) | ${Number.isFinite(needed) ? needed : `more than ${budget}`} |`,
  );
  const { colour, dash } = COLOURS[name];
  series.push(
    line(
      name,
      median.map((share, i) => [marks[i], Math.max(share, least)] as const),
      colour,
      1,
      dash,
    ),
  );
}
const title = `Samplers on ${study.name}: median of ${seeds.length} seeds`;
const picture: PlotSpec = {
  title,
  about: `${title}; whole grid of ${table.size} points simulated once by engine ${study.engineVersion}`,
  column: "single",
  legend: "ends",
  panels: [
    {
      heading: "",
      x: axisOf(`points simulated (of ${table.size})`, { low: 0, high: budget }, false),
      y: axisOf("share of hypervolume", { low: least, high: 1 }, false),
      colour: null,
      series,
      notes: [],
    },
  ],
};
writeFileSync(out, svg(picture));
