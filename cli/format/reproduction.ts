/** A point that was run again, as text. Pure. */
import { changeLines } from "../../app/nouns.js";
import type { ReproducedPoint } from "../../app/reproduce.js";

/** Most differences that are listed. */
const SHOWN = 20;

export function reproductionLines({ id, sameInputs, changes, differences, runtimes }: ReproducedPoint): readonly string[] {
  return [
    sameInputs
      ? "model, data, description and program are the same as for the stored point"
      : "the inputs differ from those of the stored point:",
    ...changeLines(changes).map((text) => `  ${text}`),
    differences.length === 0
      ? `point ${id} is reproduced: every value is the same to the last bit`
      : `point ${id} differs in ${differences.length === 1 ? "one value" : `${differences.length} values`}:`,
    ...runtimes,
    ...differences.slice(0, SHOWN).map(({ path, left, right }) => `  ${path}: stored ${left}, now ${right}`),
  ];
}
