/** Whether recordings of event cameras fall on the inputs that a network's file declares. Pure. */
import type { SampleSet } from "../arch/index.js";

/** Least number of axes of an Input that is a picture of several channels. */
const PICTURE_AXES = 3;

export const EVENT_AXES = "inputs are channels x height x width, after crop and downsample";

const text = (axes: readonly number[]): string => axes.join(" x ");

/**
 * Why the events of `samples` are not the values of an input; null: they are, or the file does not say. `shape` of an
 * Input of three axes is [channels, height, width]; axes of 1 may be anywhere, and Inputs of fewer axes have no
 * picture.
 */
export function eventMisfit(
  { inputs, grid }: Pick<SampleSet, "inputs" | "grid">,
  wanted: { readonly shape: readonly number[] | null; readonly size: number | null },
): string | null {
  const { shape, size } = wanted;
  if (size !== null && inputs !== size) return `its events fall on ${inputs} inputs, the network takes ${size}`;
  if (grid === undefined || shape === null || shape.length < PICTURE_AXES) return null;
  const [own, filed] = [grid, shape].map((axes) => axes.filter((axis) => axis !== 1));
  if (filed.length < 2 || text(own) === text(filed)) return null;
  return `its events fall on ${text(grid)} inputs, the network takes ${text(shape)}`;
}
