/** Time and memory of a search, or of the single point of a description, predicted before anything runs. Pure. */
import {
  type Experiment,
  feedsBack,
  type ModelNetwork,
  type ParsedArch,
  patchDocument,
  type SampleSet,
  type Topology,
} from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { createRng } from "../base/rng.js";
import { type Estimate, estimate, profileOfDensity } from "../sim/expect/index.js";
import {
  elapsedSeconds,
  functionalSeconds,
  placingSeconds,
  pointSecondsOf,
  replayBytes,
  replaySeconds,
  traceBytes,
} from "./engine/effort.js";
import { sweepMemoryBytes } from "./engine/memory.js";
import type { LearningEffort } from "./models/learning-effort.js";
import type { SearchSize } from "./search-size.js";
import { Space } from "./space.js";

/**
 * Points that are drawn from a search by seed; their mean stands for all points. A grid of at most twice as many is
 * taken whole.
 */
const DRAWN_POINTS = 16;
/**
 * Of these, the number of points around which shared replays are looked for. They are those with the fewest cores,
 * because a large chip takes long to map and shares replays as a small one does.
 */
const AROUND_POINTS = 2;
/**
 * Least part of a grid that a search must visit for that. Below it, how many points share a replay depends on the
 * sampler, so it cannot be predicted.
 */
const LEAST_VISITED = 0.01;
/** Share of neurons that spike in a step, if the model's record does not say it. */
export const ASSUMED_DENSITY = 0.1;

/** What the prediction is about. */
interface Described {
  readonly experiment: Experiment;
  readonly topology: Topology;
  readonly network: ModelNetwork;
  /** Share of each population's neurons that spike in a step, from the model's record; null: not recorded. */
  readonly density: readonly number[] | null;
  readonly data: SampleSet;
  /** null: the single point. */
  readonly search: SearchSize | null;
  /** null: no network is trained. */
  readonly learning: LearningEffort | null;
}

/** The machine on which it would run. */
interface Host {
  /** Worker threads, one per processor. */
  readonly workers: number;
  /** Resident set of this process. */
  readonly residentBytes: number;
}

export interface Effort {
  /** By the clock, with start-up. */
  readonly seconds: number;
  /** Workers among which the points are divided, no more than there are points. */
  readonly workers: number;
  /** Time of a point that shares its replay with no other point. */
  readonly pointSeconds: number;
  readonly functionalSeconds: number;
  readonly precisions: number;
  /** Number of different replays over all points. */
  readonly replays: number;
  /** Whether the share of spiking neurons is from the model's record. */
  readonly activity: "recorded" | "assumed";
  /** Peak resident set of the sweep, or of the single point. */
  readonly memoryBytes: number;
}

/** Workers that have work: a point is never divided. */
export const busyWorkers = (workers: number, points: number): number => Math.max(1, Math.min(workers, points));

/** The space of a search, and some of its positions. */
interface Drawn {
  readonly space: Space;
  /** null: the search refuses the point. */
  readonly at: (position: Float64Array) => Experiment | null;
  readonly points: readonly { readonly position: Float64Array; readonly experiment: Experiment | null }[];
}

function drawn(parsed: ParsedArch, changes: { readonly [path: string]: Json }): Drawn | null {
  if (parsed.sweep === null) return null;
  const space = new Space(parsed.sweep.parameters, parsed.file);
  const rng = createRng(1, "points whose time is estimated");
  const at: Drawn["at"] = (position) => {
    try {
      return patchDocument(parsed, { ...space.byPath(space.decode(position)), ...changes });
    } catch (error) {
      if (error instanceof InputError || error instanceof InfeasibleError) return null;
      throw error;
    }
  };
  const { gridSize } = space;
  const isWhole = gridSize !== null && gridSize <= 2 * DRAWN_POINTS;
  const points = Array.from({ length: isWhole ? gridSize : DRAWN_POINTS }, (_, i) => {
    const position = isWhole ? space.gridPosition(i) : Float64Array.from(space.dimensions, () => rng.float());
    return { position, experiment: at(position) };
  });
  return { space, points, at };
}

/** Number of replays; the code that predicts it is loaded only if points can be expected to share some. */
async function replaysOf(from: Drawn | null, { search, topology }: Described): Promise<number> {
  if (from === null || search === null) return 1;
  const { gridPoints, points } = search;
  if (gridPoints === null || points < LEAST_VISITED * gridPoints) return points;
  // neighbours that differ in an inactive parameter share their replay, so the prediction counts cells
  const cells = from.space.gridSize ?? gridPoints;
  const { expectedReplays } = await import("./engine/expected-replays.js");
  const smallest = from.points
    .flatMap(({ position, experiment }) => (experiment === null ? [] : [{ position, cores: experiment.chip.cores.length }]))
    .sort((a, b) => a.cores - b.cores)
    .slice(0, AROUND_POINTS);
  const replays = expectedReplays(
    { ...from, topology },
    cells * (points / gridPoints),
    cells,
    smallest.map(({ position }) => position),
  );
  return Math.min(points, replays);
}

/**
 * Expected effort, from the analytical model of some of the search's points: a rough figure. A point that is refused or
 * does not fit takes almost no time. null: an even spread of the network fits none of the points.
 */
export async function expectedEffort(
  parsed: ParsedArch,
  changes: { readonly [path: string]: Json },
  described: Described,
  host: Host,
): Promise<Effort | null> {
  const { experiment, topology, network, density: recorded, data, search, learning } = described;
  const { workload } = experiment;
  const from = drawn(parsed, changes);
  const points = from === null ? [experiment] : from.points.map((point) => point.experiment);
  const utterances = data.frameStart.length - 1;
  const steps = (data.frameStart[utterances] / utterances) * workload.encoding.stepsPerFrame;
  const density = topology.populations.map((_, p) => recorded?.[p] ?? ASSUMED_DENSITY);
  const profile = profileOfDensity(topology, utterances, steps, density);
  const timed = Math.min(workload.timingSamples, utterances);
  const scored = Math.min(workload.samples, utterances);
  const expected = points.flatMap((point) => {
    const one = point === null ? null : estimate(point.chip, point.precision, point.mapping, profile);
    if (point === null || one === null) return [];
    const cores = point.chip.cores.length;
    return [{ one, cores, live: feedsBack(point.chip) ? scored : 0, placing: placingSeconds(point, topology) }];
  });
  if (expected.length === 0) return null;
  const mean = (of: (one: Estimate, point: (typeof expected)[number]) => number): number =>
    expected.reduce((sum, point) => sum + of(point.one, point), 0) / points.length;
  const perReplay = mean((one, { live, placing }) => placing + replaySeconds(one, timed, live));
  const perPoint = pointSecondsOf(mean((_, { cores }) => cores));
  const perPrecision = functionalSeconds(profile, scored);
  const { points: count, precisions, drawnPrecisions } = search ?? { points: 1, precisions: 1, drawnPrecisions: 1 };
  const replays = await replaysOf(from, described);
  const { workers, residentBytes } = host;
  const busy = busyWorkers(workers, count);
  return {
    seconds: elapsedSeconds(count * perPoint + replays * perReplay + drawnPrecisions * perPrecision, search === null ? 0 : busy, workers),
    workers: busy,
    pointSeconds: perPoint + perReplay,
    functionalSeconds: perPrecision,
    precisions,
    replays: Math.round(replays),
    activity: recorded === null ? "assumed" : "recorded",
    memoryBytes: sweepMemoryBytes(
      {
        residentBytes,
        network,
        mostCores: Math.max(...expected.map(({ cores }) => cores)),
        samples: data,
        scoredFeatures: scored * steps * data.inputs,
        traceBytes: traceBytes(profile, timed),
        replayBytes: mean((one) => replayBytes(one, profile, timed)),
        learning,
      },
      { points: count, replays, precisions, workers },
    ),
  };
}
