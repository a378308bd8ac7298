/** Published numbers of the boards beside the library's, and silicon's by factors that have not seen them. */
import type { Boards } from "./boards.js";
import { calibrationOf } from "./calibration.js";
import type { PublishedRow } from "./row.js";

export function boardRows(boards: Boards): PublishedRow[] {
  return calibrationOf(boards).checks.map(({ value: { chip, kind, evidence, quantity, published, library }, ...silicon }): PublishedRow => {
    const { value, unit, source, conditions } = published;
    const where = conditions === "" ? quantity : `${quantity} (${conditions})`;
    return {
      ...{ chip, kind, evidence, quantity: where, unit, published: value, model: library, tolerance: null },
      ...{ silicon: { ...silicon, value: silicon.silicon }, basis: "predicted", source },
    };
  });
}
