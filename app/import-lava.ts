/**
 * A network of Lava: what its file holds, what it does on given inputs in the file's own integers, and what that costs
 * on a chip. Effects: reads and writes files.
 */
import { type LavaRules, type Precision, pathOf, readLava, withLavaRules } from "../arch/index.js";
import { LAVA_OPTIONS, prepareNir } from "../sim/nir/index.js";
import { type ImportNirOptions, importGraph, type NirImport } from "./import-nir.js";

/** What a Lava file does not say, and what is run with it. */
export interface ImportLavaOptions extends Pick<ImportNirOptions, "input" | "sample" | "encoding" | "seed" | "record" | "compare" | "on"> {
  /** States start again at 0 every so many steps, each layer one step after the layer before it; 0: never. */
  readonly restartSteps: number;
  /** What becomes of the fraction bits that a sigma-delta spike leaves out; left out: lost. */
  readonly remainder?: LavaRules["remainder"];
}

/** Words of Loihi: weights of 8 bits with an even step, states of 23 bits and a sign, decays of 12 bits. */
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
 * Reads a network of Lava; runs it where there is an input, and on a chip, at its words, where one is named.
 *
 * @throws InputError where a file cannot be read, or something is asked for that needs an input
 * @throws InfeasibleError where the chip, or one of its words, does not hold the network
 */
export async function importLava(file: string, options: ImportLavaOptions): Promise<NirImport> {
  const path = pathOf(file, "nir");
  const network = prepareNir(withLavaRules(await readLava(path), { remainder: "lost", ...options }, path), path, LAVA_OPTIONS);
  return importGraph(network, { ...LAVA_OPTIONS, ...options }, (described) =>
    described === null ? LOIHI_WORDS : { ...described, integers: "from-file", leak: "truncate" },
  );
}
