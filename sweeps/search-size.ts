/** How many points a search has, and how many different functional runs they need. Pure. */
import type { SweepSpec } from "../arch/index.js";
import { pow } from "../base/math.js";
import { decidesFunction } from "../sim/index.js";
import { distinctCount } from "./distinct-points.js";
import { searchParts } from "./search-parts.js";

export interface SearchSize {
  /** Distinct points of the full grid; null if a parameter is continuous. */
  readonly gridPoints: number | null;
  /** False if conditions make too many points alike to be counted: `gridPoints` and `points` then are upper bounds. */
  readonly isCounted: boolean;
  /** Most points for which the sampler asks. */
  readonly points: number;
  /** Most different functional runs among them. */
  readonly precisions: number;
  /** Mean number of them if the points are drawn evenly. */
  readonly drawnPrecisions: number;
}

const VERY_MANY = 1e9;

/** `file`: the description, for messages. @throws InputError if the search cannot start */
export function searchSize(sweep: SweepSpec, file: string): SearchSize {
  const { space } = searchParts(sweep, file);
  const counted = distinctCount(space);
  const gridPoints = counted ?? space.gridSize;
  const points = gridPoints === null ? sweep.sampler.budget : Math.min(gridPoints, sweep.sampler.budget);
  const precisions = space.dimensions
    .filter((dimension) => decidesFunction(dimension.parameter.path))
    .reduce((product, dimension) => product * (dimension.levels ?? points), 1);
  // of very many, each is another one, and the difference from 1 would be lost
  const drawn = precisions > VERY_MANY ? points : precisions * (1 - pow(1 - 1 / precisions, points));
  return {
    gridPoints,
    isCounted: counted !== null || gridPoints === null,
    points,
    precisions: Math.min(precisions, points),
    drawnPrecisions: points === gridPoints ? Math.min(precisions, points) : drawn,
  };
}
