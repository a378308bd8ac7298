/**
 * Writes graphs as NIR files (HDF5), like the reference package: every value is a dataset, arrays are chunked with gzip
 * level 4, scalars and edges contiguous, strings of variable length. A file that does not read back equal is not kept.
 * Throws: InputError for a graph that breaks the format (checked before writing) or a file that cannot be written.
 */
import { isDeepStrictEqual } from "node:util";
import type { Group } from "h5wasm/node";
import { InputError, inputError } from "../../../base/errors.js";
import { undated } from "../../../base/hdf5.js";
import { fillWhole } from "../../../base/write-file.js";
import type { NirArray, NirFile, NirGraph, NirMetadata, NirNode, NirValue } from "./graph.js";
import { h5wasm, startHdf5 } from "./hdf5.js";
import { NODE_TYPES } from "./node-types.js";
import { readNir } from "./read.js";

const GZIP_LEVEL = 4;

export async function writeNir(path: string, file: NirFile): Promise<void> {
  checkGraph(file.graph, path, "");
  await startHdf5();
  try {
    await fillWhole(path, async (temporary) => {
      // The HDF5 library does not report failures of the disk, so the file is read again.
      undated(() => writeFile(temporary, file));
      const back = await readNir(temporary).catch((error: unknown) => {
        // A problem of a node: its content is not valid NIR. A problem of the whole file: the disk failed.
        if (error instanceof InputError && error.problems.every((problem) => problem.path !== "")) throw error;
        return null;
      });
      if (back === null || !isDeepStrictEqual(numbersOf(back.graph), numbersOf(file.graph))) throw new Error("it does not read back");
    });
  } catch (error) {
    // The error names the target file.
    if (error instanceof InputError) throw new InputError(error.problems.map((problem) => ({ ...problem, file: path })));
    throw inputError(path, `cannot be written: ${(error as Error).message}`, "check that its folder has room");
  }
}

function writeFile(path: string, { version, graph }: NirFile): void {
  const out = new h5wasm.File(path, "w");
  writeText(out, "version", version);
  const root = out.create_group("node");
  writeText(root, "type", "NIRGraph");
  writeGraph(root, graph);
  writeMetadata(root, graph.metadata);
  out.close();
}

/** All content of a graph, in one order. */
function numbersOf(graph: NirGraph): unknown {
  const plain = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]);
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Array.isArray(value)) return value;
    return Object.entries(value).map(([key, item]) => [key, plain(item)]);
  };
  return [plain(graph.nodes), graph.edges, plain(graph.metadata)];
}

function writeGraph(group: Group, graph: NirGraph): void {
  const nodes = group.create_group("nodes");
  for (const [name, node] of graph.nodes) writeNode(nodes.create_group(name), node);
  const names = graph.edges.flatMap(({ from, to }) => [from, to]);
  group.create_dataset({ name: "edges", data: names, shape: [graph.edges.length, 2], dtype: "S" });
}

function writeNode(group: Group, node: NirNode): void {
  writeText(group, "type", node.type);
  for (const [field, value] of node.fields) writeValue(group, field, value);
  if (node.graph !== null) writeGraph(group, node.graph);
  writeMetadata(group, node.metadata);
}

function writeMetadata(group: Group, metadata: NirMetadata): void {
  if (metadata.size === 0) return;
  const write = (into: Group, values: NirMetadata): void => {
    for (const [name, value] of values) {
      if (typeof value === "string" || "data" in value) writeValue(into, name, value);
      else write(into.create_group(name), value);
    }
  };
  write(group.create_group("metadata"), metadata);
}

function writeText(group: Group, name: string, text: string): void {
  group.create_dataset({ name, data: text, shape: [], dtype: "S" });
}

function writeValue(group: Group, name: string, value: NirValue): void {
  if (typeof value === "string") {
    writeText(group, name, value);
    return;
  }
  const { data, dtype } = typed(value);
  const shape = [...value.shape];
  // HDF5 has no chunk of size 0.
  const packed = shape.length > 0 && shape.every((size) => size > 0);
  group.create_dataset({ name, data, shape, dtype, ...(packed ? { chunks: shape, compression: GZIP_LEVEL } : {}) });
}

function typed({ data, dtype }: NirArray): { data: Float32Array | Float64Array | BigInt64Array; dtype: string } {
  if (dtype === "f4") return { data: Float32Array.from(data), dtype: "<f" };
  if (dtype === "f8") return { data, dtype: "<d" };
  return { data: BigInt64Array.from(data, BigInt), dtype: "<q" };
}

/** Refuses, before writing, what the strict reader would refuse. */
function checkGraph(graph: NirGraph, file: string, path: string): void {
  for (const [name, node] of graph.nodes) {
    const where = path === "" ? name : `${path}/${name}`;
    if (name === "" || name.includes("/")) throw inputError(file, `node name ${JSON.stringify(name)} is empty or has a slash`, "", path);
    const known = Object.hasOwn(NODE_TYPES, node.type) ? NODE_TYPES[node.type] : null;
    if (known === null) throw inputError(file, `there is no node type ${node.type}`, "extensions belong in metadata", where);
    for (const field of node.fields.keys()) {
      if (!Object.hasOwn(known, field))
        throw inputError(file, `${node.type} has no field ${field}`, "extensions belong in metadata", where);
    }
    for (const [field, { optional }] of Object.entries(known)) {
      if (!optional && !node.fields.has(field)) throw inputError(file, `${node.type} lacks its field ${field}`, "", where);
    }
    for (const [field, value] of node.fields) {
      if (typeof value !== "string" && value.data.length !== value.shape.reduce((product, size) => product * size, 1)) {
        throw inputError(file, `${value.data.length} values do not fill shape [${value.shape.join(", ")}]`, "", `${where}/${field}`);
      }
    }
    if ((node.type === "NIRGraph") !== (node.graph !== null))
      throw inputError(file, "only a NIRGraph has an inner graph, and must have one", "", where);
    if (node.graph !== null) checkGraph(node.graph, file, where);
  }
  for (const { from, to } of graph.edges) {
    for (const end of [from, to])
      if (!graph.nodes.has(end)) throw inputError(file, `edge ${from} -> ${to} names the node ${end}, which does not exist`, "", path);
  }
}
