/**
 * Puts a SANA-FE network on a SANA-FE chip: neurons in cores, one axon a neuron and destination core, synapses in edge order.
 *
 * Shapes: axons of neuron n are axonStart[n] .. axonStart[n + 1], destination cores ascending; synapses of axon a are
 * synapseStart[a] .. synapseStart[a + 1]. Throws InputError (names) and InfeasibleError (a core holds too few neurons).
 */

import { InfeasibleError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import type { SanafeChip } from "./architecture.js";
import { Attributes, type ImportReport, warnOfUnknown } from "./attributes.js";
import { type DendriteModel, type DendriteParameters, readDendrite } from "./dendrite.js";
import { neuronName, type Placing, type SanafeNetwork, type UnitAttributes } from "./network.js";
import { readSoma, type SomaModel, type SomaParameters } from "./soma.js";
import type { Tree } from "./tree.js";

export interface BoundNetwork {
  readonly chip: SanafeChip;
  readonly network: SanafeNetwork;
  /** Neurons of each core, in mapping order. */
  readonly order: readonly (readonly number[])[];
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
  readonly synapseDelay: Int32Array;
  readonly synapseTap: Int32Array;
  /** Unit index in the destination core. */
  readonly synapseUnit: Int32Array;
  readonly tilesInUse: number;
  somas(seed: number): SomaModel[];
  dendrites(): DendriteModel[];
}

export function bind(chip: SanafeChip, network: SanafeNetwork, report: ImportReport): BoundNetwork {
  const neurons = network.attributes.length;
  const coreOf = new Int32Array(neurons).fill(-1);
  const placings = new Array<Placing | null>(neurons).fill(null);
  const order: number[][] = chip.cores.map(() => []);
  for (const [neuron, placing] of network.placings) {
    const path = `mapping of ${neuronName(network, neuron)}`;
    const core = chip.tiles[placing.tile]?.cores[placing.offset];
    if (core === undefined) report.problem(network.file, path, `core ${placing.tile}.${placing.offset} does not exist`);
    else if (coreOf[neuron] !== -1) report.problem(network.file, path, "is mapped twice");
    else {
      coreOf[neuron] = core;
      placings[neuron] = placing;
      order[core].push(neuron);
    }
  }
  const unmapped = coreOf.indexOf(-1);
  if (unmapped >= 0)
    report.problem(
      network.file,
      neuronName(network, unmapped),
      `is mapped to no core (${coreOf.filter((core) => core < 0).length} such neurons)`,
    );
  report.throwIfAny();
  for (const core of chip.cores) {
    const need = order[core.id].length;
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

  const { tapsOf, ...units } = bindUnits(chip, network, coreOf, placings, report);
  const wiring = bindSynapses(chip, network, coreOf, placings, units.dendriteUnit, tapsOf, report);
  report.throwIfAny();
  return {
    ...{ chip, network, order, coreOf },
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
  }
  const parameters: Models[] = [];
  // Neurons of a group share attributes and units: read each combination once.
  const read = new Map<UnitAttributes, Map<string, Models>>();
  for (let neuron = 0; neuron < neurons; neuron++) {
    const core = chip.cores[coreOf[neuron]];
    const values = network.attributes[neuron];
    const path = neuronName(network, neuron);
    const complain = (message: string): void => report.problem(network.file, path, message);
    somaUnit[neuron] = unitIndex(core.somas, placings[neuron]?.soma || textOf(values.soma.soma_hw_name), complain);
    dendriteUnit[neuron] = unitIndex(core.dendrites, placings[neuron]?.dendrite || textOf(values.dendrite.dendrite_hw_name), complain);
    const somaOf = core.somas[somaUnit[neuron]];
    const dendriteOf = core.dendrites[dendriteUnit[neuron]];
    if (somaOf.model === "unsupported" || dendriteOf.model === "unsupported") continue;
    const isInside = core.bufferPosition === "dendrite" && core.bufferInsideUnit;
    if (dendriteOf.model === "accumulator_with_delay" && !isInside) {
      const message = `dendrite ${dendriteOf.name} delays, though its core does not say buffer_position: dendrite and buffer_inside_unit: true`;
      report.warn(network.file, path, message);
    }
    const known = read.get(values) ?? new Map<string, Models>();
    read.set(values, known);
    const key = `${somaOf.model}/${dendriteOf.model}`;
    let models = known.get(key);
    if (models === undefined) {
      const reader = (fields: { readonly [name: string]: Tree }): Attributes => new Attributes(fields, report, network.file, path);
      const [own, dendriteOwn, synapseOwn] = [reader(values.soma), reader(values.dendrite), reader(values.synapse)];
      const logsSpikesHere = own.flag("log_spikes", false);
      models = { soma: readSoma(somaOf, own), dendrite: readDendrite(dendriteOf, dendriteOwn), logsSpikes: logsSpikesHere };
      synapseOwn.accept("synapse_hw_name");
      warnOfUnknown([own, dendriteOwn, synapseOwn]);
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
  const count = edges.source.length;
  const key = (edge: number): number => coreOf[edges.target[edge]];
  // A synapse lies in its target's core: the edge, else the target, else the source neuron names the unit.
  const synapseNameOf = (neuron: number): string =>
    placings[neuron]?.synapse || textOf(network.attributes[neuron]?.synapse.synapse_hw_name);
  // By source neuron, then destination core, then edge order (the sort is stable).
  const sorted = Array.from({ length: count }, (_, edge) => edge).sort((a, b) => edges.source[a] - edges.source[b] || key(a) - key(b));
  const axonStart = new Int32Array(coreOf.length + 1);
  const axonCore: number[] = [];
  const synapseStart: number[] = [];
  const synapseUnit = new Int32Array(count);
  let [lastSource, lastCore] = [-1, -1];
  sorted.forEach((edge, position) => {
    const source = edges.source[edge];
    const target = edges.target[edge];
    const core = chip.cores[key(edge)];
    if (source !== lastSource || core.id !== lastCore) {
      axonCore.push(core.id);
      synapseStart.push(position);
      axonStart[source + 1] = axonStart[source + 1] + 1;
      [lastSource, lastCore] = [source, core.id];
    }
    const path = (): string => `edge ${neuronName(network, source)} -> ${neuronName(network, target)}`;
    const named = edges.synapse[edge] || synapseNameOf(target) || synapseNameOf(source);
    synapseUnit[position] = unitIndex(core.synapses, named, (message) => report.problem(network.file, path(), message));
    const dendrite = core.dendrites[dendriteUnit[target]];
    if (edges.delay[edge] !== 0 && dendrite?.model !== "accumulator_with_delay") {
      report.warn(network.file, path(), `delay has no effect: dendrite ${dendrite?.name} is no accumulator_with_delay`);
    }
    const tap = edges.tap[edge];
    const taps = tapsOf(target);
    if (taps === 0 && tap !== 0) report.warn(network.file, path(), `tap has no effect: dendrite ${dendrite?.name} has none`);
    if (taps > 0 && !(Number.isInteger(tap) && tap >= 0 && tap < taps))
      report.problem(network.file, path(), `tap ${tap}: its neuron has ${taps}, counted from 0`);
  });
  for (let n = 0; n < coreOf.length; n++) axonStart[n + 1] = axonStart[n + 1] + axonStart[n];
  const column = (values: readonly number[]): Int32Array => Int32Array.from(sorted, (edge) => values[edge]);
  return {
    ...{ axonStart, axonCore: Int32Array.from(axonCore), synapseStart: Int32Array.from([...synapseStart, count]) },
    ...{ synapseUnit, synapseTarget: column(edges.target), synapseDelay: column(edges.delay), synapseTap: column(edges.tap) },
    synapseWeight: Float64Array.from(sorted, (edge) => edges.weight[edge]),
  };
}
