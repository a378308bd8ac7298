/** Reads SANA-FE's network YAML. Throws InputError with all problems. */
import { Attributes, ImportReport, isMap, listOf, MAX_RANGE, mergedMap, numberOf, rangeOf } from "./attributes.js";
import { addEdge, edgeAttributes, ShapedEdges } from "./edge-reader.js";
import { addGroupEdges } from "./edges.js";
import {
  attributesByUnit,
  type Fields,
  NetworkBuilder,
  type Placing,
  type SanafeGroup,
  type SanafeNetwork,
  type UnitAttributes,
} from "./network.js";
import { parseTree } from "./packed-yaml.js";
import { place, placingOf } from "./placing.js";
import { EntryRun, FIRST_NAME, type PlainEntries } from "./plain-entries.js";
import type { Tree } from "./tree.js";

/** Parsed memory is freed after every so many entries. */
const DROP_EVERY = 65_536;

export function readNetworkYaml(pieces: Iterable<Uint8Array>, file: string, report: ImportReport): SanafeNetwork {
  const root = parseTree(pieces, file);
  const network = isMap(root) ? root.network : undefined;
  if (!isMap(root) || !isMap(network)) {
    report.problem(file, "network", "is missing: this is not a SANA-FE network");
    report.throwIfAny();
  }
  const map = network as Fields;
  const builder = new NetworkBuilder(file, report);
  for (const [i, entry] of listOf(map.groups).entries()) readGroup(builder, entry, i);
  readEdges(builder, map.edges);
  readMappings(builder, (root as Fields).mappings ?? map.mappings);
  for (const key of Object.keys(map)) {
    if (!["name", "groups", "edges", "mappings"].includes(key)) report.warn(file, "network", `${key} is not understood and has no effect`);
  }
  return builder.done(typeof map.name === "string" ? map.name : "network");
}

/** The entries of a list; runs of plain entries stay packed. */
function withRuns(tree: Tree | undefined): readonly Tree[] {
  return Array.isArray(tree) ? (tree as readonly Tree[]) : listOf(tree);
}

/** Neurons of a group with their own attributes; null for an invalid range. */
function eachNeurons(
  tree: Tree | undefined,
  take: (range: { readonly first: number; readonly last: number } | null, own: Fields) => void,
): void {
  for (const entry of withRuns(tree)) {
    if (entry instanceof EntryRun && entry.kind === "neuron") {
      const { all, from, to } = entry;
      for (let at = from; at < to; at++) {
        const index = all.source.get(at);
        const own = all.fields[all.shape.get(at)];
        const isIndex = all.names[all.sourceName.get(at)] === "" && index < MAX_RANGE;
        take(isIndex ? { first: index, last: index } : null, own);
      }
    } else
      for (const one of listOf([entry]))
        for (const [range, own] of neuronEntries(one)) take(own === null ? null : rangeOf(range), own ?? {});
  }
}

/** Entries `0..2: {...}`, `- 0`, or a map of several; null in place of attributes for anything else. */
function neuronEntries(tree: Tree): [string, Fields | null][] {
  if (typeof tree === "string") return [[tree, {}]];
  if (!isMap(tree)) return [["", null]];
  return Object.entries(tree).map(([range, own]) => [range, listOf(own).every(isMap) ? mergedMap(own) : null]);
}

function readGroup(builder: NetworkBuilder, entry: Tree, number: number): void {
  const { report, file } = builder;
  const path = `network.groups[${number}]`;
  const group = mergedMap(entry);
  const name = typeof group.name === "string" ? group.name : String(number);
  // older files give the size beside the neurons
  const said = group.size === undefined ? 0 : (numberOf(group.size) ?? Number.NaN);
  const isSize = Number.isInteger(said) && said >= 0;
  let size = isSize ? said : 0;
  let isSound = true;
  eachNeurons(group.neurons, (range) => {
    if (range === null) isSound = false;
    else size = Math.max(size, range.last + 1);
  });
  if (!isSound)
    report.problem(
      file,
      `${path}.neurons`,
      `neurons are indices below ${MAX_RANGE}, or ranges of them from the lower one, e.g. 0..9, alone or with attributes: 0..9: {bias: 1}`,
    );
  if (!isSize) report.problem(file, path, `size: got ${JSON.stringify(group.size)}, expected the number of neurons`);
  const created = builder.addGroup(name, size, attributesByUnit(mergedMap(group.attributes)));
  if (created.size < size) return;
  const known = new Map<Fields, UnitAttributes>();
  const isListed = new Uint8Array(size);
  eachNeurons(group.neurons, (range, own) => {
    if (range === null) return;
    isListed.fill(1, range.first, range.last + 1);
    if (Object.keys(own).length === 0) return;
    let byUnit = known.get(own);
    if (byUnit === undefined) {
      byUnit = attributesByUnit(own);
      known.set(own, byUnit);
    }
    for (let index = range.first; index <= range.last; index++) builder.addAttributes(created.first + index, byUnit);
  });
  const missing = size - isListed.reduce((count, one) => count + one, 0);
  // a mistyped index makes neurons that cost energy and time in each step
  if (group.size === undefined && missing > 0) {
    const others = `the other ${missing}, of which ${isListed.indexOf(0)} is the first, exist too, with the group's attributes`;
    report.warn(file, path, `group ${name} lists ${size - missing} of its ${size} neurons; ${others}`);
  } else if (group.size !== undefined && size > said)
    report.warn(file, path, `size: got ${said}, but neuron ${size - 1} is listed; group ${name} has ${size} neurons`);
  for (const key of Object.keys(group)) {
    if (!["name", "attributes", "neurons", "size"].includes(key)) report.warn(file, path, `${key} is not understood and has no effect`);
  }
}

/** Groups by the names in plain entries; each name is looked up once. */
function groupsOf(builder: NetworkBuilder, all: PlainEntries): (name: number) => SanafeGroup | null {
  const found: (SanafeGroup | null)[] = [];
  return (name) => {
    if (found[name] === undefined) found[name] = builder.named(all.names[name]);
    return found[name];
  };
}

function readEdges(builder: NetworkBuilder, tree: Tree | undefined): void {
  let position = 0;
  let shaped: ShapedEdges | null = null;
  for (const entry of withRuns(tree)) {
    if (entry instanceof EntryRun && entry.kind === "edge") {
      shaped ??= new ShapedEdges(builder, entry.all.edgeFields);
      addRun(builder, shaped, entry, position);
      position += entry.to - entry.from;
    } else for (const one of listOf([entry])) readEdge(builder, one, position++);
  }
}

function addRun(builder: NetworkBuilder, shaped: ShapedEdges, { all, from, to }: EntryRun, position: number): void {
  const groupOf = groupsOf(builder, all);
  for (let at = from; at < to; at++) {
    // added entries are freed
    if (at % DROP_EVERY === 0) all.drop(from, at);
    const [source, target] = [groupOf(all.sourceName.get(at) + FIRST_NAME), groupOf(all.targetName.get(at) + FIRST_NAME)];
    const [i, j] = [all.source.get(at), all.target.get(at)];
    const isAdded =
      source !== null &&
      target !== null &&
      i < source.size &&
      j < target.size &&
      shaped.add(source.first + i, target.first + j, all.weight.get(at), all.delay.get(at), all.shape.get(at));
    if (!isAdded) readEdge(builder, all.written(at, "edge"), position + at - from);
  }
  all.drop(from, to);
}

function readEdge(builder: NetworkBuilder, entry: Tree, position: number): void {
  const { report, file } = builder;
  for (const [text, value] of isMap(entry) ? Object.entries(entry) : [[String(entry), null] as [string, Tree]]) {
    const path = `network.edges[${position}] ${text}`;
    const [source = "", target = "", ...more] = text.split("->").map((end) => end.trim());
    if (more.length > 0 || source === "" || target === "") {
      report.problem(file, path, "expected source -> target");
      continue;
    }
    const attributes = edgeAttributes(mergedMap(value), report, file, path);
    if (!attributes.has("type")) addEdge(builder, source, target, attributes);
    else {
      const [from, to] = [builder.group(source, path), builder.group(target, path)];
      if (from !== null && to !== null) addGroupEdges(builder, from, to, attributes);
      attributes.warnOfUnknown();
    }
  }
}

function readMappings(builder: NetworkBuilder, tree: Tree | undefined): void {
  const { report, file } = builder;
  let position = 0;
  /** placements by the fields that describe them; null: there is something to report about each such entry */
  const known = new Map<Fields, Placing | null>();
  const quietly = (fields: Fields): Placing | null => {
    let placing = known.get(fields);
    if (placing === undefined) {
      const own = new ImportReport();
      const attributes = new Attributes(fields, own, file, "");
      placing = placingOf(attributes.text(["core"], null), attributes);
      if (own.hasProblems || own.warnings.length > 0) placing = null;
      known.set(fields, placing);
    }
    return placing;
  };
  const readOne = (entry: Tree): void => {
    const at = position++;
    for (const [neurons, value] of isMap(entry) ? Object.entries(entry) : []) {
      const attributes = new Attributes(mergedMap(value), report, file, `mappings[${at}] ${neurons}`);
      place(builder, neurons, attributes.text(["core"], null), attributes);
    }
  };
  for (const entry of withRuns(tree)) {
    if (!(entry instanceof EntryRun && entry.kind === "neuron")) {
      for (const one of listOf([entry])) readOne(one);
      continue;
    }
    const { all, from, to } = entry;
    const groupOf = groupsOf(builder, all);
    for (let at = from; at < to; at++) {
      const group = groupOf(all.sourceName.get(at));
      const index = all.source.get(at);
      const placing = group !== null && index < group.size ? quietly(all.fields[all.shape.get(at)]) : null;
      if (group === null || placing === null) readOne(all.written(at, "neuron"));
      else {
        builder.place(group.first + index, placing);
        position++;
      }
    }
  }
}
