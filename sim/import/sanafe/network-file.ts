/** Reads SANA-FE's two network forms, YAML and netlist, into one network. Throws InputError with every problem. */
import { Attributes, type ImportReport, indicesOf, isMap, listOf, mergedMap, parseTree, type Tree } from "./attributes.js";
import { addGroupEdges, checkDelay } from "./edges.js";
import { coreAddress, NetworkBuilder, type SanafeNetwork } from "./network.js";

type Fields = { readonly [key: string]: Tree };

export function readNetwork(text: string, file: string, report: ImportReport): SanafeNetwork {
  return /\.ya?ml$/i.test(file) ? readYaml(text, file, report) : readNetlist(text, file, report);
}

/** Attributes may stand in sections by unit (`soma: {...}`); they are one name space. */
function flattened(map: Fields): Fields {
  const { soma, dendrite, synapse, attributes, ...own } = map;
  const sections = [attributes, soma, dendrite, synapse].filter((section) => section !== undefined && typeof section !== "string");
  return Object.assign({}, own, ...sections.map(mergedMap)) as Fields;
}

function addEdge(builder: NetworkBuilder, source: string, target: string, attributes: Attributes): void {
  const from = builder.neurons(source, attributes.path);
  const to = builder.neurons(target, attributes.path);
  if (from.length > 1 || to.length > 1) builder.report.problem(builder.file, attributes.path, "an edge joins one neuron to one neuron");
  const weight = attributes.number(["weight", "w"], 0);
  const delay = attributes.number(["delay", "d"], 0);
  checkDelay(delay, builder, attributes.path);
  const tap = attributes.number(["tap"], 0);
  const synapse = attributes.text(["synapse_hw_name"], "");
  attributes.warnOfUnknown();
  if (from.length === 1 && to.length === 1) builder.addEdge(from[0] as number, to[0] as number, weight, delay, tap, synapse);
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
    const size = indices.reduce((most, range) => Math.max(most, (range?.at(-1) ?? -1) + 1), 0);
    const created = builder.addGroup(name, size, flattened(mergedMap(group.attributes)));
    listed.forEach(([, own], k) => {
      if (Object.keys(own).length > 0) for (const index of indices[k] ?? []) builder.addAttributes(created.first + index, flattened(own));
    });
    for (const key of Object.keys(group)) {
      if (!["name", "attributes", "neurons"].includes(key)) report.warn(file, path, `${key} is not understood and has no effect`);
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
      const attributes = new Attributes(flattened(mergedMap(value)), report, file, path);
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

/** Words of a netlist line; brackets keep a list together. */
function words(line: string): string[] {
  return line.replace(/#.*$/, "").match(/(?:\[[^\]]*\]|[^\s[])+/g) ?? [];
}

function netlistAttributes(tokens: readonly string[], report: ImportReport, file: string, path: string): Fields {
  return Object.fromEntries(
    tokens.flatMap((token): [string, Tree][] => {
      const at = token.indexOf("=");
      if (at < 1) {
        report.problem(file, path, `got ${JSON.stringify(token)}, expected name=value`);
        return [];
      }
      const value = token.slice(at + 1);
      const list = /^\[(.*)\]$/.exec(value);
      return [[token.slice(0, at), list === null ? value : (list[1] as string).split(/[\s,]+/).filter((item) => item !== "")]];
    }),
  );
}

/** `g N k=v`, `n g.i k=v`, `e g.i->g.j w=1`, `& g.i@tile.core`. Groups are named 0, 1, ... */
function readNetlist(text: string, file: string, report: ImportReport): SanafeNetwork {
  const builder = new NetworkBuilder(file, report);
  let groups = 0;
  text.split(/\r?\n/).forEach((line, i) => {
    const path = `line ${i + 1}`;
    // An edge or a mapping may be written with blanks around its sign.
    const [kind, first = "", ...rest] = words(line.replace(/\s*(->|@)\s*/g, "$1"));
    if (kind === undefined) return;
    const values = netlistAttributes(rest, report, file, path);
    if (kind === "g") {
      const size = Number(first);
      if (!Number.isInteger(size) || size < 0) report.problem(file, path, `got ${JSON.stringify(first)}, expected the number of neurons`);
      else builder.addGroup(String(groups), size, values);
      groups++;
    } else if (kind === "n") {
      for (const neuron of builder.neurons(first, path)) builder.addAttributes(neuron, values);
    } else if (kind === "e") {
      const [source = "", target = ""] = first.split("->");
      if (target === "") report.problem(file, path, "expected e source->target");
      else addEdge(builder, source, target, new Attributes(values, report, file, path));
    } else if (kind === "&") {
      const [neurons = "", core = ""] = first.split("@");
      place(builder, neurons, core, new Attributes(values, report, file, path));
    } else report.problem(file, path, `line kind ${JSON.stringify(kind)} is unknown; known: g, n, e, &`);
  });
  return builder.done("netlist");
}
