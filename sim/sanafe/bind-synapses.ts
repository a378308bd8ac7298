/**
 * Synapses of a network in the order of their use: by source neuron, then destination core, then the order of the file.
 */
import type { SanafeChip } from "./architecture.js";
import type { ImportReport } from "./attributes.js";
import { BlockColumn, type EdgeColumns, WHOLE } from "./edge-columns.js";
import { neuronName, type Placing, type SanafeNetwork } from "./network.js";
import { textOf, unitIndex } from "./unit-names.js";

export function bindSynapses(
  chip: SanafeChip,
  network: SanafeNetwork,
  coreOf: Int32Array,
  placings: readonly (Placing | null)[],
  dendriteUnit: Int32Array,
  tapsOf: (neuron: number) => number,
  report: ImportReport,
) {
  const { edges } = network;
  const names = [...edges.names];
  // a synapse is in its target's core; the edge names its unit, else the target, else the source neuron
  const nameOf = namesOfNeurons(network, placings, names);
  const unitOf = unitsByName(chip, names);
  const { count } = edges;
  const { start, places } = orderOfUse(edges, coreOf, chip.cores.length);
  // the order of use says the source neuron of each position
  edges.source.clear();
  const [synapse, tapOf, delayOf] = [
    edges.synapse.gathered(count, places),
    edges.tap.gathered(count, places),
    edges.delay.gathered(count, places),
  ];
  const synapseTarget = edges.target.gathered(count, places);
  const [synapseUnit, synapseTap, synapseDelay] = [new Uint16Array(count), new Uint16Array(count), new Uint8Array(count)];
  const axonStart = new Int32Array(coreOf.length + 1);
  const [axonCores, firstSynapses] = [new BlockColumn(WHOLE), new BlockColumn(WHOLE)];
  let axons = 0;
  for (let source = 0; source < coreOf.length; source++) {
    let lastCore = -1;
    for (let position = start[source]; position < start[source + 1]; position++) {
      const target = synapseTarget[position];
      const core = coreOf[target];
      if (core !== lastCore) {
        axonCores.set(axons, core);
        firstSynapses.set(axons++, position);
        lastCore = core;
      }
      const path = (): string => `edge ${neuronName(network, source)} -> ${neuronName(network, target)}`;
      const name = synapse[position] || nameOf[target] || nameOf[source];
      const unit = unitOf(core, name);
      if (unit > 0) synapseUnit[position] = unit;
      else if (unit < 0) unitIndex(chip.cores[core].synapses, names[name], (message) => report.problem(network.file, path(), message));
      const [delay, tap] = [delayOf[position], tapOf[position]];
      const taps = tapsOf(target);
      if (delay === 0 && tap === 0) continue;
      const dendrite = chip.cores[core].dendrites[dendriteUnit[target]];
      if (delay !== 0 && dendrite?.model !== "accumulator_with_delay")
        report.warn(network.file, path(), `delay has no effect: dendrite ${dendrite?.name} is no accumulator_with_delay`);
      if (taps === 0 && tap !== 0) report.warn(network.file, path(), `tap has no effect: dendrite ${dendrite?.name} has none`);
      if (taps > 0 && !(Number.isInteger(tap) && tap >= 0 && tap < taps))
        report.problem(network.file, path(), `tap ${tap}: its neuron has ${taps}, counted from 0`);
      synapseDelay[position] = delay;
      synapseTap[position] = tap;
    }
    axonStart[source + 1] = axons;
  }
  firstSynapses.set(axons, count);
  return {
    ...{ axonStart, axonCore: axonCores.gathered(axons, null), synapseStart: firstSynapses.gathered(axons + 1, null) },
    ...{ synapseUnit, synapseTarget, synapseDelay, synapseTap },
    synapseWeight: edges.weight.gathered(count, places),
  };
}

/** Index in `names`, which grows, of the synapse unit that a neuron's mapping or attributes name. */
function namesOfNeurons(network: SanafeNetwork, placings: readonly (Placing | null)[], names: string[]): Int32Array {
  const places = new Map(names.map((name, place) => [name, place]));
  return Int32Array.from(network.attributes, ({ synapse }, neuron) => {
    const name = placings[neuron]?.synapse || textOf(synapse.synapse_hw_name);
    let place = places.get(name);
    if (place === undefined) {
      place = names.push(name) - 1;
      places.set(name, place);
    }
    return place;
  });
}

/** Index of a core's synapse unit by the index of its name, looked up once; -1 if there is a problem to report. */
function unitsByName(chip: SanafeChip, names: readonly string[]): (core: number, name: number) => number {
  const known = new Map<number, number>();
  let [lastKey, lastUnit] = [-1, 0];
  return (core, name) => {
    const key = core * names.length + name;
    if (key === lastKey) return lastUnit;
    let unit = known.get(key);
    if (unit === undefined) {
      let isSound = true;
      const index = unitIndex(chip.cores[core].synapses, names[name], () => {
        isSound = false;
      });
      unit = isSound ? index : -1;
      known.set(key, unit);
    }
    [lastKey, lastUnit] = [key, unit];
    return unit;
  };
}

/**
 * Edges by source neuron, then destination core, then their order in the file: the first position of each neuron, and
 * the edge at each position; null if this is the file's own order.
 */
function orderOfUse(
  edges: EdgeColumns,
  coreOf: Int32Array,
  cores: number,
): { readonly start: Int32Array; readonly places: Int32Array | null } {
  const { count, source, target } = edges;
  const start = new Int32Array(coreOf.length + 1);
  let isInOrder = true;
  let [lastSource, lastCore] = [-1, -1];
  for (let edge = 0; edge < count; edge++) {
    const from = source.get(edge);
    const core = coreOf[target.get(edge)];
    if (from < lastSource || (from === lastSource && core < lastCore)) isInOrder = false;
    [lastSource, lastCore] = [from, core];
    start[from + 1]++;
  }
  for (let n = 0; n < coreOf.length; n++) start[n + 1] += start[n];
  return { start, places: isInOrder ? null : sortedEdges(edges, start, coreOf, cores) };
}

/** `start`: first position of each neuron. */
function sortedEdges({ count, source, target }: EdgeColumns, start: Int32Array, coreOf: Int32Array, cores: number): Int32Array {
  const places = new Int32Array(count);
  const next = start.slice();
  for (let edge = 0; edge < count; edge++) places[next[source.get(edge)]++] = edge;
  // a counting sort by core within a neuron keeps the order of the file
  const first = new Int32Array(cores);
  let kept = new Int32Array(64);
  for (let n = 0; n < coreOf.length; n++) {
    const own = places.subarray(start[n], start[n + 1]);
    if (kept.length < own.length) kept = new Int32Array(2 * own.length);
    const used: number[] = [];
    let isSorted = true;
    let before = -1;
    for (let i = 0; i < own.length; i++) {
      const core = coreOf[target.get(own[i])];
      if (first[core]++ === 0) used.push(core);
      if (core < before) isSorted = false;
      before = core;
    }
    if (!isSorted) {
      used.sort((a, b) => a - b);
      let sum = 0;
      for (const core of used) {
        const many = first[core];
        first[core] = sum;
        sum += many;
      }
      for (let i = 0; i < own.length; i++) kept[first[coreOf[target.get(own[i])]]++] = own[i];
      own.set(kept.subarray(0, own.length));
    }
    for (const core of used) first[core] = 0;
  }
  return places;
}
