/**
 * Synapses of a network in the order of their use: by source neuron, then destination core, then the order of the file.
 */
import type { SanafeChip } from "./architecture.js";
import type { ImportReport } from "./attributes.js";
import type { EdgeColumns } from "./edge-columns.js";
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
  const places = sortedEdges(edges, coreOf, chip.cores.length);
  const [synapse, tapOf] = [edges.synapse.gathered(places), edges.tap.gathered(places)];
  const synapseDelay = edges.delay.gathered(places);
  const sourceOf = edges.source.gathered(places);
  const synapseTarget = edges.target.gathered(places);
  const synapseUnit = new Uint16Array(edges.count);
  const synapseTap = new Uint16Array(edges.count);
  const axonStart = new Int32Array(coreOf.length + 1);
  const axons = new AxonColumns();
  let [lastSource, lastCore] = [-1, -1];
  for (let position = 0; position < edges.count; position++) {
    const [source, target] = [sourceOf[position], synapseTarget[position]];
    const core = coreOf[target];
    if (source !== lastSource || core !== lastCore) {
      axons.push(core, position);
      axonStart[source + 1] = axonStart[source + 1] + 1;
      [lastSource, lastCore] = [source, core];
    }
    const path = (): string => `edge ${neuronName(network, source)} -> ${neuronName(network, target)}`;
    const name = synapse[position] || nameOf[target] || nameOf[source];
    const unit = unitOf(core, name);
    if (unit > 0) synapseUnit[position] = unit;
    else if (unit < 0) unitIndex(chip.cores[core].synapses, names[name], (message) => report.problem(network.file, path(), message));
    const delay = synapseDelay[position];
    const tap = tapOf[position];
    const taps = tapsOf(target);
    if (delay === 0 && tap === 0) continue;
    const dendrite = chip.cores[core].dendrites[dendriteUnit[target]];
    if (delay !== 0 && dendrite?.model !== "accumulator_with_delay")
      report.warn(network.file, path(), `delay has no effect: dendrite ${dendrite?.name} is no accumulator_with_delay`);
    if (taps === 0 && tap !== 0) report.warn(network.file, path(), `tap has no effect: dendrite ${dendrite?.name} has none`);
    if (taps > 0 && !(Number.isInteger(tap) && tap >= 0 && tap < taps))
      report.problem(network.file, path(), `tap ${tap}: its neuron has ${taps}, counted from 0`);
    synapseTap[position] = tap;
  }
  for (let n = 0; n < coreOf.length; n++) axonStart[n + 1] = axonStart[n + 1] + axonStart[n];
  return {
    ...{ axonStart, ...axons.done(edges.count), synapseUnit, synapseTarget, synapseDelay, synapseTap },
    synapseWeight: edges.weight.gathered(places),
  };
}

/** Destination cores and first synapses of axons. */
class AxonColumns {
  private readonly cores: number[] = [];
  private readonly starts: number[] = [];

  push(core: number, start: number): void {
    this.cores.push(core);
    this.starts.push(start);
  }

  done(synapses: number): { axonCore: Int32Array; synapseStart: Int32Array } {
    this.starts.push(synapses);
    return { axonCore: Int32Array.from(this.cores), synapseStart: Int32Array.from(this.starts) };
  }
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

/** Edges by source neuron, then destination core, then their order in the file. */
function sortedEdges(edges: EdgeColumns, coreOf: Int32Array, cores: number): Int32Array {
  const { count, source, target } = edges;
  const start = new Int32Array(coreOf.length + 1);
  for (let edge = 0; edge < count; edge++) start[source.get(edge) + 1]++;
  for (let n = 0; n < coreOf.length; n++) start[n + 1] += start[n];
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
