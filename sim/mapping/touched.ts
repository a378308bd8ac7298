/** Slices whose soma finds touched neurons and skips the others, which must stay at 0 without input. */
import type { Chip } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { type Placement, type Slice, statesAreAway } from "./placement.js";

/**
 * False: all neurons of the slice are updated in every wave, as in populations that the host feeds, and in slices with
 * states in DRAM.
 */
export function findsTouched({ cores }: Chip, placement: Placement, slice: Slice): boolean {
  if (cores[slice.core].neuronUpdate.policy === "dense") return false;
  const { topology } = placement;
  if (topology.projections.every(({ target }) => target !== slice.population)) return false;
  const { states } = topology.populations[slice.population];
  return !statesAreAway(placement, slice) || states === 0;
}

/** @throws InfeasibleError if a neuron that is skipped would change, for the first such population */
export function checkTouched(chip: Chip, made: Placement): void {
  for (const slice of [...made.slices].sort((a, b) => a.population - b.population)) {
    const { name, rests } = made.topology.populations[slice.population];
    if (rests || !findsTouched(chip, made, slice)) continue;
    const need = "neurons that stay at 0 without input";
    const have = "neurons that a bias or a resting potential moves, or that are not known to rest";
    throw new InfeasibleError(
      "UPDATES_TOUCHED",
      `policy touched, population ${name},`,
      need,
      have,
      "set tile.core.neuron_update.policy: dense",
    );
  }
}
