/**
 * The network of a description's `network.model`: one of this program's cells, or a graph of another tool. Only this
 * file distinguishes the two: code that treats them differently gives a function for each kind.
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

/** The network as bytes, for a server, without the training record. */
export function encodeNetwork(network: ModelNetwork): Uint8Array {
  return byKind(network, { own: (own) => encodeModel(own, null), nir: encodeNirNetwork });
}

/** Decodes the bytes of `encodeNetwork`. Throws: InputError for other bytes. */
export function decodeNetwork(bytes: Uint8Array): ModelNetwork {
  return holdsNirNetwork(bytes) ? decodeNirNetwork(bytes) : decodeModel(bytes, "model").network;
}

/** Number of values per frame, of all inputs; null if a NIR file does not give the shapes. */
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
