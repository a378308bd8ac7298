/** Forms that SANA-FE's own files use, and that the importer must accept. */
import { expect, test } from "vitest";
import { flitWarnings } from "../../../sim/sanafe/flit-time.js";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe } from "../../../sim/sanafe/sanafe.js";
import { spikeText } from "./pair-text.js";

/** All prices are 1, except those that a test checks. */
const ARCH = `
costs: &soma {energy_access_neuron: 1, latency_access_neuron: 0, energy_update_neuron: 1, latency_update_neuron: 0, energy_spike_out: 1, latency_spike_out: 0}
architecture:
  name: files
  attributes: [topology: mesh, width: 1.0, height: "1", link_buffer_size: 4]
  tile:
    name: t
    attributes: [energy_north_hop: 1, latency_north_hop: 0, energy_east_hop: 1, latency_east_hop: 0, energy_south_hop: 1, latency_south_hop: 0, energy_west_hop: 1, latency_west_hop: 0, log_energy: true]
    core:
      - name: c
        attributes: {buffer_position: soma, max_neurons_supported: 64.0, log_energy: 1}
        axon_in: {name: i, attributes: {energy_message_in: 0, latency_message_in: 0, log_latency: true}}
        synapse:
          - {name: one, attributes: {model: current_based, energy_process_spike: 1, latency_process_spike: 0}}
          - {name: ten, attributes: {model: current_based, energy_process_spike: 10, latency_process_spike: 0}}
        dendrite: [{name: d, attributes: {model: accumulator, energy_access: 0, latency_access: 0}}]
        soma:
          - {name: lif, attributes: {model: leaky_integrate_fire, <<: *soma}}
          - {name: "inputs[0..3]", attributes: {model: input, <<: *soma}}
          - {name: foreign, attributes: {model: izhikevich, plugin: ./x.so}}
          - {name: noisy, attributes: {model: leaky_integrate_fire, noise: seq.csv, noise_bits: 7, <<: *soma}}
        axon_out: {name: o, attributes: {energy_message_out: 0, latency_message_out: 0}}
`;
const read = (net: string, file = "n.yaml", arch = ARCH) => importSanafe({ file: "a.yaml", text: arch }, { file, text: net });
const spikes = (net: string, steps: number, file = "n.yaml"): string => {
  const { bound } = read(net, file);
  return spikeText(bound, runSanafe(bound, steps, 1))
    .trim()
    .split("\n")
    .slice(1)
    .join(" ");
};
/** Warnings for the network's file; those for the architecture above are the same in every test. */
const warnings = (net: string, file = "n.yaml"): string[] => read(net, file).warnings.filter((line) => !line.startsWith("a.yaml"));

const NET = `
network:
  name: files
  groups:
    - name: layer.one
      attributes: [log_spikes: True]
      neurons:
        - 0: [spikes: [true, 0, 1.0]]
        - {1: {rate: 0.5}}
    - name: out
      size: 3
      attributes: &shared {threshold: 1, log_u: true, log_potential: false, force_soma_update: false}
      neurons:
        - 0..2: []
  edges:
    - layer.one -> out: [type: dense, weight: [[2, 0, 0], [0, 2, 0]]]
    - out.1 -> out.2: [synapse: {weight: 4}, synapse_hw_name: ten]
mappings:
  - layer.one.0: [core: 0.0, soma: inputs]
  - layer.one.1: {core: 0.0, soma: "inputs[3]"}
  - out: [core: 0.0]
`;

test("group names with dots, whole groups, sizes, lists of one-entry maps, and ranges of units named by their stem are accepted", () => {
  expect(warnings(NET)).toEqual([]);
  // log_spikes of the inputs only
  expect(spikes(NET, 5)).toBe("layer.one.0,1 layer.one.1,2 layer.one.0,3 layer.one.1,4");
  const { bound } = read(NET);
  expect(Array.from(bound.somaUnit)).toEqual([1, 4, 0, 0, 0]);
  const run = runSanafe(bound, 3, 1);
  // Step 1: three events of 1. Step 3: layer.one.0 and out.1, which fires because of its input in step 2: 3 events of
  // 1, and one of 10.
  expect(run.steps.map((step) => step.energy_j.synapse)).toEqual([3, 3, 13]);
});

test("a name with a number is a neuron only if a group with the rest of the name exists", () => {
  const net = NET.replaceAll("layer.one", "layer.1").replace("layer.1.1:", "layer.1.1:");
  expect(spikes(net, 2)).toBe("layer.1.0,1 layer.1.1,2");
  const whole = `network: {groups: [{name: a.1, neurons: [0..1]}]}\nmappings: [a.1: {core: 0.0}]`;
  expect(Array.from(read(whole).bound.order)).toEqual([0, 1]);
});

test("attributes of a section apply to its kind of unit only: a dendrite's force_update does not update the soma", () => {
  const updated = (attribute: string): number => {
    const { bound } = read(`network: {groups: [{name: a, neurons: [0: {${attribute}}]}]}\nmappings: [a.0: {core: 0.0}]`);
    return runSanafe(bound, 3, 1).totals.updated;
  };
  expect(updated("force_update: true")).toBe(3);
  expect(updated("soma: {force_update: true}")).toBe(3);
  expect(updated("force_soma_update: true")).toBe(3);
  expect(updated("dendrite: {force_update: true}")).toBe(0);
  // the later of two places wins: a neuron's own plain value over its group's section
  const net = "network: {groups: [{name: a, attributes: {soma: {bias: 1}}, neurons: [0: {bias: 0}]}]}\nmappings: [a.0: {core: 0.0}]";
  expect(runSanafe(read(net).bound, 2, 1).totals.updated).toBe(0);
});

test("an architecture may contain units with unknown models, plug-ins and noise; a network that uses one is refused by name", () => {
  expect(read(NET).warnings).toEqual([
    "a.yaml: architecture.tile[0].core[0].soma[2].attributes: izhikevich is a plug-in, which cannot be loaded; a network that uses foreign is refused",
    "a.yaml: architecture.tile[0].core[0].soma[3].attributes: noise files are not supported; a network that uses noisy is refused",
  ]);
  const named = (unit: string): string => NET.replace("out: [core: 0.0]", `out: [core: 0.0, soma: ${unit}]`);
  expect(() => read(named("foreign"))).toThrow(/out\.0 \(and 2 more\): unit foreign: izhikevich is a plug-in/);
  expect(() => read(named("noisy"))).toThrow(/unit noisy: noise files are not supported/);
  expect(() => read(named("nobody"))).toThrow(/unit nobody does not exist in its core; units: lif, inputs\[0\], /);
});

test("a netlist may contain quotes, comments, tabs, spaces around signs, and lines in any order that defines groups first", () => {
  const net = [
    "### head",
    'g 1\tsoma_hw_name="inputs"  spikes=[1, 0 1]   # the "input"',
    "g 2 threshold=0.5 log_v=1 connections_out=0",
    "  & 0.0 @ 0.0",
    "& 1.0..1@0.0",
    "e 0.0 -> 1.0 w=1.0 synapse_hw_name='ten'",
    "n 1.1 bias=1#every step",
    "",
  ].join("\n");
  expect(warnings(net, "n.net")).toEqual([]);
  expect(spikes(net, 3, "n.net")).toBe("0.0,1 1.1,1 1.0,2 1.1,2 0.0,3 1.1,3");
  expect(runSanafe(read(net, "n.net").bound, 1, 1).totals.energy_j.synapse).toBe(10);
});

test("each spike is one row of two cells, whatever its group is named", () => {
  const name = '=HYPERLINK("http://x","y"),a';
  const net = [
    "network:",
    `  groups: [{name: '${name}', attributes: {threshold: 1, bias: 3}, neurons: [0..1]}]`,
    "mappings:",
    `  - '${name}': {core: 0.0}`,
  ].join("\n");
  const { bound } = read(net);
  const quoted = `"'=HYPERLINK(""http://x"",""y""),a`;
  expect(spikeText(bound, runSanafe(bound, 1, 1))).toBe(`neuron,timestep\n${quoted}.0",1\n${quoted}.1",1\n`);
});

test("a value that is given twice or lies outside of its range causes a warning that says what it means", () => {
  const list = (...lines: readonly string[]): readonly string[] =>
    warnings(["g 2 threshold=1", ...lines, "& 0.0..1@0.0", ""].join("\n"), "n.net");
  expect(list("e 0.0->0.1 weight=1 w=2")).toEqual(["n.net: line 2: weight and w mean the same: weight counts"]);
  expect(list("e 0.0->0.1 w=1 w=5")).toEqual(["n.net: line 2: w is given twice: the last one counts"]);
  expect(list("n 0.1 bias=1 bias=2", "n 0.1 bias=1 bias=2")).toEqual([
    "n.net: line 2 (and 1 more): bias is given twice: the last one counts",
  ]);
  expect(list("e 0.0->0.1 w=1", "e 0.1->0.0 weight=2")).toEqual([]);
  const input = (values: string): readonly string[] =>
    warnings(`g 2 soma_hw_name=inputs ${values}\n& 0.0..1@0.0\n`, "n.net").map((text) => text.replace("n.net: 0.0: ", ""));
  expect(input("poisson=1.5")).toEqual(["poisson: got 1.5, expected 0 to 1; the neuron fires in every step"]);
  expect(input("poisson=-1")).toEqual(["poisson: got -1, expected 0 to 1; the neuron fires in no step"]);
  expect(input("rate=-0.5")).toEqual(["rate: got -0.5, expected 0 to 1; the neuron fires in no step"]);
  expect(input("rate=7")).toEqual(["rate: got 7, expected 0 to 1; the neuron fires in every step"]);
  expect(input("spikes=[1,2,0]")).toEqual(["spikes: got 2, expected 0 or 1; every number but 0 is a spike"]);
  for (const values of ["poisson=0", "poisson=1", "rate=1", "rate=0.5", "spikes=[1,0]"]) expect(input(values), values).toEqual([]);
});

test("a range from the higher index to the lower is refused wherever it stands, and so is a group without a size", () => {
  expect(() => read(NET.replace("- 0..2: []", "- 2..0: []"))).toThrow(/neurons: neurons are indices below 1000000, or ranges/);
  expect(() => read(NET.replace("- 0..2: []", "- 0..2: []\n        - 2..1: {bias: 9}"))).toThrow(/or ranges of them from the lower one/);
  for (const entry of ["0: 5", "[0, 1]", "0: [5]"])
    expect(() => read(NET.replace("- 0..2: []", `- 0..2\n        - ${entry}`)), entry).toThrow(/alone or with attributes/);
  for (const [from, to] of [
    ["inputs[0..3]", "inputs[3..0]"],
    ["name: t\n", 'name: "t[1..0]"\n'],
    ["name: c\n", 'name: "c[1..0]"\n'],
  ] as const) {
    const arch = ARCH.replace(from, to);
    expect(arch).not.toBe(ARCH);
    expect(() => read(NET, "n.yaml", arch), to).toThrow(
      /\w\[\d\.\.0\] (is no range of names: its first is above its last|stands for none)/,
    );
  }
  for (const line of ["g", "g # none", 'g ""', "g -1", "g 1.5"])
    expect(() => read(`g 1\n${line}\n& 0.0@0.0\n`, "n.net"), line).toThrow(/line 2: got ".*", expected the number of neurons/);
});

test("any number of comments may stand between two edges", { tags: ["long"] }, () => {
  const comments = "    # nothing\n".repeat(200_000);
  const net = `network:\n  groups: [{name: a, neurons: [0..1]}]\n  edges:\n    - a.0 -> a.1: {weight: 1}\n${comments}    - a.1 -> a.0: {weight: 2}\nmappings:\n  - a: {core: 0.0}\n`;
  expect(Array.from(read(net).bound.synapseWeight)).toEqual([1, 2]);
});

test("a mistake in every neuron causes one warning with the number of places", () => {
  const net = NET.replace("threshold: 1,", "treshold: 1, soma: quick,").replace(
    "- 0..2: []",
    "- {0: {bias: 0}}\n        - {1: {bias: 0}}\n        - {2: {bias: 0}}",
  );
  expect(warnings(net)).toEqual([
    "n.yaml: out.0 (and 2 more): attribute treshold is not understood and has no effect; did you mean threshold?",
    "n.yaml: out.0 (and 2 more): attribute soma is not understood and has no effect; did you mean soma_hw_name?",
  ]);
});

test("a list of weights that is too short is refused, one that is too long causes a warning; an edge between groups needs its type", () => {
  const weights = (list: string): string => NET.replace("[[2, 0, 0], [0, 2, 0]]", list);
  expect(() => read(weights("[1, 2, 3]"))).toThrow(/weight: got 3 values, expected 6/);
  expect(warnings(weights("[1, 2, 3, 4, 5, 6, 7]"))).toEqual([
    "n.yaml: network.edges[0] layer.one -> out: weight: got 7 values, expected 6; the rest has no effect",
  ]);
  expect(Array.from(read(weights("3")).bound.synapseWeight)).toEqual([3, 3, 3, 3, 3, 3, 4]);
  expect(() => read(NET.replace("type: dense, ", ""))).toThrow(
    /an edge joins one neuron to one neuron\s+between groups add type: dense, sparse or conv2d/,
  );
});

test("an unknown name causes a warning at every level of both files", () => {
  const arch = ARCH.replace("link_buffer_size: 4]", "link_buffer_size: 4, typo: 1]")
    .replace("name: files", "name: files\n  typo_key: 1")
    .replace("log_energy: true]", "log_energy: true, typo: 1]")
    .replace("max_neurons_supported: 64.0,", "max_neurons_supported: 64.0, typo: 1,")
    .replace(/(energy_message_in: 0|energy_message_out: 0|energy_process_spike: 1|energy_access: 0)/g, "$1, typo: 1")
    .replace("{name: lif, attributes: {", "{name: lif, typo_key: 1, attributes: {typo: 1, ");
  const net = NET.replace("log_spikes: True]", "log_spikes: True, typo: 1]")
    .replace("size: 3", "size: 3\n      typo_key: 1")
    .replace("rate: 0.5", "rate: 0.5, dendrite: {own_typo: 1}")
    .replace("type: dense,", "type: dense, typo: 1,")
    .replace("{weight: 4}", "{weight: 4, typo: 1}")
    .replace("out: [core: 0.0]", "out: [core: 0.0, typo: 1]");
  const told = importSanafe({ file: "a.yaml", text: arch }, { file: "n.yaml", text: net }).warnings.filter((line) => line.includes("typo"));
  // Chip, tile, core, axons in and out, two synapses, dendrite and soma; keys of chip and soma; edges of both kinds; a
  // mapping and the two neurons of a group.
  const nothing = "is not understood and has no effect";
  expect(told).toEqual([
    `a.yaml: architecture.attributes (and 8 more): attribute typo ${nothing}`,
    `a.yaml: architecture (and 1 more): typo_key ${nothing}`,
    `n.yaml: network.groups[1]: typo_key ${nothing}`,
    `n.yaml: network.edges[0] layer.one -> out (and 1 more): attribute typo ${nothing}; did you mean type?`,
    `n.yaml: mappings[2] out (and 2 more): attribute typo ${nothing}`,
    `n.yaml: layer.one.1: attribute own_typo ${nothing}`,
  ]);
});

test("a group that lists some of its neurons, or more than its size, causes a warning; one that lists all does not", () => {
  const said = (group: string): readonly string[] =>
    warnings(`network: {groups: [{name: b, attributes: {threshold: 1}, ${group}}], edges: []}\nmappings: [b: {core: 0.0}]\n`);
  const others = "the other 4, of which 1 is the first, exist too, with the group's attributes";
  expect(said("neurons: [0, 5]")).toEqual([`n.yaml: network.groups[0]: group b lists 2 of its 6 neurons; ${others}`]);
  expect(said("neurons: [0: {bias: 1}, 5, 0]")).toEqual([`n.yaml: network.groups[0]: group b lists 2 of its 6 neurons; ${others}`]);
  expect(said("size: 3, neurons: [5]")).toEqual(["n.yaml: network.groups[0]: size: got 3, but neuron 5 is listed; group b has 6 neurons"]);
  for (const group of ["neurons: [0..3, 4: {bias: 1}, 5]", "neurons: [5, 0..5]", "size: 6, neurons: [0, 5]", "size: 6"])
    expect(said(group), group).toEqual([]);
});

test("nested weights of other lengths than sources and targets are refused; nested in their order or flat they are read", () => {
  const edge = (attributes: string) =>
    read(
      [
        "network:",
        "  groups: [{name: a, neurons: [0..1]}, {name: b, neurons: [0..2]}, {name: c, neurons: [0]}]",
        `  edges: [${attributes}]`,
        "mappings: [a: {core: 0.0, soma: lif}, b: {core: 0.0, soma: lif}, c: {core: 0.0, soma: lif}]",
      ].join("\n"),
    );
  const dense = (weight: string): string => `a -> b: {type: dense, weight: ${weight}}`;
  // padded, a list is long enough to be read without the parser
  const both = (weight: string): readonly string[] => [weight, weight.replace("[[", `[${" ".repeat(200)}[`)];
  const rows = "2 x 3: rows are sources, columns targets";
  for (const [weight, got] of [
    ["[[1, 0], [0, 0], [0, 1]]", "3 x 2 values"],
    ["[[1, 0], [0, 0, 0, 1]]", "lists of different lengths"],
    ["[[1, 0, 0, 9], [0, 1, 0, 9]]", "2 x 4 values"],
    ["[[1, 0, 0, 0, 0, 1]]", "1 x 6 values"],
    ["[[1, 0, 0], [0, 0, 1], 5]", "lists of different lengths"],
    ["[[1, 0, 0], [[0, 0, 1]]]", "lists of different lengths"],
  ])
    for (const one of both(weight)) expect(() => edge(dense(one)), one).toThrow(`weight: got ${got}, expected ${rows}`);
  const weights = (text: string): readonly number[] => {
    const { bound, warnings: said } = edge(text);
    expect(said.filter((line) => !line.startsWith("a.yaml"))).toEqual([]);
    return [...bound.synapseWeight];
  };
  for (const list of ["[[1, 2, 3], [4, 5, 6]]", "[[[1], [2], [3]], [[4], [5], [6]]]", "[1, 2, 3, 4, 5, 6]"])
    for (const one of both(list)) expect(weights(dense(one)), one).toEqual([1, 2, 3, 4, 5, 6]);
  expect(weights(dense("[[7]]"))).toEqual([7, 7, 7, 7, 7, 7]);
  expect(weights("c -> b: {type: dense, weight: [[1], [2], [3]], delay: [0, 0, 0]}")).toEqual([1, 2, 3]);
  const conv = (weight: string): string =>
    `a -> b: {type: conv2d, input_width: 2, input_height: 1, kernel_width: 2, kernel_height: 1, kernel_count: 3, weight: ${weight}}`;
  expect(() => edge(conv("[[[[1, 4]]], [[[2, 5]]], [[[3, 6]]]]"))).toThrow("weight: got 3 x 1 x 1 x 2 values, expected 1 x 2 x 1 x 3: [y]");
  for (const one of ["[[[[1, 2, 3]], [[4, 5, 6]]]]", "[[1, 2, 3], [4, 5, 6]]"]) expect(weights(conv(one))).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a link's buffer and whole numbers of a neuron that cannot be meant cause a warning with the value that counts", () => {
  const net = "g 1\n& 0.0@0.0\n";
  const buffer = (value: string) => {
    const { bound, warnings: said } = read(net, "n.net", ARCH.replace("link_buffer_size: 4", `link_buffer_size: ${value}`));
    return [bound.chip.linkBufferSize, said.filter((line) => line.includes("link_buffer"))];
  };
  for (const [value, held] of Object.entries({ "0": 1, "0.25": 1, "1.5": 1, "7.9": 7 }))
    expect(buffer(value)).toEqual([
      held,
      [`a.yaml: architecture.attributes: link_buffer_size: got ${value}, expected a whole number from 1; a link holds ${held}`],
    ]);
  for (const value of [1, 2, 1e9]) expect(buffer(String(value))).toEqual([value, []]);
  const { chip } = read(net, "n.net").bound;
  expect(flitWarnings({ ...chip, linkBufferSize: 64 })).toEqual([]);
  expect(flitWarnings({ ...chip, linkBufferSize: 65 })).toEqual([
    "a.yaml: architecture.attributes: link_buffer_size: got 65; in time_s.flit a link holds 64",
  ]);
  const neuron = (attribute: string) => {
    const text = `g 1 threshold=1 bias=2 ${attribute}\n& 0.0@0.0\n`;
    return [warnings(text, "n.net").map((line) => line.replace("n.net: 0.0: ", "")), spikes(text, 8, "n.net")];
  };
  const rest = "expected a whole number of steps from 0;";
  expect(neuron("refractory_delay=2.5")).toEqual([[`refractory_delay: got 2.5, ${rest} 3 counts`], "0.0,1 0.0,4 0.0,7"]);
  expect(neuron("refractory_delay=-1")[0]).toEqual([`refractory_delay: got -1, ${rest} 0 counts`]);
  expect(neuron("refractory_delay=-1")[1]).toBe(neuron("refractory_delay=0")[1]);
  expect(neuron("refractory_delay=3")).toEqual([[], "0.0,1 0.0,4 0.0,7"]);
});
