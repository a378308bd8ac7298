/**
 * Puts a SANA-FE network on a SANA-FE chip: neurons in cores, one axon per neuron and destination core, synapses in
 * edge order.
 *
 * Shapes: axons of neuron n are axonStart[n] .. axonStart[n + 1], destination cores ascending; synapses of axon a are
 * synapseStart[a] .. synapseStart[a + 1]. Throws InputError (names) and InfeasibleError (a core holds too few neurons).
 */

import { InfeasibleError } from "../../base/errors.js";
import type { SanafeChip } from "./architecture.js";
import { Attributes, type ImportReport, warnOfUnknown } from "./attributes.js";
import { bindSynapses } from "./bind-synapses.js";
import { type DendriteParameters, readDendrite } from "./dendrite.js";
import type { Real, Whole } from "./edge-columns.js";
import { neuronName, type Placing, type SanafeNetwork, type UnitAttributes } from "./network.js";
import { readSoma, type SomaParameters } from "./soma.js";
import type { Tree } from "./tree.js";
import { textOf, unitIndex } from "./unit-names.js";

export interface BoundNetwork {
  readonly chip: SanafeChip;
  readonly network: SanafeNetwork;
  /** Neurons by core, in the order of mapping: those of core c are coreStart[c] .. coreStart[c + 1]. */
  readonly coreStart: Int32Array;
  readonly order: Int32Array;
  readonly coreOf: Int32Array;
  /** Index of the unit in the neuron's core. */
  readonly somaUnit: Int32Array;
  readonly dendriteUnit: Int32Array;
  readonly logsSpikes: Uint8Array;
  readonly axonStart: Int32Array;
  readonly axonCore: Whole;
  readonly synapseStart: Whole;
  readonly synapseTarget: Whole;
  readonly synapseWeight: Real;
  readonly synapseDelay: Uint8Array;
  readonly synapseTap: Uint16Array;
  /** Index of the unit in the destination core. */
  readonly synapseUnit: Uint16Array;
  readonly tilesInUse: number;
  /** Distinct parameters, and their index by neuron. */
  readonly somas: readonly SomaParameters[];
  readonly dendrites: readonly DendriteParameters[];
  readonly modelsOf: Uint32Array;
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
    readonly place: number;
    readonly logsSpikes: boolean;
    /** There was nothing to report about them. */
    readonly isClean: boolean;
  }
  const [somas, dendrites]: [SomaParameters[], DendriteParameters[]] = [[], []];
  const modelsOf = new Uint32Array(neurons);
  // neurons of a group share attributes and units, so each combination is read once
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
    // a finding is reported for each neuron whose own attributes cause it
    if (models === undefined || (network.hasOwn[neuron] === 1 && !models.isClean)) {
      const told = report.findings;
      const reader = (fields: { readonly [name: string]: Tree }): Attributes => new Attributes(fields, report, network.file, path());
      const [own, dendriteOwn, synapseOwn] = [reader(values.soma), reader(values.dendrite), reader(values.synapse)];
      const logsSpikesHere = own.flag("log_spikes", false);
      somas.push(readSoma(somaOf.model, own));
      dendrites.push(readDendrite(dendriteOf.model, dendriteOwn));
      synapseOwn.accept("synapse_hw_name");
      warnOfUnknown([own, dendriteOwn, synapseOwn]);
      models = { place: somas.length - 1, logsSpikes: logsSpikesHere, isClean: report.findings === told };
      known.set(key, models);
    }
    modelsOf[neuron] = models.place;
    logsSpikes[neuron] = models.logsSpikes ? 1 : 0;
  }
  return {
    ...{ somaUnit, dendriteUnit, logsSpikes },
    ...{ somas, dendrites, modelsOf },
    tapsOf: (neuron: number): number => dendrites[modelsOf[neuron]]?.taps ?? 0,
  };
}
