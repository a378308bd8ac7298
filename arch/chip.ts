/** What a chip IS: frozen, complete data. Parsed from YAML by `parse.ts`; nothing here has a default or behaviour. */

import type { Tree } from "./topologies/mesh-tree.js";
import type { TopologyName } from "./topologies/registry.js";

/** CACTI device family of the SRAM cells and periphery. */
export type SramCell = "lstp" | "lop" | "hp";

/** Process and operating point, shared by every block of the chip. */
export interface Technology {
  readonly nodeNm: number;
  readonly sramCell: SramCell;
  readonly voltageV: number;
  readonly temperatureK: number;
  readonly clockMhz: number;
  /** What happens to a core's clock in cycles in which it has nothing to do. */
  readonly idle: "clocked" | "clock-gated" | "power-gated";
}

/** One on-chip memory. `sizeBits` is the total over the banks; a word of item i lies in bank i mod banks. */
export interface Memory {
  readonly sizeBits: number;
  readonly wordBits: number;
  readonly banks: number;
  /** `1rw`: one access a cycle and bank. `1r1w`: one read and one write a cycle and bank. */
  readonly ports: "1rw" | "1r1w";
  readonly readLatencyCycles: number;
  /** Words that neighbouring groups of a row share: read once a row (`row`), or once for each group that needs them (`group`). */
  readonly refetch: "row" | "group";
  /**
   * Words are read again in each cycle in which who holds them waits. Of weights: a group that waits for the state memory. Of states: a group that
   * waits for the state memory; the soma's last batch, while the soma waits for the state memory or for its packets to leave.
   */
  readonly rereadsInStalls: boolean;
}

/** A FIFO of spike messages. */
export interface Queue {
  readonly depth: number;
}

/** How an input queue takes messages. */
export interface Intake {
  /**
   * What a full queue does: `stall` the sender; `drop` the message, which is lost; `freeze` its own core's soma until there is space, and
   * stall the sender: the queue is served first, as in the event controllers of ODIN and tinyODIN.
   */
  readonly full: "stall" | "drop" | "freeze";
  /** From the cycle in which a message comes to the first in which it can be taken. */
  readonly visibilityCycles: number;
  /** Whether a message that is taken in a cycle leaves its place to one that comes in the same cycle. */
  readonly fullJudged: "before-pop" | "after-pop";
}

/** How a synapse unit finds its spikes. */
export interface Scan {
  /**
   * `event`: rows are read as messages come. Else a message only sets a bit of the core's spike vector, and the vector is scanned when the whole
   * chip's messages of the wave have come: `compressed` reads the rows of set bits, `dense` those of all axons.
   */
  readonly policy: "event" | "compressed" | "dense";
  /** Of `compressed`: bits seen at once, cycles of each chunk, and of each set bit. */
  readonly chunkBits: number;
  readonly cyclesPerChunk: number;
  readonly cyclesPerSetBit: number;
}

/** One neurosynaptic core. */
export interface Core {
  /** Position in `Chip.cores`; cores of one tile are neighbours. */
  readonly id: number;
  readonly tile: number;
  /** Neurons that the core can hold. */
  readonly maxNeurons: number;
  /** Synaptic operations the datapath accepts a cycle; a memory word feeds min(lanes, weights a word) of them. */
  readonly lanes: number;
  /** Stages between a weight word and its accumulator's write; paid once an event burst. */
  readonly accumulateDepthCycles: number;
  /** Cycles from taking an event from the input queue to its first weight read (axon look-up). */
  readonly eventOverheadCycles: number;
  readonly scan: Scan;
  readonly synapseMemory: Memory;
  /** Holds h, the membrane a, and the accumulators (double-buffered: this wave's and the next's). */
  readonly stateMemory: Memory;
  /** Capacities in entries: sources with rows on the core; packets that spikes of its neurons make (sim/mapping/tables.ts). null: no limit. */
  readonly axonEntries: number | null;
  readonly routeEntries: number | null;
  readonly inputQueue: Queue;
  readonly intake: Intake;
  readonly outputQueue: Queue;
  readonly neuronUpdate: {
    /** `dense`: every neuron every timestep. `touched`: only neurons with input or a non-zero state. */
    readonly policy: "dense" | "touched";
    /** Neurons in flight a cycle (parallel soma units). */
    readonly units: number;
    /** Issue interval of one unit. */
    readonly cyclesPerNeuron: number;
    readonly pipelineDepthCycles: number;
  };
}

/**
 * Network on chip. What its topology makes of width, height and tree is in `topologies/`. Stage names and delays as in BookSim 2.
 */
export interface Noc {
  readonly topology: TopologyName;
  /** Of `mesh-tree`; null: there is no tree. */
  readonly tree: Tree | null;
  readonly width: number;
  readonly height: number;
  /** Order of dimensions, or minimal adaptive by the odd-even turn model (mesh). */
  readonly routing: "xy" | "yx" | "odd-even";
  readonly flitWidthBits: number;
  readonly virtualChannels: number;
  readonly vcBufferFlits: number;
  readonly allocator: "islip" | "separable-input-first";
  readonly routingDelayCycles: number;
  readonly vcAllocationDelayCycles: number;
  readonly switchAllocationDelayCycles: number;
  readonly switchTraversalDelayCycles: number;
  readonly creditDelayCycles: number;
  readonly linkCycles: number;
  readonly linkLengthMm: number;
  readonly multicast: "unicast" | "tree";
  /** Bits of a packet before its payload: destination, axon, timestep parity. */
  readonly headerBits: number;
}

/** Global synchronisation at the end of every wave. */
export interface Barrier {
  readonly baseCycles: number;
  /** Added for each core that holds neurons. */
  readonly perCoreCycles: number;
}

/** Steps begin at ticks instead of behind barriers. */
export type Tick = SoftTick | HardTick;

/** A global tick that all cores wait for together. */
export interface SoftTick {
  readonly periodCycles: number;
  /** Work that is not over at the next tick: the step takes more ticks, or the chip is refused. */
  readonly overrun: "wait" | "refuse";
}

/** Each core begins its steps at ticks, whether messages of the step before are still under way or not; no core waits for another. */
export interface HardTick {
  readonly periodCycles: number;
  /** What is left in a core's input queue when it begins a step: counts to that step, or is lost. */
  readonly overrun: "late" | "drop";
  /** Core i of n has its first tick at floor(i x this / n): 0 for a global tick, more for timers of the cores' own. */
  readonly spreadCycles: number;
}

/**
 * External DRAM behind one channel of the chip, for rows of weights that do not fit on it. Its times are those of the DRAM, in cycles of the chip.
 * Not modelled: banks, refresh, open pages, the wires between channel and cores.
 */
export interface Dram {
  readonly bitsPerCycle: number;
  /** From a request to its first bit. */
  readonly latencyCycles: number;
  readonly burstBits: number;
}

/** A whole chip. */
export interface Chip {
  readonly name: string;
  readonly technology: Technology;
  readonly noc: Noc;
  readonly barrier: Barrier;
  /** null: the barrier ends a step. */
  readonly tick: Tick | null;
  /** Where weights go that do not fit; null: nowhere. */
  readonly spill: Dram | null;
  readonly coresPerTile: readonly number[];
  readonly cores: readonly Core[];
  /** Prices given in the description, over the component library: component name -> pJ an action (or mW, mm2 by its unit). */
  readonly priceOverrides: { readonly [component: string]: { readonly value: number; readonly source: string } };
}
