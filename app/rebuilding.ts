/** Chips of a description with other values, which an explanation tries. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Chip, Experiment } from "../arch/index.js";
import { InputError } from "../base/errors.js";
import type { Rebuild } from "../sim/observe/index.js";
import { type Description, experimentWith, type Values } from "./open.js";

/**
 * Makes the chip of a description with more values beside `values`, as if a user had typed them; each chip once.
 * `experiment`: the described point. A value is refused from which others follow that are not of the chip.
 */
export function rebuilding(description: Description, experiment: Experiment, values: Values): Rebuild {
  const { chip: _, ...others } = experiment;
  const made = new Map<string, Chip | null>();
  const make = (more: Values): Chip | null => {
    try {
      const { chip, ...kept } = experimentWith({ ...description, experiment }, { ...values, ...more });
      return isDeepStrictEqual(kept, others) && chip.cores.length === experiment.chip.cores.length ? chip : null;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  };
  return (more) => {
    const key = JSON.stringify(Object.entries(more).sort(([a], [b]) => (a < b ? -1 : 1)));
    const chip = made.get(key) ?? make(more);
    made.set(key, chip);
    return chip;
  };
}
