/** Reads SANA-FE's two network forms, YAML and netlist, into one network. Throws InputError with every problem. */
import { Attributes, type ImportReport, indicesOf, isMap, listOf, mergedMap, numberOf, parseTree } from "./attributes.js";
import { addGroupEdges, checkDelay } from "./edges.js";
import { netlistLines } from "./netlist.js";
import { attributesByUnit, coreAddress, type Fields, NetworkBuilder, type SanafeNetwork } from "./network.js";
import type { Tree } from "./tree.js";

export function readNetwork(text: string, file: string, report: ImportReport): SanafeNetwork {
  return /\.ya?ml$/i.test(file) ? readYaml(text, file, report) : readNetlist(text, file, report);
}

/** An edge's attributes go to synapse and dendrite, which read different ones. */
function edgeAttributes(map: Fields, report: ImportReport, file: string, path: string): Attributes {
  const { synapse, dendrite } = attributesByUnit(map);
  return new Attributes({ ...synapse, ...dendrite }, report, file, path);
}

function addEdge(builder: NetworkBuilder, source: string, target: string, attributes: Attributes): void {
  const from = builder.neurons(source, attributes.path);
  const to = builder.neurons(target, attributes.path);
  if (from.length > 1 || to.length > 1) {
    builder.report.problem(
      builder.file,
      attributes.path,
      "an edge joins one neuron to one neuron",
      "between groups add type: dense, sparse or conv2d",
    );
  }
  const weight = attributes.number(["weight", "w"], 0);
  const delay = attributes.number(["delay", "d"], 0);
  checkDelay(delay, builder, attributes.path);
  const tap = attributes.number(["tap"], 0);
  const synapse = attributes.text(["synapse_hw_name"], "");
  attributes.warnOfUnknown();
  if (from.length === 1 && to.length === 1) builder.addEdge(from[0], to[0], weight, delay, tap, synapse);
}

function readYaml(text: string, file: string, report: ImportReport): SanafeNetwork {
  const root = parseTree(text, file);
  const network = isMap(root) ? root.network : undefined;
  if (!isMap(root) || !isMap(network)) {
    report.problem(file, "network", "is missing: this is no SANA-FE network");
    report.throwIfAny();
  }
  const map = network as Fields;
  const builder = new NetworkBuilder(file, report);
  listOf(map.groups).forEach((entry, i) => {
    const path = `network.groups[${i}]`;
    const group = mergedMap(entry);
    const name = typeof group.name === "string" ? group.name : String(i);
    const listed = listOf(group.neurons).flatMap((neuron) => neuronEntries(neuron));
    const indices = listed.map(([range]) => indicesOf(range));
    if (indices.some((range) => range === null)) report.problem(file, `${path}.neurons`, "neurons are indices or ranges, e.g. 0..9");
    // Older files say the size beside the neurons.
    const said = group.size === undefined ? 0 : (numberOf(group.size) ?? Number.NaN);
    if (!Number.isInteger(said) || said < 0)
      report.problem(file, path, `size: got ${JSON.stringify(group.size)}, expected the number of neurons`);
    const size = indices.reduce((most, range) => Math.max(most, (range?.at(-1) ?? -1) + 1), Number.isInteger(said) ? said : 0);
    const created = builder.addGroup(name, size, attributesByUnit(mergedMap(group.attributes)));
    if (created.size < size) return;
    listed.forEach(([, own], k) => {
      if (Object.keys(own).length === 0) return;
      const byUnit = attributesByUnit(own);
      for (const index of indices[k] ?? []) builder.addAttributes(created.first + index, byUnit);
    });
    for (const key of Object.keys(group)) {
      if (!["name", "attributes", "neurons", "size"].includes(key)) report.warn(file, path, `${key} is not understood and has no effect`);
    }
  });
  listOf(map.edges).forEach((entry, i) => {
    for (const [text_, value] of isMap(entry) ? Object.entries(entry) : [[String(entry), null] as [string, Tree]]) {
      const path = `network.edges[${i}] ${text_}`;
      const [source = "", target = "", ...more] = text_.split("->").map((end) => end.trim());
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
  });
  listOf((root as Fields).mappings ?? map.mappings).forEach((entry, i) => {
    for (const [neurons, value] of isMap(entry) ? Object.entries(entry) : []) {
      const path = `mappings[${i}] ${neurons}`;
      const attributes = new Attributes(mergedMap(value), report, file, path);
      place(builder, neurons, attributes.text(["core"], null), attributes);
    }
  });
  for (const key of Object.keys(map)) {
    if (!["name", "groups", "edges", "mappings"].includes(key)) report.warn(file, "network", `${key} is not understood and has no effect`);
  }
  return builder.done(typeof map.name === "string" ? map.name : "network");
}

/** `0..2: {...}`, `- 0`, or a map of several. */
function neuronEntries(tree: Tree): [string, Fields][] {
  if (typeof tree === "string") return [[tree, {}]];
  return isMap(tree) ? Object.entries(tree).map(([range, own]) => [range, mergedMap(own)]) : [];
}

function place(builder: NetworkBuilder, neurons: string, core: string, attributes: Attributes): void {
  const address = coreAddress(core);
  if (address === null)
    builder.report.problem(builder.file, attributes.path, `core ${JSON.stringify(core)}: expected tile.offset, e.g. 0.1`);
  const unit = (name: string): string => attributes.text([name, `${name}_hw_name`], "");
  const placing = { ...(address ?? { tile: 0, offset: 0 }), soma: unit("soma"), dendrite: unit("dendrite"), synapse: unit("synapse") };
  attributes.warnOfUnknown();
  for (const neuron of builder.neurons(neurons, attributes.path)) builder.place(neuron, placing);
}

/** `g N k=v`, `n g.i k=v`, `e g.i->g.j w=1`, `& g.i@tile.core`. Groups are named 0, 1, ... */
function readNetlist(text: string, file: string, report: ImportReport): SanafeNetwork {
  const builder = new NetworkBuilder(file, report);
  let groups = 0;
  for (const { path, kind, first, attributes: values } of netlistLines(text, file, report)) {
    if (kind === "g") {
      const size = Number(first);
      if (!Number.isInteger(size) || size < 0) report.problem(file, path, `got ${JSON.stringify(first)}, expected the number of neurons`);
      else builder.addGroup(String(groups), size, attributesByUnit(values));
      groups++;
    } else if (kind === "n") {
      const byUnit = attributesByUnit(values);
      for (const neuron of builder.neurons(first, path)) builder.addAttributes(neuron, byUnit);
    } else if (kind === "e") {
      const [source = "", target = ""] = first.split("->");
      if (target === "") report.problem(file, path, "expected e source->target");
      else addEdge(builder, source, target, edgeAttributes(values, report, file, path));
    } else if (kind === "&") {
      const [neurons = "", core = ""] = first.split("@");
      place(builder, neurons, core, new Attributes(values, report, file, path));
    } else report.problem(file, path, `line kind ${JSON.stringify(kind)} is unknown; known: g, n, e, &`);
  }
  return builder.done("netlist");
}
