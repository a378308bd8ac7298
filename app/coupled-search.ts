/** Checks that a search can run on chips whose time feeds back into function. */
import type { SweepSpec } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { screens } from "../sweeps/index.js";

/** @throws InputError if the sampler chooses points by the analytical model, which has no such chips. */
export function checkCoupledSearch(sweep: SweepSpec, file: string): void {
  if (!screens(sweep)) return;
  throw inputError(
    file,
    `sampler ${sweep.sampler.name} chooses points by the analytical model, which has no coupled chips`,
    "write sweep.sampler.name: grid, nsga2 or tpe",
    "sweep.sampler.name",
  );
}
