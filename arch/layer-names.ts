/** Checks the names of populations for which a description sets widths. */
import { inputError } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import type { Topology } from "./network.js";
import type { LayerWidths, Precision } from "./precision.js";

/** Populations of a network, by the widths that can be set for them. */
interface Widthed {
  /** Neurons with states. */
  readonly cells: readonly string[];
  /** Neurons whose spikes can have another width. */
  readonly spiking: readonly string[];
}

/** Throws: InputError for a width that its population does not have, and for an unknown population. */
export function checkLayers({ layers }: Precision, topology: Topology, { cells, spiking }: Widthed, network: string): void {
  const given = (width: keyof LayerWidths): string[] =>
    Object.entries(layers).flatMap(([name, own]) => (own[width] === undefined ? [] : [name]));
  for (const width of ["weightBits", "accumulatorBits"] as const) checkLayerNames(given(width), topology, network);
  for (const width of ["stateBits", "stateFractionBits"] as const)
    refuseStrays(given(width), cells, network, "has no population of that name with states", "states are those of");
  refuseStrays(given("spikeBits"), spiking, network, "has no population of that name whose spike width can be set", "spikes are those of");
}

/** Throws: InputError for a name that is not a population with incoming weights. */
export function checkLayerNames(layers: readonly string[], { populations, projections }: Topology, network: string): void {
  if (layers.length === 0) return;
  const names = populations.filter((_, p) => projections.some(({ target }) => target === p)).map(({ name }) => name);
  refuseStrays(layers, names, network, "has no population of that name with incoming weights", "weights lead into");
}

function refuseStrays(layers: readonly string[], names: readonly string[], network: string, message: string, known: string): void {
  const stray = layers.find((name) => !names.includes(name));
  if (stray === undefined) return;
  const fix = didYouMean(stray, names) || (names.length === 0 ? "leave it out" : `${known} ${names.join(", ")}`);
  throw inputError("precision", `${network} ${message}`, fix, `precision.layers.${stray}`);
}
