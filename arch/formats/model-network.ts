/**
 * What a description's `network.model` can be: a network of our own cells, or a NIR file of other tools. The only place
 * that tells them apart: whoever treats them differently says for both kinds what to do.
 */
import type { Network } from "../network.js";
import { decodeModel, encodeModel } from "./model-file.js";
import { decodeNirNetwork, encodeNirNetwork, holdsNirNetwork, type NirNetwork } from "./nir/nir-network.js";

export type ModelNetwork = Network | NirNetwork;

export interface ByKind<T> {
  readonly own: (network: Network) => T;
  readonly nir: (network: NirNetwork) => T;
}

export function byKind<T>(network: ModelNetwork, cases: ByKind<T>): T {
  return "graph" in network ? cases.nir(network) : cases.own(network);
}

/** As bytes, for a server; the training record stays behind. */
export function encodeNetwork(network: ModelNetwork): Uint8Array {
  return byKind(network, { own: (own) => encodeModel(own, null), nir: encodeNirNetwork });
}

/** From `encodeNetwork`'s bytes. Throws: InputError for others. */
export function decodeNetwork(bytes: Uint8Array): ModelNetwork {
  return holdsNirNetwork(bytes) ? decodeNirNetwork(bytes) : decodeModel(bytes, "model").network;
}

/** Values of a frame; null where a NIR file does not have one Input. */
export function inputsOf(network: ModelNetwork): number | null {
  return byKind(network, { own: ({ inputs }) => inputs, nir: inputsOfNir });
}

function inputsOfNir({ graph }: NirNetwork): number | null {
  const fed = new Set(graph.edges.map((edge) => edge.to));
  const ports = graph.nodes.filter(({ name, type }) => type === "Input" && !fed.has(name));
  const shape = ports.length === 1 ? ports[0].fields.find(([field]) => field === "shape")?.[1] : undefined;
  return shape === undefined || typeof shape === "string" ? null : shape.data.reduce((product, size) => product * size, 1);
}
