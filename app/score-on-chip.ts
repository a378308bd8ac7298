/** Scores a network in a chip's integers, for the record of its training. Pure. */
import { type Camel, camel, defaultDocument, type Network, type Precision, type Quantiser, type Samples } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { FEATURES_AS_THEY_ARE, independentSamples, NONE_OWN, quantiseLayers, runnableNetwork, runOn } from "../sim/functional/index.js";
import type { ChipScore } from "../training/index.js";

/** Default precision: that of a description that says nothing of it. */
export const usual = camel(defaultDocument as { readonly precision: object }) as Camel<{ readonly precision: Precision }>;

/** Precision of a chip whose description gives only the bits of the weights. */
export function usualPrecision(weightBits: readonly (readonly [name: string, bits: number])[]): Precision {
  const most = Math.max(...weightBits.map(([, bits]) => bits));
  const narrower = weightBits.filter(([, bits]) => bits < most).map(([name, bits]) => [name, { weightBits: bits }] as const);
  return { ...usual.precision, weightBits: most, layers: Object.fromEntries(narrower) };
}

/** @throws InputError if `precision` cannot hold the network; a range that no batch has measured yet counts as 1 */
export function checkOnChip(network: Network, precision: Precision): void {
  const known = (quantiser: Quantiser | null): Quantiser | null =>
    quantiser === null || quantiser.range > 0 ? quantiser : { ...quantiser, range: 1 };
  const layers = network.layers.map((layer) => ({ ...layer, quantiser: known(layer.quantiser) }));
  quantiseLayers({ ...network, encoder: known(network.encoder), layers }, precision, NONE_OWN);
}

/** Correct decisions of `network` at `precision` over all utterances, and the precision itself. */
export function scoreOnChip(network: Network, samples: Samples, precision: Precision): ChipScore {
  const utterances = Uint32Array.from({ length: samples.frameStart.length - 1 }, (_, u) => u);
  const runnable = runnableNetwork(quantiseLayers(network, precision, NONE_OWN));
  const run = runOn(runnable, samples, { utterances, traced: new Uint32Array() }, FEATURES_AS_THEY_ARE);
  return { correct: run.correct, scored: run.scored, samples: independentSamples(run.errors) ?? 0, precision: wordsOf(precision) };
}

/** The precision as a record stores it. */
export function wordsOf({ layers, ...words }: Precision): Json {
  return { ...words, layers: Object.fromEntries(Object.entries(layers).map(([name, own]) => [name, { ...own }])) };
}
