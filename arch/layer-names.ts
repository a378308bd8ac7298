/** Names of populations that a description gives widths of their own. */
import { inputError } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import type { Topology } from "./network.js";
import type { LayerWidths, Precision } from "./precision.js";

/** Populations of a network by what can have a width of its own. */
interface Widthed {
  /** Neurons that keep states. */
  readonly cells: readonly string[];
  /** Those whose spikes can be of another width. */
  readonly spiking: readonly string[];
}

/** Throws: InputError for a width of a population that has nothing of that width, or is not there. */
export function checkLayers({ layers }: Precision, topology: Topology, { cells, spiking }: Widthed, network: string): void {
  const given = (width: keyof LayerWidths): string[] =>
    Object.entries(layers).flatMap(([name, own]) => (own[width] === undefined ? [] : [name]));
  for (const width of ["weightBits", "accumulatorBits"] as const) checkLayerNames(given(width), topology, network);
  for (const width of ["stateBits", "stateFractionBits"] as const)
    refuseStrays(given(width), cells, network, "has no states in a population of that name", "states are those of");
  refuseStrays(
    given("spikeBits"),
    spiking,
    network,
    "has no spikes of a width that can be chosen in a population of that name",
    "spikes are those of",
  );
}

/** Throws: InputError for a name that is of no population into which weights of the network lead. */
export function checkLayerNames(layers: readonly string[], { populations, projections }: Topology, network: string): void {
  if (layers.length === 0) return;
  const names = populations.filter((_, p) => projections.some(({ target }) => target === p)).map(({ name }) => name);
  refuseStrays(layers, names, network, "has no weights into a population of that name", "weights lead into");
}

function refuseStrays(layers: readonly string[], names: readonly string[], network: string, message: string, known: string): void {
  const stray = layers.find((name) => !names.includes(name));
  if (stray === undefined) return;
  const fix = didYouMean(stray, names) || (names.length === 0 ? "leave it out" : `${known} ${names.join(", ")}`);
  throw inputError("precision", `${network} ${message}`, fix, `precision.layers.${stray}`);
}
