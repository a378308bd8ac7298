/**
 * How few runs does each sampler need? Replays the samplers on a chip space whose whole grid was simulated once
 * (`sampler: grid`), by looking up results, and draws the share of the true front's hypervolume over the points asked:
 * median and range over seeds.
 *
 *   npx tsx scripts/sampler-study.ts GRID.db OUT.svg [seeds] [share of the grid, default 0.05] [samplers]
 */

import { writeFileSync } from "node:fs";
import { loadModel, loadSamples } from "../app/inputs.js";
import { patchDocument, type SweepSpec } from "../arch/index.js";
import { canonicalJson, type Json } from "../base/hash.js";
import { nonDominated } from "../base/pareto.js";
import { axisOf } from "../base/plot/axis.js";
import { type PlotSpec, pointsOf, type Series } from "../base/plot/spec.js";
import { svg } from "../base/plot/svg.js";
import { Breath } from "../sweeps/breath.js";
import {
  beyondNadir,
  canonicalValues,
  createSampler,
  hypervolume,
  LocalEngine,
  Objectives,
  type PointValues,
  SAMPLERS,
  Space,
  Store,
  systemClock,
} from "../sweeps/index.js";
import type { Findings } from "../sweeps/objectives.js";
import { timedUtterances } from "../sweeps/points.js";
import { samplerOptions } from "../sweeps/samplers/registry.js";
import type { Screening } from "../sweeps/samplers/sampler.js";
import { fidelitiesOf, screenPool } from "../sweeps/screening.js";

const [file, out, seedCount = "5", part = "0.05", only] = process.argv.slice(2);
if (file === undefined || out === undefined) throw new Error("usage: tsx scripts/sampler-study.ts GRID.db OUT.svg [seeds] [share]");
const STEPS = 40;

const store = Store.read(file);
const study = store.study();
if (study === null) throw new Error(`${file} holds no study`);
const spec = study.sweep as unknown as SweepSpec;
const space = new Space(spec.parameters);
const objectives = new Objectives({ ...spec, referencePoint: null }, space.names);
const table = new Map<string, Findings>();
for (const point of store.points()) {
  const violation = point.violation ?? Number.POSITIVE_INFINITY;
  if (point.state === "queued" || point.state === "running") continue;
  const isDone = point.state === "done";
  const found = isDone ? objectives.findingsOf(point.metrics ?? {}, violation) : objectives.unscored(violation);
  table.set(canonicalJson(point.values), found);
}
store.close();
if (table.size < (space.gridSize ?? Number.POSITIVE_INFINITY)) {
  throw new Error(`${file} holds ${table.size} of ${space.gridSize} points: finish the grid first (snn-dse sweep ... --resume)`);
}
const feasible = [...table.values()].flatMap((s) => (s.objectives !== null && s.violation === 0 ? [s.objectives] : []));
const front = nonDominated(feasible).map((i) => feasible[i]);
const reference = beyondNadir(front);
const best = hypervolume(front, reference);
const budget = Math.round(table.size * Number(part));
const marks = Array.from({ length: STEPS }, (_, i) => Math.max(2, Math.round((budget * (i + 1)) / STEPS)));
console.log(`${table.size} points, ${feasible.length} feasible, ${front.length} on the front; budget ${budget}`);

const base = { document: study.document, file };
const engine = new LocalEngine({
  loadModel: async (experiment) => loadModel(experiment, file),
  loadSamples: async (experiment) => loadSamples(experiment, file),
});
const source = {
  document: study.document,
  build: study.engineVersion,
  experimentOf: (byPath: { readonly [path: string]: Json }) => patchDocument(base, byPath),
};

/** The information that `screen` has before it runs a point. */
async function screened(own: SweepSpec): Promise<Screening> {
  const { pool, stages, halving } = samplerOptions(own);
  const settings = {
    pool,
    seed: own.sampler.seed,
    fidelity: 1,
    ask: async () => {},
    isStopped: () => false,
    breath: new Breath(systemClock),
  };
  return {
    pool: await screenPool(space, objectives, source, engine, settings),
    fidelities: fidelitiesOf(timedUtterances(study?.document ?? {}), stages, halving),
    bounds: objectives.limitBounds,
  };
}

interface Replayed {
  /** Share of the hypervolume after each mark. */
  readonly shares: number[];
  /** Points until 95 % of the hypervolume; null: never reached. */
  readonly to95: number | null;
  /** Number of points run: fewer than the budget if the sampler had no more to ask. */
  readonly ended: number;
}

async function replay(name: string, seed: number): Promise<Replayed> {
  const own = { ...spec, sampler: { name, budget, seed, options: {} } };
  const sampler = createSampler(own, space, name === "screen" ? await screened(own) : undefined);
  const asked: { position: Float64Array; values: PointValues; score: Findings }[] = [];
  const seen = new Set<string>();
  const found: (readonly number[])[] = [];
  const shares: number[] = [];
  let told = 0;
  let to95: number | null = null;
  const share = (): number => (found.length === 0 ? 0 : hypervolume(found, reference) / best);
  while (seen.size < budget) {
    const due = Number.isFinite(sampler.lag) ? Math.max(0, asked.length - sampler.lag) : 0;
    while (told < due) {
      const { position, values, score } = asked[told++];
      sampler.tell({ position, values, ...score });
    }
    const batch = sampler.ask();
    if (batch.length === 0) break; // it has no more to ask and keeps its last share
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
        if (to95 === null && share() >= 0.95) to95 = seen.size;
      }
      if (marks.includes(seen.size)) shares.push(share());
    }
  }
  while (shares.length < marks.length) shares.push(share());
  return { shares, to95, ended: seen.size };
}

const COLOURS: { readonly [name: string]: { readonly colour: string; readonly dash: readonly number[] } } = {
  random: { colour: "#9a9a9a", dash: [] },
  sobol: { colour: "#9a9a9a", dash: [2, 2] },
  nsga2: { colour: "#7c5a00", dash: [4, 2] },
  tpe: { colour: "#00204c", dash: [] },
  gp: { colour: "#c46200", dash: [] },
  screen: { colour: "#8c2d7c", dash: [1, 1] },
};
const seeds = Array.from({ length: Number(seedCount) }, (_, i) => i + 1);
const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const names = SAMPLERS.names.filter((name) => Object.hasOwn(COLOURS, name) && (only === undefined || only.split(",").includes(name)));
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
console.log(
  `| sampler | share at ${budget} points, median (range) | points to 95 %, median (most) | points run |\n| --- | ---: | ---: | ---: |`,
);
for (const name of names) {
  const runs: Replayed[] = [];
  for (const seed of seeds) runs.push(await replay(name, seed));
  const median = marks.map((_, i) => middle(runs.map((r) => r.shares[i])));
  const last = runs.map((r) => r.shares[marks.length - 1]).sort((a, b) => a - b);
  const to95 = runs.map((r) => r.to95 ?? Number.POSITIVE_INFINITY);
  const needed = [middle(to95), Math.max(...to95)].map((points) => (Number.isFinite(points) ? String(points) : `more than ${budget}`));
  const range = `${(100 * last[0]).toFixed(1)}-${(100 * (last.at(-1) as number)).toFixed(1)}`;
  console.log(
    `| ${name} | ${(100 * median[marks.length - 1]).toFixed(1)} % (${range}) | ${needed[0]} (${needed[1]}) | ${middle(runs.map((r) => r.ended))} |`,
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
await engine.close(true);
