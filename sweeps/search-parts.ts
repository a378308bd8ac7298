/**
 * What a search is made of: its space, its objectives and its sampler fit together. A check of a description and the
 * start of its search ask here, so that both refuse the same. Throws: `InputError`.
 */
import type { SweepSpec } from "../arch/index.js";
import { Objectives } from "./objectives.js";
import { createSampler, screens } from "./samplers/registry.js";
import { demandEstimated } from "./screening.js";
import { Space } from "./space.js";

interface SearchParts {
  readonly space: Space;
  readonly objectives: Objectives;
}

/** `file`: the description, for messages. */
export function searchParts(spec: SweepSpec, file: string): SearchParts {
  const space = new Space(spec.parameters, file);
  const objectives = new Objectives(spec, space.names, file);
  createSampler(spec, space, undefined, [], file);
  if (screens(spec)) demandEstimated(objectives, spec.sampler.name, file);
  return { space, objectives };
}
