/** The content of a NIR file: nodes by name, edges, and free metadata, without assumptions. */

export interface NirArray {
  /** [] for a scalar. */
  readonly shape: readonly number[];
  /** Row-major; 64-bit integers are exact up to 2^53. */
  readonly data: Float64Array;
  /** Element type in the file. */
  readonly dtype: "f4" | "f8" | "i8";
}

export type NirValue = string | NirArray;

/** Nested groups and datasets of a `metadata` group. */
export type NirMetadata = ReadonlyMap<string, NirValue | NirMetadata>;

export interface NirNode {
  readonly type: string;
  /** Datasets of the node except `type`, by name. */
  readonly fields: ReadonlyMap<string, NirValue>;
  readonly metadata: NirMetadata;
  /** Inner graph of a node of type NIRGraph; null for others. */
  readonly graph: NirGraph | null;
}

export interface NirEdge {
  readonly from: string;
  readonly to: string;
}

export interface NirGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  /** A set in the format: their order has no meaning. */
  readonly edges: readonly NirEdge[];
  readonly metadata: NirMetadata;
}

export interface NirFile {
  readonly version: string;
  readonly graph: NirGraph;
}

/** A numeric field, rounded to its element type. */
export function nirArray(data: Iterable<number>, shape: readonly number[], dtype: NirArray["dtype"] = "f4"): NirArray {
  return { shape, data: Float64Array.from(data, (value) => (dtype === "f4" ? Math.fround(value) : value)), dtype };
}

/** Key of a graph's metadata in which an export keeps the network of this program whole. */
export const OWN_NETWORK_KEY = "snn_dse";

/** True if the nodes of the file are only the nearest primitives of a network of this program. */
export const holdsOwnNetwork = ({ graph }: NirFile): boolean => graph.metadata.has(OWN_NETWORK_KEY);

/** Warning about such a file. */
export const NEAREST_PRIMITIVES =
  "the file keeps a network of this program whole in metadata/snn_dse; its nodes, which run here, are the nearest primitives of NIR, another network: take the .safetensors file";
