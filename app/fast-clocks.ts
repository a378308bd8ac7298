/** Warns of a clock that the model allows and gates may not reach, as written or in a point of the search. Pure. */
import { type Chip, type CoreNeeds, clockWarning, type Precision, type SweepSpec, valuesOf } from "../arch/index.js";

/** A warning at most. A search is judged by the described chip at the searched clocks. */
export function fastClocks(chip: Chip, precision: Precision, needs: CoreNeeds, sweep: SweepSpec | null): readonly string[] {
  const searched = (sweep?.parameters ?? []).find(({ path }) => path === "chip.clock_mhz");
  const values = searched === undefined ? [] : valuesOf(searched.domain).map(Number);
  return [clockWarning(chip, precision, needs, values.length === 0 ? [chip.technology.clockMhz] : values) ?? []].flat();
}
