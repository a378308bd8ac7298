/** Writes a SANA-FE pair as files: architecture YAML, and network YAML in mixed styles, or a netlist. */
import type { Rng } from "../../../base/rng.js";
import { spikeRows } from "../../../sim/sanafe/sanafe.js";
import type { Attribute, AttributeMap, ChipPart, PairPart, Price } from "./description.js";

const yes = (rng: Rng): boolean => rng.float() < 0.5;
const range = (stem: string, copies: number): string => (copies === 1 ? stem : `${stem}[0..${copies - 1}]`);
/** A number in one of the forms 12, 1.2e+1, 12.0 or +12. */
const numeral = (rng: Rng, value: number): string => {
  const plain = Number.isInteger(value) ? [`${value}`, `${value}.0`] : [`${value}`];
  const forms = [...plain, value.toExponential(), ...(value > 0 ? [`+${value}`] : [])];
  return forms[rng.int(0, forms.length - 1)];
};
const flag = (rng: Rng, value: boolean): string => {
  const forms = value ? ["true", "True", "1", '"true"'] : ["false", "False", "0", "'false'"];
  return forms[rng.int(0, forms.length - 1)];
};
const valueText = (rng: Rng, value: Attribute): string => {
  if (typeof value === "boolean") return flag(rng, value);
  if (typeof value === "number") return numeral(rng, value);
  if (typeof value === "string") return value;
  return `[${value.map((entry) => (yes(rng) ? `${entry}` : flag(rng, entry !== 0))).join(", ")}]`;
};
/** A flow map, or the equivalent list of one-entry maps. */
const flow = (rng: Rng, entries: readonly string[]): string => (yes(rng) ? `{${entries.join(", ")}}` : `[${entries.join(", ")}]`);
const cost = (rng: Rng, action: string, { j, s }: Price): string[] => [
  `energy_${action}: ${numeral(rng, j)}`,
  `latency_${action}: ${numeral(rng, s)}`,
];

export function architectureText(rng: Rng, chip: ChipPart): string {
  const lines: string[] = ["# comment", "ignored: {by: everybody}", "architecture:", "  name: random"];
  const table = (pairs: readonly (readonly [number, number])[]): string => pairs.map(([key, s]) => `${key}: ${numeral(rng, s)}`).join(", ");
  const sync =
    typeof chip.sync === "number" ? `latency_sync: ${numeral(rng, chip.sync)}` : `sync_model: table, latency_sync: {${table(chip.sync)}}`;
  lines.push(`  attributes: {topology: mesh, width: ${numeral(rng, chip.width)}, height: ${chip.height}, link_buffer_size: 8, ${sync}}`);
  // A single tile, core or unit may be written without a list.
  const item = (indent: string, isAlone: boolean): [string, string] =>
    isAlone && yes(rng) ? [indent, indent] : [`${indent}- `, `${indent}  `];
  lines.push("  tile:");
  chip.tiles.forEach((tile, t) => {
    const [first, rest] = item("    ", chip.tiles.length === 1);
    lines.push(`${first}name: ${range(`t${t}`, tile.copies)}`);
    const hops = (["north", "east", "south", "west"] as const).flatMap((d) => cost(rng, `${d}_hop`, tile[d]));
    lines.push(`${rest}attributes: ${flow(rng, hops)}`, `${rest}core:`);
    tile.cores.forEach((core, c) => {
      const [begin, next] = item(`${rest}  `, tile.cores.length === 1);
      lines.push(`${begin}name: ${range(`c${c}`, core.copies)}`);
      const buffer = `buffer_position: ${core.buffer.endsWith("dendrite") ? "dendrite" : core.buffer}`;
      const inside =
        core.buffer === "in dendrite" ? [`buffer_inside_unit: ${flag(rng, true)}`] : yes(rng) ? ["buffer_inside_unit: false"] : [];
      lines.push(`${next}attributes: ${flow(rng, [buffer, ...inside, "max_neurons_supported: 1024"])}`);
      const unit = (name: string, entries: readonly string[], everyStep: boolean): string =>
        `{name: ${name}, attributes: ${flow(rng, [...entries, ...(everyStep ? ["update_every_timestep: true"] : [])])}}`;
      const section = (name: string, units: readonly string[]): void => {
        if (units.length === 1 && yes(rng)) lines.push(`${next}${name}: ${units[0]}`);
        else lines.push(`${next}${name}:`, ...units.map((text) => `${next}  - ${text}`));
      };
      section("axon_in", [unit("in", cost(rng, "message_in", core.axonIn), false)]);
      section(
        "synapse",
        core.synapses.map((s) => unit(s.name, ["model: current_based", ...cost(rng, "process_spike", s.spike)], s.everyStep)),
      );
      section(
        "dendrite",
        core.dendrites.map((d) =>
          unit(d.name, [`model: accumulator${d.delays ? "_with_delay" : ""}`, ...cost(rng, "update", d.update)], d.everyStep),
        ),
      );
      section(
        "soma",
        core.somas.map((n) => {
          const costs = [
            ...cost(rng, "access_neuron", n.access),
            ...cost(rng, "update_neuron", n.update),
            ...cost(rng, "spike_out", n.spike),
          ];
          return unit(n.name, [`model: ${n.model}`, ...costs], n.everyStep);
        }),
      );
      section("axon_out", [unit("out", cost(rng, "message_out", core.axonOut), false)]);
    });
  });
  return `${lines.join("\n")}\n`;
}

const attributesText = (rng: Rng, map: AttributeMap): string[] =>
  Object.entries(map).map(([name, value]) => `${name}: ${valueText(rng, value)}`);

/** A neuron's own attributes, beyond its group's. */
function ownOf(pair: PairPart, number: number): AttributeMap {
  const neuron = pair.neurons[number];
  const shared = pair.groups[neuron?.group ?? 0]?.shared ?? {};
  return Object.fromEntries(Object.entries(neuron?.attributes ?? {}).filter(([name, value]) => shared[name] !== value));
}

const nameOf = (pair: PairPart, number: number): string => {
  const neuron = pair.neurons[number];
  return `${pair.groups[neuron?.group ?? 0]?.name}.${neuron?.index}`;
};

export function networkYaml(rng: Rng, pair: PairPart): string {
  const lines = ["network:", "  name: random", "  groups:"];
  let number = 0;
  for (const group of pair.groups) {
    lines.push(`    - name: ${yes(rng) ? `"${group.name}"` : group.name}`);
    const shared = attributesText(rng, { ...group.shared, log_spikes: true });
    lines.push(`      attributes: ${flow(rng, yes(rng) ? shared : [`soma: {${shared.join(", ")}}`])}`, "      neurons:");
    if (group.size > 1) lines.push(`        - 0..${group.size - 1}`);
    for (let index = 0; index < group.size; index++, number++) {
      const own = attributesText(rng, ownOf(pair, number));
      if (own.length > 0) lines.push(`        - ${index}: ${flow(rng, own)}`);
      else if (group.size === 1) lines.push("        - 0");
    }
  }
  lines.push("  edges:");
  for (const edge of pair.edges) {
    if ("synapses" in edge) lines.push(`    - ${pair.groups[edge.from]?.name} -> ${pair.groups[edge.to]?.name}: {${edge.attributes}}`);
    else {
      const delay = edge.delay > 0 ? [`${yes(rng) ? "d" : "delay"}: ${edge.delay}`] : [];
      const unit = edge.synapse === "" ? [] : [`synapse_hw_name: ${edge.synapse}`];
      const entries = [`${yes(rng) ? "w" : "weight"}: ${numeral(rng, edge.weight)}`, ...delay, ...unit];
      lines.push(`    - ${nameOf(pair, edge.from)} -> ${nameOf(pair, edge.to)}: ${flow(rng, entries)}`);
    }
  }
  lines.push("mappings:");
  for (const n of pair.mapped) {
    const neuron = pair.neurons[n];
    const entries = [
      `core: ${neuron?.tile}.${neuron?.offset}`,
      `soma: ${neuron?.soma}`,
      ...(neuron?.dendrite === "" ? [] : [`dendrite: ${neuron?.dendrite}`]),
    ];
    lines.push(`  - ${nameOf(pair, n)}: ${flow(rng, entries)}`);
  }
  return `${lines.join("\n")}\n`;
}

export function netlist(rng: Rng, pair: PairPart): string {
  const words = (map: AttributeMap): string =>
    Object.entries(map)
      .map(([name, value]) => ` ${name}=${valueText(rng, value)}`)
      .join(yes(rng) ? " " : "\t");
  const lines = ["### a netlist", ""];
  for (const group of pair.groups)
    lines.push(`g ${group.size}${words({ ...group.shared, log_spikes: true })}${yes(rng) ? "   # a group" : ""}`);
  pair.neurons.forEach((neuron, n) => {
    const units: AttributeMap = {
      soma_hw_name: neuron.soma,
      ...(neuron.dendrite === "" ? {} : { dendrite_hw_name: `"${neuron.dendrite}"` }),
    };
    lines.push(`n ${nameOf(pair, n)}${words({ ...ownOf(pair, n), ...units })}`);
  });
  for (const edge of pair.edges) {
    if ("synapses" in edge) throw new Error("a netlist has no edges between groups");
    const arrow = yes(rng) ? "->" : " -> ";
    const unit: AttributeMap = edge.synapse === "" ? {} : { synapse_hw_name: edge.synapse };
    const delay: AttributeMap = edge.delay > 0 ? { delay: edge.delay } : {};
    lines.push(
      `e ${nameOf(pair, edge.from)}${arrow}${nameOf(pair, edge.to)}${words({ [yes(rng) ? "w" : "weight"]: edge.weight, ...delay, ...unit })}`,
    );
  }
  for (const n of pair.mapped) lines.push(`&\t${nameOf(pair, n)}@${pair.neurons[n]?.tile}.${pair.neurons[n]?.offset}`);
  return lines.join("\r\n");
}

/** The file of spikes of a run. */
export const spikeText = (...of: Parameters<typeof spikeRows>): string => [...spikeRows(...of)].join("");
