/**
 * What the program gives to plug-ins: random numbers and functions with the same results on every machine, and errors
 * that tell the user what to do.
 */
import { inputError } from "./errors.js";
import * as math from "./math.js";
import { createRng } from "./rng.js";

/** Argument of a plug-in's default export. */
export interface PluginTools {
  /** A stream of random numbers: `createRng(seed, name)`. */
  readonly createRng: typeof createRng;
  /** Functions that give the same bits in every version of Node: `exp`, `log`, `pow`, `sin`, .. */
  readonly math: typeof math;
  /** An error that the user can mend: `throw refuse(place, what, fix)`. */
  readonly refuse: (place: string, what: string, fix?: string) => Error;
}

export const PLUGIN_TOOLS: PluginTools = { createRng, math, refuse: (place, what, fix) => inputError(place, what, fix) };
