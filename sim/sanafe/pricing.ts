/**
 * Counts of one step by unit, and what they cost: energies are counts times the description's prices, in J.
 */
import { type DendriteUnit, MOST_UNITS, type SanafeCore, type SomaUnit, type SynapseUnit } from "./architecture.js";
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

/** Who uses which unit: places in the lists of used units. */
interface UnitUse {
  readonly somas: readonly SomaUnit[];
  readonly dendrites: readonly DendriteUnit[];
  readonly synapses: readonly SynapseUnit[];
  /** By neuron. */
  readonly somaOf: Int32Array;
  readonly dendriteOf: Int32Array;
  /** Place of a synapse's unit. */
  synapseOf(synapse: number, core: number): number;
  /**
   * By core: the place of the one synapse unit that its synapses use, of the one dendrite that its neurons use; -1:
   * several.
   */
  readonly synapseOfCore: Int32Array;
  readonly dendriteOfCore: Int32Array;
  /** By core: whether a dendrite works on every event. */
  readonly runsDendrite: Uint8Array;
}

const NONE_YET = -2;
const SEVERAL = -1;

export function unitUse(bound: BoundNetwork): UnitUse {
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
  /** Dendrite updates that every step has. */
  private readonly standingUpdates: Float64Array;
  private readonly tileOf: Int32Array;
  private readonly x: Int32Array;
  private readonly y: Int32Array;

  constructor(
    private readonly bound: BoundNetwork,
    private readonly use: UnitUse,
  ) {
    const { chip, coreOf } = bound;
    this.synapseEvents = new Float64Array(use.synapses.length);
    this.dendriteUpdates = new Float64Array(use.dendrites.length);
    this.standingUpdates = new Float64Array(use.dendrites.length);
    this.somaAccesses = new Float64Array(use.somas.length);
    this.somaUpdates = new Float64Array(use.somas.length);
    this.somaSpikes = new Float64Array(use.somas.length);
    this.messagesIn = new Float64Array(chip.cores.length);
    this.messagesOut = new Float64Array(chip.cores.length);
    this.hops = new Float64Array(chip.tiles.length * 4);
    this.tileOf = Int32Array.from(chip.cores, ({ tile }) => tile);
    this.x = Int32Array.from(chip.tiles, ({ x }) => x);
    this.y = Int32Array.from(chip.tiles, ({ y }) => y);
    // Every soma is accessed once per step, and so is a dendrite behind its core's buffer.
    coreOf.forEach((core, neuron) => {
      this.somaAccesses[use.somaOf[neuron]]++;
      if (chip.cores[core].bufferPosition === "dendrite") this.standingUpdates[use.dendriteOf[neuron]]++;
    });
  }

  /** Before the next step. */
  clear(): void {
    this.dendriteUpdates.set(this.standingUpdates);
    for (const counts of [this.synapseEvents, this.somaUpdates, this.somaSpikes, this.messagesIn, this.messagesOut, this.hops])
      counts.fill(0);
  }

  /** Synaptic events `from` to `to`, which lie in `core`. */
  addEvents(core: number, from: number, to: number): void {
    const { use, synapseEvents, dendriteUpdates } = this;
    const synapse = use.synapseOfCore[core];
    if (synapse >= 0) synapseEvents[synapse] += to - from;
    else for (let s = from; s < to; s++) synapseEvents[use.synapseOf(s, core)]++;
    if (use.runsDendrite[core] === 0) return;
    const dendrite = use.dendriteOfCore[core];
    if (dendrite >= 0) dendriteUpdates[dendrite] += to - from;
    else for (let s = from; s < to; s++) dendriteUpdates[use.dendriteOf[this.bound.synapseTarget[s]]]++;
  }

  /**
   * A message's way from core to core, X first, then Y; hops are counted at the tile they lead to. Returns how many
   * they are.
   */
  addHops(source: number, target: number): number {
    const from = this.tileOf[source];
    const to = this.tileOf[target];
    if (from === to) return 0;
    const { hops } = this;
    const dx = this.x[to] - this.x[from];
    const dy = this.y[to] - this.y[from];
    const vertical = Math.abs(dy);
    const horizontal = Math.abs(dx);
    hops[4 * to + (dy > 0 ? 0 : 2)] += vertical;
    hops[4 * to + (dx > 0 ? 1 : 3)] += horizontal;
    return horizontal + vertical;
  }
}

const HOP_ORDER = ["north", "east", "south", "west"] as const;

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

/** Energies of the units in use, J, and a step's sum of counts times them, always in the same order. */
export class Prices {
  private readonly standing: ReturnType<typeof standingJ>;
  private readonly synapseJ: Float64Array;
  private readonly dendriteJ: Float64Array;
  private readonly accessJ: Float64Array;
  private readonly updateJ: Float64Array;
  private readonly spikeJ: Float64Array;
  private readonly messageInJ: Float64Array;
  private readonly messageOutJ: Float64Array;
  /** Tiles with cores in use, ascending; a hop towards each, as in `Counts`. */
  private readonly tiles: Int32Array;
  private readonly hopJ: Float64Array;

  constructor(
    { chip }: BoundNetwork,
    use: UnitUse,
    /** Cores with neurons, ascending. */
    private readonly used: Int32Array,
  ) {
    const { cores, tiles } = chip;
    this.standing = standingJ(cores);
    this.synapseJ = Float64Array.from(use.synapses, (unit) => unit.processSpike.energyJ);
    this.dendriteJ = Float64Array.from(use.dendrites, (unit) => unit.update.energyJ);
    this.accessJ = Float64Array.from(use.somas, (unit) => unit.access.energyJ);
    this.updateJ = Float64Array.from(use.somas, (unit) => unit.update.energyJ);
    this.spikeJ = Float64Array.from(use.somas, (unit) => unit.spikeOut.energyJ);
    this.messageInJ = Float64Array.from(cores, ({ axonIn }) => axonIn.energyJ);
    this.messageOutJ = Float64Array.from(cores, ({ axonOut }) => axonOut.energyJ);
    this.tiles = Int32Array.from(new Set(Array.from(used, (core) => cores[core].tile)));
    this.hopJ = Float64Array.from(tiles.flatMap(({ hop }) => HOP_ORDER.map((direction) => hop[direction].energyJ)));
  }

  step(counts: Counts): UnitEnergies {
    let { synapse, dendrite, soma } = this.standing;
    let network = 0;
    for (let s = 0; s < this.synapseJ.length; s++) synapse += counts.synapseEvents[s] * this.synapseJ[s];
    for (let d = 0; d < this.dendriteJ.length; d++) dendrite += counts.dendriteUpdates[d] * this.dendriteJ[d];
    for (let m = 0; m < this.accessJ.length; m++) {
      soma += counts.somaAccesses[m] * this.accessJ[m];
      soma += counts.somaUpdates[m] * this.updateJ[m];
      soma += counts.somaSpikes[m] * this.spikeJ[m];
    }
    for (const core of this.used) {
      network += counts.messagesIn[core] * this.messageInJ[core] + counts.messagesOut[core] * this.messageOutJ[core];
    }
    for (const tile of this.tiles) {
      for (let hop = 4 * tile; hop < 4 * tile + 4; hop++) network += counts.hops[hop] * this.hopJ[hop];
    }
    return { synapse, dendrite, soma, network, total: synapse + dendrite + soma + network };
  }
}
