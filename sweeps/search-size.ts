/** How many points a search has, and how many of them compute another network. Pure. */
import type { SweepSpec } from "../arch/index.js";
import { decidesFunction } from "../sim/index.js";
import { Space } from "./space.js";

export interface SearchSize {
  /** Distinct points that a full grid has; null: a continuous parameter. */
  readonly gridPoints: number | null;
  /** Points that the sampler asks for at most. */
  readonly points: number;
  /** Different functional runs among them at most. */
  readonly precisions: number;
}

/** `file`: the description, for messages. @throws InputError where a parameter cannot be read. */
export function searchSize(sweep: SweepSpec, file: string): SearchSize {
  const space = new Space(sweep.parameters, file);
  const gridPoints = space.gridSize;
  const points = gridPoints === null ? sweep.sampler.budget : Math.min(gridPoints, sweep.sampler.budget);
  const precisions = space.dimensions
    .filter((dimension) => decidesFunction(dimension.parameter.path))
    .reduce((product, dimension) => product * (dimension.levels ?? points), 1);
  return { gridPoints, points, precisions: Math.min(precisions, points) };
}
