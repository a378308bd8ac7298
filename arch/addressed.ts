/**
 * Parts of an experiment as they enter the hash of a run: a key that was added later enters only if it differs from its
 * default, so that older hashes stay valid.
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
