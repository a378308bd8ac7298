/**
 * The kernel `sanafe-step` with a chip and the axons of a network. It returns records as handles; 0: none. Throws
 * InfeasibleError if its memory cannot hold the network.
 */
import { KernelHost } from "../kernel/kernel-host.js";
import type { Direction, SanafeChip } from "./architecture.js";
import type { Whole } from "./edge-columns.js";

interface GlobalNumber {
  readonly value: number;
}

/** The kernel's functions; `kernel/step-setup.part.as.ts` explains each. */
interface StepExports {
  allocate(bytes: number): number;
  setChip(tiles: number, cores: number, linkMessages: number, farthestS: number): void;
  setTile(id: number, x: number, y: number): void;
  /** Seconds, then joules, of hops towards north, east, south and west. */
  setHops(id: number, ...costs: number[]): void;
  setCore(id: number, tile: number, from: number, end: number, outS: number, messageInJ: number, messageOutJ: number): void;
  addUsedCore(id: number): void;
  setLate(id: number, rows: number, count: number): void;
  setUnits(synapses: number, dendrites: number, somas: number, synapseJ: number, dendriteJ: number, somaJ: number): void;
  setSynapseUnit(i: number, eventJ: number): number;
  setDendriteUnit(i: number, updateJ: number, standing: number): number;
  setSomaUnit(i: number, accessJ: number, updateJ: number, spikeJ: number, accesses: number): number;
  setCoreUnits(id: number, synapse: number, dendrite: number, runsDendrite: number): void;
  addWork(soma: number, idleS: number, updatedS: number, firedS: number): number;
  addKind(model: number, resetMode: number, reverseMode: number, force: number, towardsZero: number, ...numbers: number[]): number;
  setNeurons(count: number, ...tables: number[]): void;
  setRows(rows: number, count: number): void;
  setSlots(neurons: number, slots: number, first: number, counts: number): void;
  addTaps(place: number, count: number, time: number, space: number): void;
  setSynapses(
    places: number,
    narrowPlaces: number,
    weights: number,
    narrowWeights: number,
    delays: number,
    taps: number,
    units: number,
  ): void;
  setAxons(count: number): void;
  setAxon(i: number, delivery: number, firstSynapse: number): void;
  setDeliveries(count: number): void;
  setDelivery(i: number, target: number, processingS: number): void;
  setAxonsOf(neurons: number, first: number, end: number): void;
  setDepartures(most: number): void;
  step(step: number, isDetailed: number): void;
  clearStep(): void;
  beginMessages(core: number): void;
  pushMessage(core: number, axon: number, readyS: number): void;
  endMessages(core: number, generatedS: number): void;
  /** Duration of the step with the kernel's messages; -1 if it is not a finite number. */
  detailedS(): number;
  lineUp(base: number, cycleS: number): number;
  messagesTo(core: number): number;
  generatedOf(core: number): number;
  closingOf(core: number): number;
  readonly totals: GlobalNumber;
  readonly spikes: GlobalNumber;
  readonly departures: GlobalNumber;
  readonly departureSources: GlobalNumber;
  readonly departureTargets: GlobalNumber;
  readonly departureProcessingS: GlobalNumber;
  readonly IDLE: GlobalNumber;
  readonly FIRED: GlobalNumber;
  readonly LIF: GlobalNumber;
  readonly TRUENORTH: GlobalNumber;
  readonly INPUT: GlobalNumber;
  readonly NONE: GlobalNumber;
  readonly SOFT: GlobalNumber;
  readonly HARD: GlobalNumber;
  readonly SATURATE: GlobalNumber;
}

/** Indices of a step's totals in `totals`. */
export const StepTotal = {
  FIRED: 0,
  UPDATED: 1,
  PACKETS: 2,
  HOPS: 3,
  SYNAPTIC_EVENTS: 4,
  SYNAPSE_J: 5,
  DENDRITE_J: 6,
  SOMA_J: 7,
  NETWORK_J: 8,
  SIMPLE_S: 9,
  DETAILED_S: 10,
} as const;

/** Neurons by core: those of core c are at coreStart[c] .. coreStart[c + 1]. */
interface PlacedCores {
  readonly chip: SanafeChip;
  readonly coreStart: Int32Array;
}

/**
 * By axon: its destination core, its first synapse (one more entry than axons), seconds for which the core processes a
 * message.
 */
interface Axons {
  readonly axonCore: Whole;
  readonly synapseStart: Whole;
  readonly processingS: (axon: number) => number;
}

const DIRECTIONS: readonly Direction[] = ["north", "east", "south", "west"];

export class StepKernel extends KernelHost<StepExports> {
  /** Cores with neurons, ascending; all others send no messages. */
  readonly used: readonly number[];

  constructor({ chip, coreStart }: PlacedCores, { axonCore, synapseStart, processingS }: Axons) {
    super("sanafe-step", "a SANA-FE network");
    const { kernel } = this;
    const { tiles, cores } = chip;
    const slowestS = tiles.reduce((most, { hop }) => DIRECTIONS.reduce((m, direction) => Math.max(m, hop[direction].latencyS), most), 0);
    kernel.setChip(tiles.length, cores.length, chip.linkBufferSize, slowestS * (chip.width + chip.height));
    for (const { id, x, y, hop } of tiles) {
      kernel.setTile(id, x, y);
      kernel.setHops(id, ...DIRECTIONS.map((to) => hop[to].latencyS), ...DIRECTIONS.map((to) => hop[to].energyJ));
    }
    this.used = cores.map(({ id }) => id).filter((id) => coreStart[id + 1] > coreStart[id]);
    for (const { id, tile, axonIn, axonOut } of cores)
      kernel.setCore(id, tile, coreStart[id], coreStart[id + 1], axonOut.latencyS, axonIn.energyJ, axonOut.energyJ);
    for (const id of this.used) kernel.addUsedCore(id);
    const axons = axonCore.length;
    kernel.setAxons(axons);
    const deliveries: { readonly core: number; readonly processingS: number }[] = [];
    // a core needs as many different times as its axons differ in the units of their synapses
    const known = cores.map(() => new Map<number, number>());
    for (let axon = 0; axon < axons; axon++) {
      const [core, seconds] = [axonCore[axon], processingS(axon)];
      let delivery = known[core].get(seconds);
      if (delivery === undefined) {
        delivery = deliveries.push({ core, processingS: seconds }) - 1;
        known[core].set(seconds, delivery);
      }
      kernel.setAxon(axon, delivery, synapseStart[axon]);
    }
    // ends the synapses of the last axon
    kernel.setAxon(axons, 0, synapseStart[axons]);
    kernel.setDeliveries(deliveries.length);
    for (const [i, delivery] of deliveries.entries()) kernel.setDelivery(i, delivery.core, delivery.processingS);
  }

  /**
   * Views of 8-byte numbers at an address, valid until something is added or allocated; the next ones: of 4-byte,
   * 2-byte and 1-byte numbers.
   */
  doubles(at: number, count: number): Float64Array {
    return new Float64Array(this.buffer, at >>> 0, count);
  }

  singles(at: number, count: number): Float32Array {
    return new Float32Array(this.buffer, at >>> 0, count);
  }

  halfWords(at: number, count: number): Uint16Array {
    return new Uint16Array(this.buffer, at >>> 0, count);
  }

  words(at: number, count: number): Int32Array {
    return new Int32Array(this.buffer, at >>> 0, count);
  }

  bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.buffer, at >>> 0, count);
  }
}
