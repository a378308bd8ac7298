/**
 * Reads NIR files (HDF5) strictly: unknown types and fields, missing fields, and edges to unknown nodes are errors, all
 * in one report.
 * Throws: InputError. Source: the container as the reference package writes and reads it.
 * Not modelled: NIRData (recorded traces), see nir-data.ts.
 */
import type { Dataset, Entity, File, Group } from "h5wasm/node";
import { InputError, inputError, type Problem } from "../../../base/errors.js";
import { NO_SUPERBLOCK, SUPERBLOCK_WITHIN, superblockAt } from "../../../base/hdf5-superblock.js";
import { firstBytes } from "../../../base/read-file.js";
import type { NirArray, NirEdge, NirFile, NirGraph, NirMetadata, NirNode, NirValue } from "./graph.js";
import { bytesOf, h5wasm, openHdf5, startHdf5, valuesOf } from "./hdf5.js";
import { type FieldType, NODE_TYPES } from "./node-types.js";

/** Reads the file at `path`. */
export async function readNir(path: string): Promise<NirFile> {
  return readHdf5(path, { what: "a NIR file", fix: "export the network with nir.write" }, (file) => {
    const reader = new NirReader(path);
    // the reference package reads graphs without it
    const version = file.keys().includes("version") ? reader.text(file.get("version"), "version") : UNKNOWN_VERSION;
    const root = file.get("node");
    if (!(root instanceof h5wasm.Group)) throw inputError(path, "has no group `node`: not a NIR graph");
    const node = reader.node(root, "");
    if (reader.problems.length > 0) throw new InputError(reader.problems);
    if (node.graph !== null) return { version, graph: node.graph };
    // The top may be a single node: a graph of one.
    return { version, graph: { nodes: new Map([["node", node]]), edges: [], metadata: new Map() } };
  });
}

const UNKNOWN_VERSION = "of unknown version";

interface Wanted {
  /** Noun for messages, e.g. `a NIR file`. */
  readonly what: string;
  /** What to do if the file is something else. */
  readonly fix: string;
}

/**
 * Opens the HDF5 file at `path` and returns the result of `read`. Throws: InputError, also if the library finds damage.
 */
export async function readHdf5<T>(path: string, wanted: Wanted, read: (file: File) => T): Promise<T> {
  checkSignature(path, wanted);
  await startHdf5();
  return openHdf5(path, read);
}

/** Checks that the file exists and is HDF5, because errors of the library do not say so. */
function checkSignature(path: string, { what, fix }: Wanted): void {
  const start = firstBytes(path, SUPERBLOCK_WITHIN, { what: "file", fix: "check the path" });
  if (superblockAt(start) < 0) throw inputError(path, `is not an HDF5 file, so not ${what}: ${NO_SUPERBLOCK}`, fix);
}

const LINKS_END = "look for links to one group from several places";
/** Most levels of groups. A link from a group to a group that contains it would never end; this depth stops it. */
const DEEPEST = 32;
const PATH_SHOWN = 40;
/**
 * A real node (two object headers) takes more bytes. Links to one group from several places can multiply nodes at each
 * level.
 */
const LEAST_NODE_BYTES = 128;

class NirReader {
  readonly problems: Problem[] = [];
  private nodes = 0;
  private readonly mostNodes: number;

  constructor(private readonly file: string) {
    this.mostNodes = Math.ceil(bytesOf(file) / LEAST_NODE_BYTES);
  }

  node(group: Group, path: string, depth = 0): NirNode {
    this.boundDepth(path, depth);
    this.nodes += 1;
    if (this.nodes > this.mostNodes)
      throw inputError(
        this.file,
        `has more than ${this.mostNodes} nodes, which its bytes cannot hold`,
        LINKS_END,
        path.slice(0, PATH_SHOWN),
      );
    const type = this.text(group.get("type"), join(path, "type"));
    const known = Object.hasOwn(NODE_TYPES, type) ? NODE_TYPES[type] : null;
    if (known === null) {
      this.problem(
        path,
        `node type ${JSON.stringify(type)} is not one of ${Object.keys(NODE_TYPES).join(", ")}`,
        "extensions belong in metadata",
      );
      return { type, fields: new Map(), metadata: new Map(), graph: null };
    }
    const fields = new Map<string, NirValue>();
    const isGraph = type === "NIRGraph";
    for (const name of group.keys()) {
      if (name === "type" || name === "metadata" || (isGraph && (name === "nodes" || name === "edges"))) continue;
      const expected = Object.hasOwn(known, name) ? known[name] : null;
      // the reference package takes shapes with every node; they follow from the parameters
      if (expected === null && (name === "input_type" || name === "output_type")) continue;
      if (expected === null) {
        this.problem(join(path, name), `${type} has no field ${name}`, `fields of ${type}: ${Object.keys(known).join(", ")}`);
        continue;
      }
      const field = group.get(name);
      // the package writes shapes as a map of ports
      const isMap = name === "input_type" && field instanceof h5wasm.Group;
      const entity = isMap ? field.get("input") : field;
      if (isMap && entity === null) continue;
      const value = this.value(entity, join(path, name));
      if (value !== null && this.fits(value, expected, join(path, name))) fields.set(name, value);
    }
    for (const [name, expected] of Object.entries(known)) {
      if (!expected.optional && !group.keys().includes(name)) this.problem(path, `${type} lacks its field ${name}`, "");
    }
    const metadata = this.metadata(group.get("metadata"), join(path, "metadata"));
    return { type, fields, metadata, graph: isGraph ? this.graph(group, path, metadata, depth) : null };
  }

  private graph(group: Group, path: string, metadata: NirMetadata, depth: number): NirGraph {
    const nodes = new Map<string, NirNode>();
    const inner = group.get("nodes");
    if (inner instanceof h5wasm.Group) {
      for (const name of inner.keys()) {
        const child = inner.get(name);
        if (child instanceof h5wasm.Group) nodes.set(name, this.node(child, join(path, name), depth + 1));
        else this.problem(join(path, name), "is not a group, so not a node", "");
      }
    } else {
      this.problem(path, "a NIRGraph lacks its group nodes", "");
    }
    const edges = this.edges(group.get("edges"), path);
    for (const edge of edges) {
      for (const end of [edge.from, edge.to]) {
        if (nodes.has(end)) continue;
        const where = path === "" ? "the graph" : `graph ${path}`;
        this.problem(
          path,
          `edge ${edge.from} -> ${edge.to} names the node ${end}, which ${where} does not have`,
          `its nodes: ${[...nodes.keys()].join(", ")}`,
        );
      }
    }
    return { nodes, edges, metadata };
  }

  /** [E, 2] strings; an empty graph may have another shape. */
  private edges(entity: Entity | null, path: string): NirEdge[] {
    if (!(entity instanceof h5wasm.Dataset)) {
      this.problem(path, "a NIRGraph lacks its dataset edges", "");
      return [];
    }
    const value = valuesOf(entity, this.file, join(path, "edges"));
    const shape = entity.shape ?? [];
    if (shape.reduce((product, size) => product * size, 1) === 0) return [];
    const names = (Array.isArray(value) ? value.flat() : []).filter((name): name is string => typeof name === "string");
    if (shape.length !== 2 || shape[1] !== 2 || names.length !== shape[0] * 2) {
      this.problem(join(path, "edges"), `has shape [${shape.join(", ")}] of ${String(entity.dtype)}, expected strings [edges, 2]`, "");
      return [];
    }
    return Array.from({ length: shape[0] }, (_, i) => ({ from: names[2 * i], to: names[2 * i + 1] }));
  }

  private metadata(entity: Entity | null, path: string, depth = 0): NirMetadata {
    this.boundDepth(path, depth);
    const found = new Map<string, NirValue | NirMetadata>();
    if (!(entity instanceof h5wasm.Group)) return found;
    for (const name of entity.keys()) {
      const child = entity.get(name);
      if (child instanceof h5wasm.Group) found.set(name, this.metadata(child, join(path, name), depth + 1));
      else if (child instanceof h5wasm.Dataset) {
        const value = this.valueOf(child, join(path, name));
        // lists of texts and the like have no effect
        if (value !== null) found.set(name, value);
      }
    }
    return found;
  }

  text(entity: Entity | null, path: string): string {
    const value = entity instanceof h5wasm.Dataset ? valuesOf(entity, this.file, path) : null;
    if (typeof value === "string") return value;
    this.problem(path, entity === null ? "is missing, expected a string" : "is not a scalar string", "");
    return "";
  }

  private value(entity: Entity | null, path: string): NirValue | null {
    if (!(entity instanceof h5wasm.Dataset)) {
      this.problem(path, "is not a dataset", "");
      return null;
    }
    const value = this.valueOf(entity, path);
    if (value === null) this.problem(path, `holds elements of type ${String(entity.dtype)}, expected floats, integers or a string`, "");
    return value;
  }

  /** null: neither numbers nor a text. */
  private valueOf(entity: Dataset, path: string): NirValue | null {
    const value = valuesOf(entity, this.file, path);
    if (typeof value === "string") return value;
    const dtype = elementType(value, String(entity.dtype));
    return dtype === null ? null : { shape: entity.shape ?? [], data: float64(value), dtype };
  }

  private fits(value: NirValue, expected: FieldType, path: string): boolean {
    if (typeof value === "string") {
      if (expected.kind === "padding" && (value === "same" || value === "valid")) return true;
      this.problem(
        path,
        `is the text ${JSON.stringify(value)}, expected ${expected.kind === "padding" ? 'integers, "same" or "valid"' : expected.kind}`,
        "",
      );
      return false;
    }
    if (value.data.length === 0 && !expected.mayBeEmpty) {
      this.problem(path, `has shape [${value.shape.join(", ")}], so no value, expected at least one`, "");
      return false;
    }
    if (expected.kind !== "reals" && !value.data.every((x) => Number.isInteger(x))) {
      this.problem(path, "holds fractions, expected whole numbers", "");
      return false;
    }
    const { allows, text } = RANGES[expected.range ?? "finite"];
    const bad = value.data.findIndex((x) => !Number.isFinite(x) || !allows(x));
    if (bad >= 0) this.problem(path, `element ${bad} is ${value.data[bad]}, expected ${text}`, "");
    return bad < 0;
  }

  private boundDepth(path: string, depth: number): void {
    if (depth > DEEPEST) throw inputError(this.file, `groups are nested more than ${DEEPEST} deep`, LINKS_END, path.slice(0, PATH_SHOWN));
  }

  private problem(path: string, message: string, fix: string): void {
    this.problems.push({ file: this.file, line: null, column: null, path, message, fix });
  }
}

const RANGES: { readonly [range in NonNullable<FieldType["range"]> | "finite"]: { allows: (x: number) => boolean; text: string } } = {
  "above 0": { allows: (x) => x > 0, text: "finite numbers above 0" },
  "from 0": { allows: (x) => x >= 0, text: "finite numbers from 0" },
  "from 1": { allows: (x) => x >= 1, text: "whole numbers from 1" },
  finite: { allows: () => true, text: "finite numbers" },
};

/** A number, or an array of numbers of any type. */
function float64(value: unknown): Float64Array {
  if (typeof value === "number" || typeof value === "bigint") return Float64Array.of(Number(value));
  if (value instanceof Float32Array || value instanceof Float64Array) return new Float64Array(value);
  return Float64Array.from(value as ArrayLike<number>, Number);
}

function elementType(value: unknown, dtype: string): NirArray["dtype"] | null {
  if (value instanceof Float32Array) return "f4";
  if (value instanceof Float64Array) return "f8";
  if (typeof value === "number") return dtype.includes("d") ? "f8" : /[ef]/.test(dtype) ? "f4" : "i8";
  if (typeof value === "bigint" || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return "i8";
  return null;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
