/**
 * How near does the analytical model, by which `screen` prices its pool, come to the cycle model? Draws random points
 * of a description's space by seed, runs both models on the same utterances, and prints Spearman's rank correlation,
 * quantiles of the relative error (estimate / cycle model - 1), and how many points per second the analytical model
 * prices.
 *
 *   npx tsx scripts/analytical-study.ts [DESCRIPTION, default arch/examples/edge.yaml] [points, default 500] [seed,
 * default 1]
 */
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { loadModel, loadSamples } from "../app/inputs.js";
import { openChip } from "../app/open.js";
import { type Experiment, patchDocument } from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";
import { createRng } from "../base/rng.js";
import { type ActivityProfile, profileOf } from "../sim/expect/index.js";
import type { Functional } from "../sim/functional/index.js";
import { evaluatePoint, functionalKey, prepareFunctional } from "../sim/index.js";
import { estimatedMetrics } from "../sweeps/engine/estimate.js";
import { canonicalValues, Space } from "../sweeps/index.js";
import { rankCorrelation } from "../sweeps/report/importance.js";

/** Compared metrics; accuracy and area are the same function in both models. */
export const COMPARED = ["latency_us", "energy_uj_per_inference", "throughput_per_s"] as const;
const SHARES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;
const DRAWS_A_POINT = 100;

export interface Agreement {
  readonly metric: (typeof COMPARED)[number];
  /** Spearman's rank correlation of estimate and cycle model. */
  readonly spearman: number;
  /** Relative errors at `SHARES`: least, 5, 25, 50, 75, 95 %, largest. */
  readonly errors: readonly number[];
}

export interface Comparison {
  /** Points that both models can run. */
  readonly points: number;
  /** Points that the cycle model runs and the analytical model refuses: a screening search would never see them. */
  readonly missed: number;
  /** Points that the analytical model prices, but the mapping refuses, because it cuts only whole neurons and words. */
  readonly refused: number;
  readonly agreements: readonly Agreement[];
  /** Chips that the analytical model prices per second of processor time, without reading their descriptions. */
  readonly pricedPerSecond: number;
}

interface Prepared {
  readonly functional: Functional;
  readonly profile: ActivityProfile;
}

/**
 * `sets`: values by path that replace those of the description. Throws: `InputError` if the description has no search.
 */
export async function compareModels(
  file: string,
  count: number,
  seed: number,
  sets: { readonly [path: string]: number } = {},
): Promise<Comparison> {
  const parsed = openChip(file);
  if (parsed.sweep === null) throw new Error(`${file} has no sweep section`);
  const space = new Space(parsed.sweep.parameters, file);
  const rng = createRng(seed, "analytical study");
  const prepared = new Map<string, Prepared>();
  const prepare = async (experiment: Experiment): Promise<Prepared> => {
    const [model, samples] = [await loadModel(experiment, file), await loadSamples(experiment, file)];
    const key = functionalKey(experiment, model.hash, samples.hash);
    let known = prepared.get(key);
    if (known === undefined) {
      const functional = prepareFunctional(experiment, model.network, model.hash, samples);
      known = { functional, profile: profileOf(functional.trace) };
      prepared.set(key, known);
    }
    return known;
  };
  const seen = new Set<string>();
  const pairs: { readonly estimate: readonly number[]; readonly measured: readonly number[] }[] = [];
  const priced: { readonly experiment: Experiment; readonly of: Prepared }[] = [];
  let [missed, refused] = [0, 0];
  for (let draw = 0; pairs.length < count && draw < DRAWS_A_POINT * count; draw++) {
    const values = space.decode(Float64Array.from(space.dimensions, () => rng.float()));
    if (seen.has(canonicalValues(values))) continue;
    seen.add(canonicalValues(values));
    const experiment = patchDocument(parsed, { ...space.byPath(values), ...sets });
    const of = await prepare(experiment);
    const estimate = estimatedMetrics(experiment, of.functional, of.profile);
    const measured = cycleModel(experiment, of.functional);
    if (estimate === null && measured !== null) missed++;
    if (estimate !== null && measured === null) refused++;
    if (estimate === null || measured === null) continue;
    priced.push({ experiment, of });
    pairs.push({ estimate: COMPARED.map((name) => estimate[name] as number), measured: COMPARED.map((name) => measured[name] as number) });
  }
  const agreements = COMPARED.map((metric, k) => {
    const [estimate, measured] = [pairs.map((pair) => pair.estimate[k]), pairs.map((pair) => pair.measured[k])];
    const errors = estimate.map((value, i) => value / measured[i] - 1).sort((a, b) => a - b);
    const at = (share: number): number => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))];
    return { metric, spearman: rankCorrelation(estimate, measured) ?? Number.NaN, errors: SHARES.map(at) };
  });
  return { points: pairs.length, missed, refused, agreements, pricedPerSecond: rateOf(priced) };
}

/** Metrics of the cycle model; null if it refuses the chip. */
function cycleModel(experiment: Experiment, functional: Functional) {
  try {
    return evaluatePoint(experiment, functional).result.metrics;
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

/**
 * Prices the points again and again for at least one second of processor time, which the load of other programs does
 * not change; the first round warms up.
 */
function rateOf(points: readonly { readonly experiment: Experiment; readonly of: Prepared }[]): number {
  const round = (): void => {
    for (const { experiment, of } of points) estimatedMetrics(experiment, of.functional, of.profile);
  };
  round();
  const start = process.cpuUsage();
  const spentSeconds = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  let rounds = 0;
  for (; rounds === 0 || spentSeconds() < 1; rounds++) round();
  return (rounds * points.length) / spentSeconds();
}

const percentText = (value: number): string => `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const [file = join(packageRoot(), "arch/examples/edge.yaml"), count = "500", seed = "1"] = process.argv.slice(2);
  const { points, missed, refused, agreements, pricedPerSecond } = await compareModels(resolve(file), Number(count), Number(seed));
  console.log(
    `${points} random points, seed ${seed}; beside them ${refused} that only the analytical model takes, ${missed} that only the cycle model takes`,
  );
  console.log(
    "| metric | Spearman | least | 5 % | 25 % | median | 75 % | 95 % | largest |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  );
  for (const { metric, spearman, errors } of agreements)
    console.log(`| ${metric} | ${spearman.toFixed(4)} | ${errors.map(percentText).join(" | ")} |`);
  console.log(`the analytical model priced ${Math.round(pricedPerSecond).toLocaleString("en-US")} points in a second of processor time`);
}
