/**
 * Parts of an experiment as they count in the address of a run: keys that came later count where they say something, so
 * that addresses of runs stay.
 */
import type { Json } from "../base/hash.js";
import type { Experiment } from "./experiment.js";
import type { Precision } from "./precision.js";

export function addressedPrecision({ integers, layers, weightScale, ...widths }: Precision): { readonly [key: string]: Json } {
  const own = Object.entries(layers).map(([name, given]): [string, Json] => [name, { ...given }]);
  return {
    ...widths,
    ...(integers === "quantised" ? {} : { integers }),
    ...(weightScale === "max" ? {} : { weightScale }),
    ...(own.length === 0 ? {} : { layers: Object.fromEntries(own) }),
  };
}

export function addressedLava({ lava }: Pick<Experiment["network"], "lava">): { readonly lava?: { readonly [key: string]: Json } } {
  const { restartSteps, remainder } = lava;
  if (restartSteps === 0 && remainder === "lost") return {};
  return { lava: { restartSteps, ...(remainder === "lost" ? {} : { remainder }) } };
}
