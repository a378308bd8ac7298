/**
 * How many replays a search makes. Points share a replay if they differ only in prices, or if their lanes and memory
 * words lead to the same rows.
 *
 * The number is predicted from the neighbours of a few points. Along an axis of prices all levels share one replay,
 * along most other axes none do; neither needs a mapping. The remaining axes, lanes and memories, are examined
 * together, in every combination of levels; if there are many combinations, a seeded sample of them is examined.
 */

import type { Experiment, Topology } from "../../arch/index.js";
import { pow } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { functionalKey, type ReplayTraits, replayKey, replayTraits } from "../../sim/index.js";
import type { Space } from "../space.js";

/** Most levels that are examined on a long axis, evenly spaced. */
const MOST_LEVELS = 16;
/** Most combinations for which the network is mapped; each takes a few milliseconds. */
const MOST_COMBINATIONS = 32;

export interface Searched {
  readonly space: Space;
  /** The experiment at a position; null if the search refuses it. */
  readonly at: (position: Float64Array) => Experiment | null;
  readonly topology: Topology;
}

/** A point that has not run. */
interface Point {
  readonly traits: ReplayTraits;
  readonly key: () => string;
}

interface Axis {
  readonly axis: number;
  readonly coordinates: readonly number[];
}

/** Expected replays of `points` points from a grid of `gridPoints`, judged by neighbours of `around`. */
export function expectedReplays(searched: Searched, points: number, gridPoints: number, around: readonly Float64Array[]): number {
  const shares = around.map((position) => replaysAGridPoint(searched, position));
  const share = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  // a replay is made unless none of its grid points is drawn
  return gridPoints * share * (1 - pow(1 - points / gridPoints, 1 / share));
}

function replaysAGridPoint(searched: Searched, around: Float64Array): number {
  let share = 1;
  const together: Axis[] = [];
  for (const [axis, { levels }] of searched.space.dimensions.entries()) {
    const count = Math.min(levels as number, MOST_LEVELS);
    const coordinates = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
    const line = coordinates.map((coordinate) => around.with(axis, coordinate));
    const points = pointsAt(searched, line);
    if (points.length < 2) continue;
    if (different(points, "whole") === 1) share /= points.length;
    else if (different(points, "beside") < points.length) together.push({ axis, coordinates });
  }
  return share * replaysACombination(searched, around, together);
}

function replaysACombination(searched: Searched, around: Float64Array, axes: readonly Axis[]): number {
  const combinations = axes.reduce((product, { coordinates }) => product * coordinates.length, 1);
  const isWhole = combinations <= MOST_COMBINATIONS;
  const points = pointsAt(searched, isWhole ? combined(around, axes) : drawn(around, axes));
  if (points.length === 0) return 1;
  const met = replaysOf(points);
  return isWhole ? met / points.length : classesBehind(met, points.length, combinations) / combinations;
}

function combined(around: Float64Array, axes: readonly Axis[]): readonly Float64Array[] {
  return axes.reduce<readonly Float64Array[]>(
    (positions, { axis, coordinates }) => positions.flatMap((position) => coordinates.map((coordinate) => position.with(axis, coordinate))),
    [around],
  );
}

function drawn(around: Float64Array, axes: readonly Axis[]): readonly Float64Array[] {
  const rng = createRng(1, "combinations whose replays are told apart");
  return Array.from({ length: MOST_COMBINATIONS }, () => {
    const position = around.slice();
    for (const { axis, coordinates } of axes) position[axis] = coordinates[Math.floor(rng.float() * coordinates.length)];
    return position;
  });
}

function pointsAt({ at, topology }: Searched, positions: readonly Float64Array[]): readonly Point[] {
  return positions.flatMap((position) => {
    const experiment = at(position);
    if (experiment === null) return [];
    // the hashes of model and data can stay empty: points that share a replay have the same ones
    const traced = { key: functionalKey(experiment, "", ""), trace: { topology }, placedBy: null };
    return { traits: replayTraits(experiment, traced), key: () => replayKey(experiment, traced) };
  });
}

const different = (points: readonly Point[], trait: keyof ReplayTraits): number => new Set(points.map(({ traits }) => traits[trait])).size;

/** Number of different replays. A network is mapped only if traits cannot tell two points' replays apart. */
function replaysOf(points: readonly Point[]): number {
  const alike = new Map<string, Map<string, Point>>();
  for (const point of points) {
    const { beside, whole } = point.traits;
    alike.set(beside, (alike.get(beside) ?? new Map<string, Point>()).set(whole, point));
  }
  return [...alike.values()].reduce(
    (sum, group) => sum + (group.size === 1 ? 1 : new Set([...group.values()].map(({ key }) => key())).size),
    0,
  );
}

/**
 * How many classes of equal size give `met` different ones in `draws` draws. If all draws differ, the answer is `most`.
 */
function classesBehind(met: number, draws: number, most: number): number {
  let [low, high] = [met, most];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (middle * (1 - pow(1 - 1 / middle, draws)) < met) low = middle;
    else high = middle;
  }
  return high;
}
