/**
 * A NIR file as plain data, which crosses threads and servers: the model of a description beside our own networks.
 * Metadata stays behind: nothing that runs reads it.
 */

import { inputError } from "../../../base/errors.js";
import { canonicalJson, type Json, sha256 } from "../../../base/hash.js";
import type { NirArray, NirFile, NirGraph, NirNode } from "./graph.js";

type PlainValue = string | { readonly shape: readonly number[]; readonly data: Float64Array; readonly dtype: NirArray["dtype"] };

interface PlainNode {
  readonly name: string;
  readonly type: string;
  readonly fields: readonly (readonly [string, PlainValue])[];
  readonly graph: PlainGraph | null;
}

interface PlainGraph {
  readonly nodes: readonly PlainNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export interface NirNetwork {
  readonly system: "nir";
  /** Of the file. */
  readonly name: string;
  readonly version: string;
  readonly graph: PlainGraph;
}

export function nirNetwork(file: NirFile, name: string): NirNetwork {
  return { system: "nir", name, version: file.version, graph: plain(file.graph) };
}

export function nirFileOf({ version, graph }: NirNetwork): NirFile {
  return { version, graph: graphOf(graph) };
}

/** Some neuron of it forgets. */
export function hasLeak({ graph }: { readonly graph: PlainGraph }): boolean {
  return graph.nodes.some((node) => LEAKY.has(node.type) || (node.graph !== null && hasLeak({ graph: node.graph })));
}

const LEAKY = new Set(["LI", "LIF", "CubaLI", "CubaLIF", "Loihi"]);

function plain(graph: NirGraph): PlainGraph {
  return {
    nodes: [...graph.nodes].map(([name, node]) => ({
      name,
      type: node.type,
      fields: [...node.fields],
      graph: node.graph === null ? null : plain(node.graph),
    })),
    edges: graph.edges.map(({ from, to }) => ({ from, to })),
  };
}

function graphOf({ nodes, edges }: PlainGraph): NirGraph {
  const made = nodes.map(({ name, type, fields, graph }): [string, NirNode] => [
    name,
    { type, fields: new Map(fields), metadata: new Map(), graph: graph === null ? null : graphOf(graph) },
  ]);
  return { nodes: new Map(made), edges, metadata: new Map() };
}

/** Numbers in JSON read back as the same float64. */
function textOf(graph: PlainGraph): Json {
  return JSON.parse(JSON.stringify(graph, (_, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value))) as Json;
}

/** Content address: SHA-256, hex. */
export function nirHash({ graph }: NirNetwork): string {
  return sha256(canonicalJson(textOf(graph)));
}

/** As bytes, for a server. */
export function encodeNirNetwork({ system, name, version, graph }: NirNetwork): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ system, name, version, graph: textOf(graph) }));
}

/** From `encodeNirNetwork`'s bytes. Throws: InputError for others. */
export function decodeNirNetwork(bytes: Uint8Array): NirNetwork {
  try {
    const { name, version, graph } = JSON.parse(new TextDecoder().decode(bytes), (key, value: unknown) =>
      key === "data" && Array.isArray(value) ? Float64Array.from(value as number[]) : value,
    ) as NirNetwork;
    return { system: "nir", name, version, graph };
  } catch (error) {
    throw inputError(
      "model",
      `is no NIR network: ${error instanceof Error ? error.message : String(error)}`,
      "it was damaged on its way here",
    );
  }
}

/** The bytes are those of a NIR network, not of a model file of ours. */
export function holdsNirNetwork(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 16)) === '{"system":"nir",';
}
