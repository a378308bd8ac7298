/**
 * Puts a SANA-FE network on a SANA-FE chip: neurons in cores, one axon per neuron and destination core, synapses in edge order.
 *
 * Shapes: axons of neuron n are axonStart[n] .. axonStart[n + 1], destination cores ascending; synapses of axon a are
 * synapseStart[a] .. synapseStart[a + 1]. Throws InputError (names) and InfeasibleError (a core holds too few neurons).
 */

import { InfeasibleError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import type { SanafeChip } from "./architecture.js";
import { Attributes, type ImportReport, warnOfUnknown } from "./attributes.js";
import { type DendriteModel, type DendriteParameters, readDendrite } from "./dendrite.js";
import type { EdgeColumns } from "./edge-columns.js";
import { neuronName, type Placing, type SanafeNetwork, type UnitAttributes } from "./network.js";
import { readSoma, type SomaModel, type SomaParameters } from "./soma.js";
import type { Tree } from "./tree.js";

export interface BoundNetwork {
  readonly chip: SanafeChip;
  readonly network: SanafeNetwork;
  /** Neurons by core, in mapping order: those of core c are coreStart[c] .. coreStart[c + 1]. */
  readonly coreStart: Int32Array;
  readonly order: Int32Array;
  readonly coreOf: Int32Array;
  /** Unit index in the neuron's core. */
  readonly somaUnit: Int32Array;
  readonly dendriteUnit: Int32Array;
  readonly logsSpikes: Uint8Array;
  readonly axonStart: Int32Array;
  readonly axonCore: Int32Array;
  readonly synapseStart: Int32Array;
  readonly synapseTarget: Int32Array;
  readonly synapseWeight: Float64Array;
  readonly synapseDelay: Uint8Array;
  readonly synapseTap: Uint16Array;
  /** Unit index in the destination core. */
  readonly synapseUnit: Uint16Array;
  readonly tilesInUse: number;
  somas(seed: number): SomaModel[];
  dendrites(): DendriteModel[];
}

export function bind(chip: SanafeChip, network: SanafeNetwork, report: ImportReport): BoundNetwork {
  const neurons = network.attributes.length;
  const coreOf = new Int32Array(neurons).fill(-1);
  const placings = new Array<Placing | null>(neurons).fill(null);
  const coreStart = new Int32Array(chip.cores.length + 1);
  network.placed.forEach((neuron, i) => {
    const placing = network.placings[i];
    const path = (): string => `mapping of ${neuronName(network, neuron)}`;
    const core = chip.tiles[placing.tile]?.cores[placing.offset];
    if (core === undefined) report.problem(network.file, path(), `core ${placing.tile}.${placing.offset} does not exist`);
    else if (coreOf[neuron] !== -1) report.problem(network.file, path(), "is mapped twice");
    else {
      coreOf[neuron] = core;
      placings[neuron] = placing;
      coreStart[core + 1] = coreStart[core + 1] + 1;
    }
  });
  const unmapped = coreOf.indexOf(-1);
  if (unmapped >= 0)
    report.problem(
      network.file,
      neuronName(network, unmapped),
      `is mapped to no core (${coreOf.filter((core) => core < 0).length} such neurons)`,
    );
  report.throwIfAny();
  for (const core of chip.cores) {
    const need = coreStart[core.id + 1];
    coreStart[core.id + 1] = need + coreStart[core.id];
    if (need > core.maxNeurons) {
      throw new InfeasibleError(
        "CORE_NEURONS",
        `core ${core.name} of tile ${core.tile}`,
        `${need} neurons`,
        `${core.maxNeurons}`,
        "map some elsewhere, or raise max_neurons_supported",
      );
    }
  }

  const order = new Int32Array(neurons);
  const next = coreStart.slice();
  for (const neuron of network.placed) order[next[coreOf[neuron]]++] = neuron;

  const { tapsOf, ...units } = bindUnits(chip, network, coreOf, placings, report);
  const wiring = bindSynapses(chip, network, coreOf, placings, units.dendriteUnit, tapsOf, report);
  report.throwIfAny();
  return {
    ...{ chip, network, coreStart, order, coreOf },
    ...units,
    ...wiring,
    tilesInUse: new Set(Array.from(coreOf, (core) => chip.cores[core].tile)).size,
  };
}

/** Index of a named unit, 0 when no name is given. `inputs` names the first of `inputs[0..7]`. */
function unitIndex(
  units: readonly { readonly name: string; readonly refusal: string }[],
  name: string,
  complain: (message: string) => void,
): number {
  const exact = name === "" ? 0 : units.findIndex((unit) => unit.name === name);
  const index = exact >= 0 ? exact : units.findIndex((unit) => unit.name.startsWith(`${name}[`));
  const unit = units[index];
  if (unit === undefined) complain(`unit ${name} does not exist in its core; units: ${namesOfUnits(units)}`);
  else if (unit.refusal !== "") complain(`unit ${unit.name}: ${unit.refusal}`);
  return Math.max(index, 0);
}

const SHOWN_UNITS = 8;
function namesOfUnits(units: readonly { readonly name: string }[]): string {
  const shown = units.slice(0, SHOWN_UNITS).map((unit) => unit.name);
  return `${shown.join(", ")}${units.length > SHOWN_UNITS ? ", ..." : ""}`;
}

function textOf(tree: Tree | undefined): string {
  return typeof tree === "string" ? tree : "";
}

function bindUnits(
  chip: SanafeChip,
  network: SanafeNetwork,
  coreOf: Int32Array,
  placings: readonly (Placing | null)[],
  report: ImportReport,
) {
  const neurons = coreOf.length;
  const [somaUnit, dendriteUnit, logsSpikes] = [new Int32Array(neurons), new Int32Array(neurons), new Uint8Array(neurons)];
  interface Models {
    readonly soma: SomaParameters;
    readonly dendrite: DendriteParameters;
    readonly logsSpikes: boolean;
    /** Nothing was told of them. */
    readonly isClean: boolean;
  }
  const parameters: Models[] = [];
  // Neurons of a group share attributes and units: read each combination once.
  const read = new Map<UnitAttributes, Map<string, Models>>();
  for (let neuron = 0; neuron < neurons; neuron++) {
    const core = chip.cores[coreOf[neuron]];
    const values = network.attributes[neuron];
    const path = (): string => neuronName(network, neuron);
    const complain = (message: string): void => report.problem(network.file, path(), message);
    somaUnit[neuron] = unitIndex(core.somas, placings[neuron]?.soma || textOf(values.soma.soma_hw_name), complain);
    dendriteUnit[neuron] = unitIndex(core.dendrites, placings[neuron]?.dendrite || textOf(values.dendrite.dendrite_hw_name), complain);
    const somaOf = core.somas[somaUnit[neuron]];
    const dendriteOf = core.dendrites[dendriteUnit[neuron]];
    if (somaOf.model === "unsupported" || dendriteOf.model === "unsupported") continue;
    const isInside = core.bufferPosition === "dendrite" && core.bufferInsideUnit;
    if (dendriteOf.model === "accumulator_with_delay" && !isInside) {
      const message = `dendrite ${dendriteOf.name} delays, though its core does not say buffer_position: dendrite and buffer_inside_unit: true`;
      report.warn(network.file, path(), message);
    }
    let known = read.get(values);
    if (known === undefined) {
      known = new Map();
      read.set(values, known);
    }
    const key = `${somaOf.model}/${dendriteOf.model}`;
    let models = known.get(key);
    // Where there is something to tell, it is told of each neuron that says it itself.
    if (models === undefined || (network.hasOwn[neuron] === 1 && !models.isClean)) {
      const told = report.findings;
      const reader = (fields: { readonly [name: string]: Tree }): Attributes => new Attributes(fields, report, network.file, path());
      const [own, dendriteOwn, synapseOwn] = [reader(values.soma), reader(values.dendrite), reader(values.synapse)];
      const logsSpikesHere = own.flag("log_spikes", false);
      const [soma, dendrite] = [readSoma(somaOf, own), readDendrite(dendriteOf, dendriteOwn)];
      synapseOwn.accept("synapse_hw_name");
      warnOfUnknown([own, dendriteOwn, synapseOwn]);
      models = { soma, dendrite, logsSpikes: logsSpikesHere, isClean: report.findings === told };
      known.set(key, models);
    }
    parameters[neuron] = models;
    logsSpikes[neuron] = models.logsSpikes ? 1 : 0;
  }
  return {
    ...{ somaUnit, dendriteUnit, logsSpikes },
    tapsOf: (neuron: number): number => parameters[neuron]?.dendrite.taps ?? 0,
    somas: (seed: number): SomaModel[] => parameters.map(({ soma }, n) => soma.create(() => createRng(seed, neuronName(network, n)))),
    dendrites: (): DendriteModel[] => parameters.map(({ dendrite }) => dendrite.create()),
  };
}

function bindSynapses(
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
  // A synapse lies in its target's core: the edge, else the target, else the source neuron names the unit.
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

/** Place in `names`, which grows, of the synapse unit that a neuron's mapping or attributes name. */
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

/** Index of a core's synapse unit by the place of its name, looked up once; -1 where there is something to tell. */
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
  // Within a neuron: counted by core, which keeps the order of the file.
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
