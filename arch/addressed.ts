/** Parts of an experiment as they count in the address of a run: keys that came later count where they say something, so that addresses of runs stay. */
import type { Experiment } from "./experiment.js";
import type { Precision } from "./precision.js";

export function addressedPrecision({ integers, ...widths }: Precision): { readonly [key: string]: string | number | null } {
  return integers === "quantised" ? widths : { ...widths, integers };
}

export function addressedLava({ lava }: Pick<Experiment["network"], "lava">): { readonly lava?: Experiment["network"]["lava"] } {
  return lava.restartSteps === 0 ? {} : { lava };
}
