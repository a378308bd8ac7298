/**
 * Imports a network of Lava: reads its file, runs it on given inputs in the file's own integers, and simulates it on a
 * chip. Effects: reads and writes files.
 */
import { resolve } from "node:path";
import { type LavaRules, type Precision, pathOf, REMAINDERS, readLava, withLavaRules } from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { LAVA_OPTIONS, prepareNir } from "../sim/nir/index.js";
import { checkedOptions, completeOptions, oneOf } from "./checked-options.js";
import { type ImportNirOptions, idleRunOptions, importGraph, type NirImport, RUN_OPTIONS } from "./import-nir.js";

/** What a Lava file does not contain, and what is run with it. */
export interface ImportLavaOptions extends Pick<ImportNirOptions, "input" | "sample" | "encoding" | "seed" | "record" | "compare" | "on"> {
  /** States restart at 0 after this many steps, each layer one step after the layer before it; 0: never. */
  readonly restartSteps: number;
  /** What happens to the fraction bits that a sigma-delta spike leaves out; default: they are lost. */
  readonly remainder?: LavaRules["remainder"];
}

/** Word widths of Loihi: weights of 8 bits with an even step, states of 23 bits and a sign, decays of 12 bits. */
export const LOIHI_WORDS: Precision = {
  integers: "from-file",
  layers: {},
  weightBits: 9,
  weightScale: "max",
  stateBits: 24,
  stateFractionBits: 0,
  accumulatorBits: 32,
  accumulatorOverflow: "saturate",
  lutBits: 8,
  gateBits: 12,
  leak: "truncate",
  spikeBits: null,
};

/**
 * Reads a network of Lava; runs it if there is an input, and on a chip, in the chip's word widths, if one is named.
 *
 * @throws InputError if a file cannot be read, or if an option needs an input and there is none
 * @throws InfeasibleError if the network does not fit the chip or one of its words
 */
export async function importLava(file: string, options: ImportLavaOptions): Promise<NirImport> {
  checkedOptions(
    "importLava",
    options,
    { ...RUN_OPTIONS, restartSteps: "whole number from 0", remainder: oneOf(REMAINDERS) },
    idleRunOptions,
  );
  completeOptions("importLava", { restartSteps: options.restartSteps }, { restartSteps: "whole number from 0" });
  const path = pathOf(file, "nir");
  const rules: LavaRules = { restartSteps: options.restartSteps, remainder: options.remainder ?? "lost" };
  const network = prepareNir(withLavaRules(await readLava(path), rules, path), path, LAVA_OPTIONS);
  const lava = { restart_steps: rules.restartSteps, remainder: rules.remainder };
  const task = {
    network: { model: resolve(path), nir: { step_seconds: null, reset: null }, lava },
    precision: { integers: "from-file", leak: "truncate" },
  };
  try {
    return await importGraph(network, task, { ...LAVA_OPTIONS, ...options }, (described) => described ?? LOIHI_WORDS);
  } catch (error) {
    // without a chip there is no description in which a width could be set
    if (options.on !== undefined || !(error instanceof InfeasibleError) || !error.fix.startsWith("set ")) throw error;
    const { code, resource, need, have, fix } = error;
    throw new InfeasibleError(code, resource, need, have, `${fix} in the description of a chip, and name it with --on`);
  }
}
