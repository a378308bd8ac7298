/**
 * What plug-ins are given by the program: random numbers and functions that are the same on every machine, and errors
 * in the user's words.
 */
import { inputError } from "./errors.js";
import * as math from "./math.js";
import { createRng } from "./rng.js";

/** What a plug-in's default export is called with. */
export interface PluginTools {
  /** A stream of random numbers: `createRng(seed, name)`. */
  readonly createRng: typeof createRng;
  /** Exact functions, which give the same bits in every version of Node: `exp`, `log`, `pow`, `sin`, .. */
  readonly math: typeof math;
  /** An error of the user's making: `throw refuse(place, what, fix)`. */
  readonly refuse: (place: string, what: string, fix?: string) => Error;
}

export const PLUGIN_TOOLS: PluginTools = { createRng, math, refuse: (place, what, fix) => inputError(place, what, fix) };
