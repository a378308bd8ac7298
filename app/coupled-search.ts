/** Checks that a search can run on chips whose time feeds back into function. */
import { type CoupledExperiment, hasNoEffect, type SweepSpec } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { screens } from "../sweeps/index.js";

/**
 * @throws InputError if the sampler chooses points by the analytical model, which has no such chips, or if the search
 * varies a value that changes nothing on this one
 */
export function checkCoupledSearch(sweep: SweepSpec, { chip: { model } }: CoupledExperiment, file: string): void {
  for (const { path } of sweep.parameters)
    if (hasNoEffect(model, path))
      throw inputError(
        file,
        `is searched, but has no effect on ${model}, whose steps run to their end without a pause`,
        "leave it out",
        path,
      );
  if (!screens(sweep)) return;
  throw inputError(
    file,
    `sampler ${sweep.sampler.name} chooses points by the analytical model, which has no coupled chips`,
    "write sweep.sampler.name: grid, nsga2 or tpe",
    "sweep.sampler.name",
  );
}
