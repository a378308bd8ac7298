/**
 * Before a screening search, the analytical model prices a pool of design points, and the fidelities between the model
 * and the whole run are fixed. The pool is the whole grid if that is small enough, or else an even sample of the space;
 * it depends on the seed only.
 * Throws: `InputError` if the engine cannot estimate, or cannot read what a candidate needs; `HostFault` if this host
 * fails it.
 */

import { InfeasibleError, InputError, inputError } from "../base/errors.js";
import { wholePower } from "../base/math.js";
import { metricOf } from "../sim/index.js";
import { beforeRun } from "./before-run.js";
import type { Breath } from "./breath.js";
import { distinctCount, distinctPositions } from "./distinct-points.js";
import type { Engine, Task } from "./engine/engine.js";
import { canEstimate, ESTIMATED, type EstimatingEngine } from "./engine/estimate.js";
import type { Objectives } from "./objectives.js";
import { byPathAt, makesNetworks, type PointSource, tryDescribe } from "./points.js";
import type { Screened } from "./samplers/sampler.js";
import { SobolSequence } from "./samplers/sobol.js";
import { canonicalValues, type PointValues, type Space } from "./space.js";
import { withProxies } from "./uncertainty/study-quantiles.js";

/** All points of a space that has at most `most`: those of its grid, or else the distinct ones; null: it has more. */
function wholeSpace(space: Space, most: number): { readonly count: number; readonly positions: Iterable<Float64Array> } | null {
  const size = space.gridSize;
  if (size !== null && size <= most) return { count: size, positions: gridPositions(space, size) };
  const distinct = distinctCount(space);
  return distinct === null || distinct > most ? null : { count: distinct, positions: distinctPositions(space) };
}

function* gridPositions(space: Space, size: number): Generator<Float64Array> {
  for (let i = 0; i < size; i++) yield space.gridPosition(i);
}

function* positions(space: Space, most: number, seed: number): Generator<Float64Array> {
  const whole = wholeSpace(space, most);
  if (whole !== null) {
    yield* whole.positions;
    return;
  }
  const sequence = new SobolSequence(space.dimensions.length, seed);
  for (let i = 0; i < most; i++) yield sequence.next();
}

/** Most points that a pool of `most` has: the whole grid, or all distinct points, if they are fewer. */
export const poolSize = (space: Space, most: number): number => wholeSpace(space, most)?.count ?? most;

/**
 * Shares of `timed` utterances of `stages` stages, ascending to 1; a stage with as many utterances as the next one is
 * left out.
 */
export function fidelitiesOf(timed: number, stages: number, halving: number): number[] {
  const counts = Array.from({ length: stages }, (_, i) => Math.max(1, Math.ceil(timed / wholePower(halving, stages - 1 - i))));
  return [...new Set(counts)].map((count) => count / timed);
}

/** The shares if the search also trains networks: a stage trains for `halving` times the epochs of the stage before. */
export function learningFidelities(stages: number, halving: number): number[] {
  return Array.from({ length: stages }, (_, i) => 1 / wholePower(halving, stages - 1 - i));
}

/** @throws InputError if an objective is none by which the analytical model can price the pool */
export function demandEstimated(objectives: Objectives, sampler: string, file: string): void {
  const problems = objectives.metrics.flatMap((metric) => {
    if (ESTIMATED.some((name) => name === metricOf(metric))) return [];
    const message = `sampler ${sampler} chooses points by the analytical model, which does not give ${metric}`;
    const fix = `search with sweep.sampler.name: nsga2 or tpe, or ask for one of: ${ESTIMATED.join(", ")}`;
    return [{ file, line: null, column: null, path: `sweep.objectives.${metric}`, message, fix }];
  });
  if (problems.length > 0) throw new InputError(problems);
}

/** Most networks that are made at a time for a pool. */
const MOST_AT_ONCE = 64;

/** The priced pool; shorter if `isStopped` ended it. */
export async function screenPool(
  space: Space,
  objectives: Objectives,
  source: PointSource,
  engine: Engine,
  options: {
    readonly pool: number;
    readonly seed: number;
    /** Fidelity of the first stage; if the search trains networks, the model prices them after that much training. */
    readonly fidelity: number;
    /** Called for each point that is priced, before it is. */
    readonly ask: (task: Task) => Promise<void>;
    readonly isStopped: () => boolean;
    readonly breath: Breath;
  },
): Promise<Screened[]> {
  if (!canEstimate(engine)) {
    throw inputError("sweep", "this engine has no analytical model to screen with", "use --engine local, or sampler tpe", "sweep.sampler");
  }
  const pool: Screened[] = [];
  const seen = new Set<string>();
  const makes = makesNetworks(source.document);
  const fidelity = makes ? options.fidelity : 1;
  const atOnce = makes ? Math.min(engine.maxWorkers, MOST_AT_ONCE) : 1;
  const distinct: { readonly position: Float64Array; readonly values: PointValues }[] = [];
  for (const position of positions(space, options.pool, options.seed)) {
    await options.breath.take();
    if (options.isStopped()) return pool;
    const values = space.decode(position);
    const text = canonicalValues(values);
    if (!seen.has(text)) distinct.push({ position, values });
    seen.add(text);
  }
  for (let next = 0; next < distinct.length && !options.isStopped(); next += atOnce) {
    const priced = distinct.slice(next, next + atOnce).map(async ({ position, values }) => ({
      position,
      ...(await estimated(space, objectives, source, engine, values, fidelity, options.ask)),
    }));
    pool.push(...(await Promise.all(priced)));
    await options.breath.take();
  }
  return pool;
}

async function estimated(
  space: Space,
  objectives: Objectives,
  source: PointSource,
  engine: EstimatingEngine,
  values: PointValues,
  fidelity: number,
  ask: (task: Task) => Promise<void>,
) {
  const none = objectives.unscored(Number.POSITIVE_INFINITY);
  const decided = objectives.checkBefore(values, {}).violation;
  if (decided > 0) return objectives.unscored(decided);
  const byPath = byPathAt(source.document, space.byPath(values), fidelity);
  const tried = tryDescribe(source, byPath);
  if ("code" in tried) return none;
  const { experiment } = tried;
  try {
    if (makesNetworks(source.document)) {
      const before = await beforeRun(values, experiment, objectives, engine);
      if (before.refused !== null) return none;
      if (before.violation > 0) return objectives.unscored(before.violation);
    }
    const inputs = await engine.identify(experiment);
    const task = { key: "", fidelity, byPath, experiment, inputs };
    await ask(task);
    const metrics = await engine.estimate(task);
    return metrics === null ? none : objectives.forecast(values, withProxies(metrics, objectives.quantiles));
  } catch (error) {
    if (error instanceof InfeasibleError) return none;
    throw error;
  }
}
