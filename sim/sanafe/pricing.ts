/**
 * Counts of one step by unit, and what they cost: energies are counts times the description's prices, in J.
 */
import { type DendriteUnit, MOST_UNITS, type SanafeCore, type SanafeTile, type SomaUnit, type SynapseUnit } from "./architecture.js";
import type { BoundNetwork } from "./bind.js";

export interface UnitEnergies {
  readonly synapse: number;
  readonly dendrite: number;
  readonly soma: number;
  readonly network: number;
  readonly total: number;
}

/** Units of one kind that the network uses: a chip may describe thousands that nothing is mapped to. */
class UsedUnits<Unit> {
  readonly units: Unit[] = [];
  private readonly places = new Map<number, number>();
  private lastKey = -1;
  private lastPlace = 0;

  /** Place of a core's unit among those in use. */
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

/** Who uses which unit: places in the lists of used units, by neuron and by synapse. */
export interface UnitUse {
  readonly somas: readonly SomaUnit[];
  readonly dendrites: readonly DendriteUnit[];
  readonly synapses: readonly SynapseUnit[];
  readonly somaOf: Int32Array;
  readonly dendriteOf: Int32Array;
  readonly synapseOf: Int32Array;
}

export function unitUse(bound: BoundNetwork): UnitUse {
  const { cores } = bound.chip;
  const [somas, dendrites, synapses] = [new UsedUnits<SomaUnit>(), new UsedUnits<DendriteUnit>(), new UsedUnits<SynapseUnit>()];
  const coreOf = (neuron: number): SanafeCore => cores[bound.coreOf[neuron]];
  const byNeuron = (place: (core: SanafeCore, neuron: number) => number): Int32Array =>
    Int32Array.from(bound.coreOf, (_, neuron) => place(coreOf(neuron), neuron));
  return {
    ...{ somas: somas.units, dendrites: dendrites.units, synapses: synapses.units },
    somaOf: byNeuron((core, neuron) => somas.placeOf(core, core.somas, bound.somaUnit[neuron])),
    dendriteOf: byNeuron((core, neuron) => dendrites.placeOf(core, core.dendrites, bound.dendriteUnit[neuron])),
    synapseOf: Int32Array.from(bound.synapseTarget, (target, s) => {
      const core = coreOf(target);
      return synapses.placeOf(core, core.synapses, bound.synapseUnit[s]);
    }),
  };
}

/** Counts of one step, by used unit. */
export class Counts {
  readonly synapseEvents: Float64Array;
  readonly dendriteUpdates: Float64Array;
  readonly somaAccesses: Float64Array;
  readonly somaUpdates: Float64Array;
  readonly somaSpikes: Float64Array;
  readonly messagesIn: Float64Array;
  readonly messagesOut: Float64Array;
  /** [tiles][north, east, south, west] hops towards the tile. */
  readonly hops: Float64Array;

  constructor(use: UnitUse, cores: number, tiles: number) {
    this.synapseEvents = new Float64Array(use.synapses.length);
    this.dendriteUpdates = new Float64Array(use.dendrites.length);
    this.somaAccesses = new Float64Array(use.somas.length);
    this.somaUpdates = new Float64Array(use.somas.length);
    this.somaSpikes = new Float64Array(use.somas.length);
    this.messagesIn = new Float64Array(cores);
    this.messagesOut = new Float64Array(cores);
    this.hops = new Float64Array(tiles * 4);
  }

  clear(): void {
    for (const array of Object.values(this) as Float64Array[]) array.fill(0);
  }
}

const HOP_ORDER = ["north", "east", "south", "west"] as const;

/** Joules a step of the units that are charged in every step, whether they work or not, by kind. */
export function standingJ(cores: readonly SanafeCore[]): { synapse: number; dendrite: number; soma: number } {
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

/** X first, then Y; hops are priced by the tile they lead to. */
export function countHops(counts: Counts, from: SanafeTile, to: SanafeTile): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const at = to.id * 4;
  const [vertical, horizontal] = [at + (dy > 0 ? 0 : 2), at + (dx > 0 ? 1 : 3)];
  counts.hops[vertical] = counts.hops[vertical] + Math.abs(dy);
  counts.hops[horizontal] = counts.hops[horizontal] + Math.abs(dx);
  return Math.abs(dx) + Math.abs(dy);
}

export function priceStep(
  counts: Counts,
  use: UnitUse,
  standing: ReturnType<typeof standingJ>,
  cores: readonly SanafeCore[],
  tiles: readonly SanafeTile[],
): UnitEnergies {
  let { synapse, dendrite, soma } = standing;
  let network = 0;
  use.synapses.forEach((unit, s) => {
    synapse += counts.synapseEvents[s] * unit.processSpike.energyJ;
  });
  use.dendrites.forEach((unit, d) => {
    dendrite += counts.dendriteUpdates[d] * unit.update.energyJ;
  });
  use.somas.forEach((unit, m) => {
    soma += counts.somaAccesses[m] * unit.access.energyJ;
    soma += counts.somaUpdates[m] * unit.update.energyJ;
    soma += counts.somaSpikes[m] * unit.spikeOut.energyJ;
  });
  for (const { id, axonIn, axonOut } of cores) network += counts.messagesIn[id] * axonIn.energyJ + counts.messagesOut[id] * axonOut.energyJ;
  for (const tile of tiles) {
    HOP_ORDER.forEach((direction, k) => {
      network += counts.hops[tile.id * 4 + k] * tile.hop[direction].energyJ;
    });
  }
  return { synapse, dendrite, soma, network, total: synapse + dendrite + soma + network };
}
