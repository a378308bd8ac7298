/** A network's score in a chip's integers, as training writes it down. Pure. */
import { type Camel, camel, defaultDocument, type Network, type Precision, type Quantiser, type Samples } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { FEATURES_AS_THEY_ARE, NONE_OWN, quantiseLayers, runnableNetwork, runOn } from "../sim/functional/index.js";
import type { ChipScore } from "../training/index.js";

/** Words of a chip whose description says nothing of them. */
export const usual = camel(defaultDocument as { readonly precision: object }) as Camel<{ readonly precision: Precision }>;

/** Words of a chip whose description says no more than the bits of the weights. */
export function usualPrecision(weightBits: readonly (readonly [name: string, bits: number])[]): Precision {
  const most = Math.max(...weightBits.map(([, bits]) => bits));
  const narrower = weightBits.filter(([, bits]) => bits < most).map(([name, bits]) => [name, { weightBits: bits }] as const);
  return { ...usual.precision, weightBits: most, layers: Object.fromEntries(narrower) };
}

/**
 * @throws InputError where words of `precision` hold no such network; a range that no batch has widened yet counts as 1
 */
export function checkOnChip(network: Network, precision: Precision): void {
  const known = (quantiser: Quantiser | null): Quantiser | null =>
    quantiser === null || quantiser.range > 0 ? quantiser : { ...quantiser, range: 1 };
  const layers = network.layers.map((layer) => ({ ...layer, quantiser: known(layer.quantiser) }));
  quantiseLayers({ ...network, encoder: known(network.encoder), layers }, precision, NONE_OWN);
}

/** Right decisions of `network` at `precision` on every utterance, and the precision itself. */
export function scoreOnChip(network: Network, samples: Samples, precision: Precision): ChipScore {
  const utterances = Uint32Array.from({ length: samples.frameStart.length - 1 }, (_, u) => u);
  const runnable = runnableNetwork(quantiseLayers(network, precision, NONE_OWN));
  const run = runOn(runnable, samples, { utterances, traced: new Uint32Array(), engine: "fast" }, FEATURES_AS_THEY_ARE);
  return { correct: run.correct, scored: run.scored, precision: wordsOf(precision) };
}

/** As a record keeps them. */
export function wordsOf({ layers, ...words }: Precision): Json {
  return { ...words, layers: Object.fromEntries(Object.entries(layers).map(([name, own]) => [name, { ...own }])) };
}
