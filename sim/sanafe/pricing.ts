/**
 * Units of a chip that a network uses, in the memory of the step's kernel, which counts the actions of each; an energy
 * is a count times the description's price, in J.
 */
import { type DendriteUnit, MOST_UNITS, type SanafeCore, type SomaUnit, type SynapseUnit } from "./architecture.js";
import type { BoundNetwork } from "./bind.js";
import type { StepKernel } from "./step-kernel.js";

export interface UnitEnergies {
  readonly synapse: number;
  readonly dendrite: number;
  readonly soma: number;
  readonly network: number;
  readonly total: number;
}

/** Units of one kind that the network uses: a chip may describe thousands that it does not use. */
class UsedUnits<Unit> {
  readonly units: Unit[] = [];
  private readonly places = new Map<number, number>();
  private lastKey = -1;
  private lastPlace = 0;

  /** Index of a core's unit among the used ones. */
  placeOf(core: SanafeCore, units: readonly Unit[], index: number): number {
    const key = core.id * MOST_UNITS + index;
    if (key === this.lastKey) return this.lastPlace;
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.units.push(units[index]) - 1;
      this.places.set(key, place);
    }
    [this.lastKey, this.lastPlace] = [key, place];
    return place;
  }
}

/** Units that neurons and synapses use, as indices into the lists of used units. */
interface UnitUse {
  readonly somas: readonly SomaUnit[];
  readonly dendrites: readonly DendriteUnit[];
  readonly synapses: readonly SynapseUnit[];
  /** By neuron. */
  readonly somaOf: Int32Array;
  readonly dendriteOf: Int32Array;
  /** Index of a synapse's unit. */
  synapseOf(synapse: number, core: number): number;
  /**
   * By core: index of the only synapse unit that its synapses use, and of the only dendrite that its neurons use; -1:
   * several.
   */
  readonly synapseOfCore: Int32Array;
  readonly dendriteOfCore: Int32Array;
  /** By core: a dendrite processes every event. */
  readonly runsDendrite: Uint8Array;
}

const NONE_YET = -2;
const SEVERAL = -1;

function unitUse(bound: BoundNetwork): UnitUse {
  const { cores } = bound.chip;
  const [somas, dendrites, synapses] = [new UsedUnits<SomaUnit>(), new UsedUnits<DendriteUnit>(), new UsedUnits<SynapseUnit>()];
  const byNeuron = (place: (core: SanafeCore, neuron: number) => number): Int32Array =>
    Int32Array.from(bound.coreOf, (core, neuron) => place(cores[core], neuron));
  const somaOf = byNeuron((core, neuron) => somas.placeOf(core, core.somas, bound.somaUnit[neuron]));
  const dendriteOf = byNeuron((core, neuron) => dendrites.placeOf(core, core.dendrites, bound.dendriteUnit[neuron]));
  const [synapseOfCore, dendriteOfCore] = [new Int32Array(cores.length).fill(NONE_YET), new Int32Array(cores.length).fill(NONE_YET)];
  const note = (ofCore: Int32Array, core: number, place: number): void => {
    if (ofCore[core] !== place) ofCore[core] = ofCore[core] === NONE_YET ? place : SEVERAL;
  };
  dendriteOf.forEach((place, neuron) => {
    note(dendriteOfCore, bound.coreOf[neuron], place);
  });
  const synapseOf = (synapse: number, core: number): number =>
    synapses.placeOf(cores[core], cores[core].synapses, bound.synapseUnit[synapse]);
  for (let axon = 0; axon < bound.axonCore.length; axon++) {
    const core = bound.axonCore[axon];
    let before = -1;
    for (let s = bound.synapseStart[axon]; s < bound.synapseStart[axon + 1]; s++) {
      if (bound.synapseUnit[s] === before) continue;
      before = bound.synapseUnit[s];
      note(synapseOfCore, core, synapseOf(s, core));
    }
  }
  const runsDendrite = Uint8Array.from(cores, ({ bufferPosition, bufferInsideUnit }) =>
    bufferPosition !== "dendrite" || bufferInsideUnit ? 1 : 0,
  );
  return {
    ...{ somas: somas.units, dendrites: dendrites.units, synapses: synapses.units },
    ...{ somaOf, dendriteOf, synapseOf, synapseOfCore, dendriteOfCore, runsDendrite },
  };
}

/** Joules per step of the units that are charged in every step, whether they work or not, by kind. */
function standingJ(cores: readonly SanafeCore[]): { synapse: number; dendrite: number; soma: number } {
  const of = (units: readonly { readonly updatesEveryStep: boolean }[], joules: (index: number) => number): number =>
    units.reduce((sum, unit, i) => sum + (unit.updatesEveryStep ? joules(i) : 0), 0);
  const standing = { synapse: 0, dendrite: 0, soma: 0 };
  for (const { synapses, dendrites, somas } of cores) {
    standing.synapse += of(synapses, (i) => synapses[i].processSpike.energyJ);
    standing.dendrite += of(dendrites, (i) => dendrites[i].update.energyJ);
    standing.soma += of(somas, (i) => somas[i].update.energyJ);
  }
  return standing;
}

/**
 * Handles of neurons' working times and of their dendrites, by neuron index; and of the units of synapses, if a core
 * has several.
 */
export interface UnitHandles {
  readonly works: Uint32Array;
  readonly dendrites: Uint32Array;
  readonly synapses: ((synapse: number, core: number) => number) | null;
}

/** Units in use, and the units that each neuron and each core uses. */
export function placeUnits(host: StepKernel, bound: BoundNetwork): UnitHandles {
  const { kernel } = host;
  const { chip, coreOf, order } = bound;
  const use = unitUse(bound);
  const standing = standingJ(chip.cores);
  kernel.setUnits(use.synapses.length, use.dendrites.length, use.somas.length, standing.synapse, standing.dendrite, standing.soma);
  const isBehind = (neuron: number): boolean => chip.cores[coreOf[neuron]].bufferPosition === "dendrite";
  // Every soma is accessed once per step, and so is a dendrite after its core's buffer.
  const [accesses, updates] = [new Float64Array(use.somas.length), new Float64Array(use.dendrites.length)];
  for (const neuron of order) {
    accesses[use.somaOf[neuron]]++;
    if (isBehind(neuron)) updates[use.dendriteOf[neuron]]++;
  }
  const synapses = use.synapses.map((unit, i) => kernel.setSynapseUnit(i, unit.processSpike.energyJ));
  const dendrites = use.dendrites.map((unit, i) => kernel.setDendriteUnit(i, unit.update.energyJ, updates[i]));
  const somas = use.somas.map(({ access, update, spikeOut }, i) =>
    kernel.setSomaUnit(i, access.energyJ, update.energyJ, spikeOut.energyJ, accesses[i]),
  );
  for (const id of host.used) {
    const [synapse, dendrite] = [synapses[use.synapseOfCore[id]] ?? 0, dendrites[use.dendriteOfCore[id]] ?? 0];
    kernel.setCoreUnits(id, synapse, dendrite, use.runsDendrite[id]);
  }
  /** by soma, and by dendrite after its buffer */
  const known = new Map<number, number>();
  const works = Uint32Array.from(order, (neuron) => {
    const [soma, dendrite] = [use.somaOf[neuron], isBehind(neuron) ? use.dendriteOf[neuron] : -1];
    const key = soma * (use.dendrites.length + 1) + dendrite + 1;
    const work = known.get(key) ?? addWork(host, somas[soma], use.somas[soma], dendrite < 0 ? null : use.dendrites[dendrite]);
    known.set(key, work);
    return work;
  });
  const hasSeveral = host.used.some((id) => use.synapseOfCore[id] === SEVERAL);
  return {
    works,
    dendrites: Uint32Array.from(order, (neuron) => dendrites[use.dendriteOf[neuron]]),
    synapses: hasSeveral ? (synapse, core) => synapses[use.synapseOf(synapse, core)] : null,
  };
}

function addWork({ kernel }: StepKernel, handle: number, soma: SomaUnit, dendrite: DendriteUnit | null): number {
  const { access, update, spikeOut } = soma;
  const idleS = dendrite === null ? access.latencyS : access.latencyS + dendrite.update.latencyS;
  const updatedS = idleS + update.latencyS;
  return kernel.addWork(handle, idleS, updatedS, updatedS + spikeOut.latencyS);
}
