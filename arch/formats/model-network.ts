/**
 * What a description's `network.model` can be: a network of our own cells, or a NIR file of other tools. The only place
 * that tells them apart: whoever treats them differently says for both kinds what to do.
 */
import type { Network } from "../network.js";
import { decodeModel, encodeModel } from "./model-file.js";
import { decodeNirNetwork, encodeNirNetwork, holdsNirNetwork, inputNodesOf, type NirNetwork } from "./nir/nir-network.js";

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

/** Values of a frame, those of all inputs; null where a NIR file has no Input whose shape it says. */
export function inputsOf(network: ModelNetwork): number | null {
  return byKind(network, {
    own: ({ inputs }) => inputs,
    nir: (nir) => {
      const nodes = inputNodesOf(nir);
      return nodes.length === 0
        ? null
        : nodes.reduce<number | null>((sum, { size }) => (sum === null || size === null ? null : sum + size), 0);
    },
  });
}
