/**
 * The chip of a stored point as a figure file: populations on cores, load of cores and links. Renderers have effects.
 */
import { inputError } from "../base/errors.js";
import type { FileContent } from "../base/escape/filtered.js";
import { drawingFormatOf } from "../base/plot/formats.js";
import type { ColumnName } from "../base/plot/spec.js";
import { chipFigure as drawing } from "../sweeps/index.js";
import type { PointDetail } from "./point-detail.js";

/**
 * @param file its ending names the format: `.svg`, `.pdf` or `.png`
 * @param column column of the printed page that the figure fills
 * @throws InputError if the point has no cores to draw, or for another ending
 */
export async function chipFigure({ point, result, plan }: PointDetail, file: string, column: ColumnName = "single"): Promise<FileContent> {
  const draw = drawingFormatOf(file, "--figure", "chip.svg");
  if (result === null || plan === null || result.utilisation.cores.length === 0)
    throw inputError(
      "--figure",
      `point ${point.id} has no cores to draw`,
      "choose a point with a result, of a chip that reports its utilisation",
    );
  const values = Object.entries(point.values).map(([name, value]) => `${name} ${value}`);
  return draw(
    drawing(plan, result, column, `Mapping and load of point ${point.id}`, `key ${point.key.slice(0, 16)}; ${values.join(", ")}`),
  );
}
