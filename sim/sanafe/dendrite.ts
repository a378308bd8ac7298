/**
 * SANA-FE's dendrite models: the current that a soma gets from its neuron's synaptic events of earlier steps.
 * `kernel/step-dendrites.part.as.ts` runs them.
 *
 * accumulator: the sum of the last step's weights. accumulator_with_delay: the sum of the weights due in this step
 * (sent in step t with delay d: due in t + 1 + d). taps: a line of compartments; in each step a compartment keeps the
 * share `time_constants[i]` of its charge and receives the share `space_constants[i]` of the charge of its neighbour
 * across joint i; the charge of compartment 0 is the current. (This is our reading of the published example, which
 * draws arrows in both directions between compartments; no recorded run covers taps.) null: no event arrived, which a
 * soma can distinguish from 0.
 */

import type { DendriteUnit } from "./architecture.js";
import type { Attributes } from "./attributes.js";

export interface DendriteParameters {
  readonly model: Exclude<DendriteUnit["model"], "unsupported">;
  /** Number of compartments that an event may name; 0 for a model without compartments. */
  readonly taps: number;
  /** For taps: constants of each compartment, and of each joint between two. */
  readonly time: readonly number[];
  readonly space: readonly number[];
}

/** Largest number of compartments per neuron. */
const MAX_TAPS = 65_536;

export function readDendrite(model: DendriteParameters["model"], attributes: Attributes): DendriteParameters {
  attributes.accept("dendrite_hw_name");
  const isForced = attributes.flag("force_dendrite_update", false);
  if (isForced && model !== "taps") attributes.warn("force_dendrite_update has no effect: only taps change without events");
  if (model !== "taps") return { model, taps: 0, time: [], space: [] };
  const given = attributes.number(["taps"], 1);
  const isSize = Number.isInteger(given) && given >= 1 && given <= MAX_TAPS;
  if (!isSize) attributes.problem(`taps: got ${given}, expected a whole number from 1 to ${MAX_TAPS}`);
  const taps = isSize ? given : 1;
  const time = Array.from(attributes.numbers(["time_constants"]) ?? new Array<number>(taps).fill(1));
  const space = Array.from(attributes.numbers(["space_constants"]) ?? new Array<number>(taps - 1).fill(0));
  if (isSize && (time.length !== taps || space.length !== taps - 1)) {
    attributes.problem(
      `taps: ${taps} compartments need ${taps} time_constants and ${taps - 1} space_constants, got ${time.length} and ${space.length}`,
    );
  }
  return { model, taps, time, space };
}
