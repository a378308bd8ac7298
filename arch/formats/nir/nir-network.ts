/**
 * A NIR file as plain data, which can be sent to threads and servers. Metadata are left out, because no run reads them.
 */

import { inputError } from "../../../base/errors.js";
import { type Json, sha256Of } from "../../../base/hash.js";
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
  /** Name of the file. */
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

/** An Input node without incoming edges. */
export interface InputNode {
  readonly name: string;
  /** null: the file does not contain it. */
  readonly shape: readonly number[] | null;
  readonly size: number | null;
}

/** Sorted by name, which is the order of their values in a step. Inputs of a nested graph are `graph.input`. */
export function inputNodesOf({ graph }: Pick<NirNetwork, "graph">): readonly InputNode[] {
  return inputsIn(graph, "", false).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `isFed`: an edge leads to the graph, and so to its Input, but not to those of graphs in it. */
function inputsIn({ nodes, edges }: PlainGraph, prefix: string, isFed: boolean): InputNode[] {
  const fed = new Set(edges.map(({ to }) => to));
  return nodes.flatMap(({ name, type, fields, graph }) => {
    if (graph !== null) return inputsIn(graph, `${prefix}${name}.`, fed.has(name));
    if (type !== "Input" || isFed || fed.has(name)) return [];
    const given = fields.find(([field]) => field === "shape")?.[1];
    const shape = given === undefined || typeof given === "string" ? null : [...given.data];
    return [{ name: prefix + name, shape, size: shape?.reduce((product, size) => product * size, 1) ?? null }];
  });
}

/** True if a neuron of it leaks. */
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

/** The graph as JSON, whose numbers read back as the same float64. */
function textOf(graph: PlainGraph): Json {
  return JSON.parse(JSON.stringify(graph, (_, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value))) as Json;
}

/** Content address: SHA-256, hex, of the graph's canonical JSON. */
export function nirHash({ graph }: NirNetwork): string {
  return sha256Of(canonicalText(graph));
}

/** Numbers that are written at a time. */
const CHUNK = 4096;

/** Canonical JSON of the result of `textOf`, piece by piece, because a network's arrays are long. */
function* canonicalText(value: unknown): Generator<string> {
  if (value instanceof Float64Array) {
    yield "[";
    for (let from = 0; from < value.length; from += CHUNK) yield (from === 0 ? "" : ",") + numbersText(value.subarray(from, from + CHUNK));
    yield "]";
  } else if (Array.isArray(value)) {
    yield "[";
    for (const [i, item] of value.entries()) {
      if (i > 0) yield ",";
      yield* canonicalText(item);
    }
    yield "]";
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    yield "{";
    for (const [i, [key, inner]] of entries.entries()) {
      yield `${i === 0 ? "" : ","}${JSON.stringify(key)}:`;
      yield* canonicalText(inner);
    }
    yield "}";
  } else yield JSON.stringify(value);
}

/**
 * Equal neighbours, such as thresholds and time constants, are converted once. JSON has no numbers that are not finite.
 */
function numbersText(numbers: Float64Array): string {
  let [last, text] = [0, "0"];
  let all = "";
  for (const [i, number] of numbers.entries()) {
    if (number !== last) [last, text] = [number, JSON.stringify(number)];
    all += i === 0 ? text : `,${text}`;
  }
  return all;
}

/** The network as bytes, for a server. */
export function encodeNirNetwork({ system, name, version, graph }: NirNetwork): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ system, name, version, graph: textOf(graph) }));
}

/** Decodes the bytes of `encodeNirNetwork`. Throws: InputError for other bytes. */
export function decodeNirNetwork(bytes: Uint8Array): NirNetwork {
  try {
    const { name, version, graph } = JSON.parse(new TextDecoder().decode(bytes), (key, value: unknown) =>
      key === "data" && Array.isArray(value) ? Float64Array.from(value as number[]) : value,
    ) as NirNetwork;
    return { system: "nir", name, version, graph };
  } catch (error) {
    throw inputError(
      "model",
      `is not a NIR network: ${error instanceof Error ? error.message : String(error)}`,
      "it was damaged during the transfer",
    );
  }
}

/** True if the bytes are a NIR network, not a model file of this program. */
export function holdsNirNetwork(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 16)) === '{"system":"nir",';
}
