/** Published numbers of the boards, compared with the library's, and with silicon's by factors derived without them. */
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
