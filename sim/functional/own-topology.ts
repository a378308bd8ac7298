/**
 * The topology of a network that is trained here, with the zeros of its matrices, for callers that need only its shape.
 */
import type { Network, Precision, Topology } from "../../arch/index.js";
import { quantise } from "./quantise.js";

const known = new WeakMap<Network, Map<string, Topology>>();

/** Computed once per network and precision. */
export function ownTopology(network: Network, precision: Precision): Topology {
  const made = known.get(network) ?? new Map<string, Topology>();
  known.set(network, made);
  const key = JSON.stringify(precision);
  const topology = made.get(key) ?? quantise(network, precision).topology;
  made.set(key, topology);
  return topology;
}
