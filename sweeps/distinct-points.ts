/**
 * The distinct points of a finite space, and their number. Many cells of the grid give the same point if parameters are
 * conditional; here an inactive parameter stays at its first value, so the effort is that of the points, not of the
 * cells. Pure.
 */
import { ExpressionError } from "../arch/index.js";
import { InputError } from "../base/errors.js";
import type { PointValues, Space } from "./space.js";

/** Most combinations of the parameters that decide conditions for which points are counted: a tenth of a second. */
const MOST_COMBINATIONS = 100_000;

/** One position per point. */
export function* distinctPositions(space: Space): Generator<Float64Array> {
  for (const { position } of combinations(space, space.order)) yield position.slice();
}

/**
 * Number of distinct points; null if a parameter is continuous, if too many combinations decide it, or if a derived
 * value cannot be computed somewhere.
 */
export function distinctCount(space: Space): number | null {
  const { dimensions, order, deciding } = space;
  if (space.gridSize === null) return null;
  const deciders = order.filter((axis) => deciding.has(dimensions[axis].parameter.name));
  const others = order.filter((axis) => !deciders.includes(axis));
  const isCertain = deciders.every((axis) => dimensions[axis].parameter.when === null);
  if (isCertain && deciders.reduce((product, axis) => product * levelsOf(space, axis), 1) > MOST_COMBINATIONS) return null;
  let count = 0;
  let combined = 0;
  try {
    for (const { values } of combinations(space, deciders)) {
      if (++combined > MOST_COMBINATIONS) return null;
      count += others.reduce((product, axis) => (isActive(space, axis, values) ? product * levelsOf(space, axis) : product), 1);
    }
  } catch (error) {
    if (error instanceof InputError || error instanceof ExpressionError) return null;
    throw error;
  }
  return count;
}

/** Points of the space, or a bound if they cannot be counted; null if a parameter is continuous. */
export const spacePoints = (space: Space): number | null => distinctCount(space) ?? space.gridSize;

/** Positions at which the named axes take all combinations of their values, and all other axes their first value. */
function* combinations(
  space: Space,
  axes: readonly number[],
): Generator<{ readonly position: Float64Array; readonly values: PointValues }> {
  const cells = new Int32Array(space.dimensions.length);
  const position = Float64Array.from(cells, (_, axis) => 0.5 / levelsOf(space, axis));
  const move = (axis: number, cell: number): void => {
    cells[axis] = cell;
    position[axis] = (cell + 0.5) / levelsOf(space, axis);
  };
  for (;;) {
    const values = space.decode(position);
    yield { position, values };
    let k = axes.length - 1;
    // an axis is active or not by axes before it
    for (; k >= 0; k--) {
      if (isActive(space, axes[k], values) && cells[axes[k]] < levelsOf(space, axes[k]) - 1) break;
      move(axes[k], 0);
    }
    if (k < 0) return;
    move(axes[k], cells[axes[k]] + 1);
  }
}

const levelsOf = ({ dimensions }: Space, axis: number): number => dimensions[axis].levels ?? 1;
const isActive = ({ dimensions }: Space, axis: number, values: PointValues): boolean =>
  Object.hasOwn(values, dimensions[axis].parameter.name);
