/**
 * The data of a chip: frozen and complete, parsed from YAML by `parse.ts`. Its fields are those of the schema
 * (`schema.ts`) in camel case. This file defines the fields that differ from the description: bits instead of KiB,
 * cycles instead of times, null for "none".
 */
import type { Camel } from "./camel.js";
import type { FpgaName } from "./fpga/devices.js";
import type { OwnMacro, OwnWords } from "./macros/macro.js";
import type { MEMORY_KIND_NAMES } from "./memories/kind-names.js";
import type { CoreDocument, RootDocument } from "./schema.js";
import type { SiliconFactors } from "./silicon-groups.js";
import type { Tree } from "./topologies/mesh-tree.js";
import type { OwnNetwork } from "./topologies/own-network.js";
import type { WeightFormat } from "./weight-format-schema.js";

type Section<Name extends keyof RootDocument> = Camel<RootDocument[Name]>;
type CoreSection<Name extends keyof CoreDocument> = Camel<CoreDocument[Name]>;

/** CACTI device family of the SRAM cells and periphery. */
export type SramCell = RootDocument["chip"]["sram_cell"];

/** Slow, typical or fast silicon. */
export type ProcessCorner = NonNullable<RootDocument["chip"]["corner"]>;

/** Process and operating point, shared by every block of the chip. */
export interface Technology extends Pick<Section<"chip">, "sramCell" | "temperatureK" | "clockMhz" | "idle"> {
  readonly nodeNm: number;
  readonly voltageV: number;
  /** Corner of the process, at the same supply and temperature. */
  readonly corner: ProcessCorner;
}

/** Technology of a memory. It does not change cycles: the description gives ports, banks and latency. */
export type MemoryKind = (typeof MEMORY_KIND_NAMES)[number];
/** Technology of a queue; `auto`: registers up to 32 entries, SRAM beyond. */
export type QueueKind = MemoryKind | "auto";

/** One on-chip memory; word i is in bank i mod banks. */
export interface Memory extends Pick<CoreSection<"state_memory">, "wordBits" | "banks" | "ports" | "readLatencyCycles"> {
  readonly kind: MemoryKind | "plug-in";
  /** Its cost by the user's own macros, or by a plug-in's kind; null: the component library prices it. */
  readonly own: OwnMacro | null;
  /** Capacity of all banks, in whole words of the described size. */
  readonly sizeBits: number;
  /** A word that several successive groups of a row need is read once per row (`row`), or once per group (`group`). */
  readonly refetch: "row" | "group";
  /**
   * True if words are read again in each cycle in which their user stalls. Weights: while a group waits for the state
   * memory. States: while a group waits for the state memory, and for the soma's last batch while the soma waits for
   * the state memory or for its packets to leave.
   */
  readonly rereadsInStalls: boolean;
}

/** A FIFO of spike messages. */
type Queue = Pick<CoreSection<"output_queue">, "depth">;

/** How an input queue takes messages. */
export type Intake = Omit<CoreSection<"input_queue">, "depth" | "kind" | "macros" | "wordBits">;

/** How a synapse unit finds its spikes. */
export type Scan = CoreSection<"scan">;

/** One neurosynaptic core. */
export interface Core
  extends Pick<Camel<CoreDocument>, "maxNeurons" | "lanes" | "accumulateDepthCycles" | "eventOverheadCycles" | "neuronUpdate"> {
  /** Position in `Chip.cores`; cores of one tile are neighbours. */
  readonly id: number;
  readonly tile: number;
  readonly scan: Scan;
  readonly synapseMemory: Memory;
  /** Holds states, membrane potentials, and accumulators (double-buffered: this wave's and the next's). */
  readonly stateMemory: Memory;
  /**
   * Capacities in entries: of the axon table, one per source with rows on the core; of the route table, one per packet
   * of its neurons' spikes (sim/mapping/tables.ts). null: no limit.
   */
  readonly axonEntries: number | null;
  readonly routeEntries: number | null;
  /** Costs of these tables by the user's own macros; null: the component library prices them. */
  readonly tableMacros: { readonly axons: OwnMacro | null; readonly routes: OwnMacro | null };
  /** Queues and parameter memory that are built of the user's own macros; null: by `queueKinds`, `parameterKind`. */
  readonly ownWords: { readonly input: OwnWords | null; readonly output: OwnWords | null; readonly parameters: OwnWords | null };
  readonly inputQueue: Queue;
  readonly intake: Intake;
  readonly outputQueue: Queue;
  /** Technology of the memory of neurons' parameters, which has `maxNeurons` rows. */
  readonly parameterKind: MemoryKind;
  /** Bits of the registers that configure the core (`configuration.ts`). */
  readonly configurationBits: number;
  readonly queueKinds: { readonly input: QueueKind; readonly output: QueueKind };
}

/**
 * Network on chip. `topologies/` defines how a topology uses width, height and tree. Stage names and delays as in
 * BookSim 2.
 */
export interface Noc extends Omit<Section<"noc">, "tree" | "dies"> {
  /** The tree of a `mesh-tree`; null: there is no tree. */
  readonly tree: Tree | null;
  /** The network of a plug-in's topology; null: the topology is built in. */
  readonly own: OwnNetwork | null;
  /** null: the whole network is on one die. */
  readonly dies: Dies | null;
}

/**
 * The dies of equal size over which the network's tiles are divided (`dies.ts`), and the links between them. Times are
 * in cycles of the chip.
 */
export interface Dies {
  readonly columns: number;
  readonly rows: number;
  /** Width of each direction of each link. */
  readonly bitsPerCycle: number;
  /** From the first bit of a flit to its arrival. */
  readonly latencyCycles: number;
}

/** Global synchronisation at the end of every wave. */
type Barrier = Pick<Section<"barrier">, "baseCycles" | "perCoreCycles">;

/** Each core begins a wave when its own sources have finished theirs, as packets tell it; there is no barrier. */
export interface SourcePace {
  /** Number of waves by which a core may be ahead of a core that receives its spikes and has finished its updates. */
  readonly runAheadWaves: number;
}

/** Steps begin at ticks instead of barriers. */
export type Tick = SoftTick | HardTick;

/** A global tick that all cores wait for together. */
interface SoftTick {
  readonly periodCycles: number;
  /** If work is not finished at the next tick, the step takes more ticks, or the run is refused. */
  readonly overrun: "wait" | "refuse";
}

/**
 * Each core begins its steps at ticks, even if messages of the previous step are still in flight; no core waits for
 * another.
 */
export interface HardTick {
  readonly periodCycles: number;
  /** Messages in a core's input queue when it begins a step count to that step, or are lost. */
  readonly overrun: "late" | "drop";
  /** First tick of core i of n: floor(i x `spreadCycles` / n). 0 for a global tick, more for local timers. */
  readonly spreadCycles: number;
}

/**
 * External DRAM behind one channel of the chip, for weight rows that do not fit on the chip. Times in cycles of the
 * chip.
 * Not modelled: banks, refresh, open pages, the wires between channel and cores.
 */
export interface Dram {
  readonly bitsPerCycle: number;
  /** Cycles from a request to its first bit. */
  readonly latencyCycles: number;
  readonly burstBits: number;
  /** Groups of a row are used while later ones arrive. Absent: false. */
  readonly streamsRows?: boolean;
  /** Size of each core's buffer for rows of messages that wait in its input queue. Absent: 0, there is none. */
  readonly prefetchBits?: number;
}

/**
 * The port at which spikes from outside the chip enter the network (`port.ts`). Times of the host link, in cycles of
 * the chip.
 */
export interface Port {
  /** Tile whose router it is connected to. */
  readonly tile: number;
  readonly bitsPerCycle: number;
  /** Cycles from the beginning of a step to the first bit of its first packet. */
  readonly latencyCycles: number;
  /** Size of a packet on the host link; null: header and payload. */
  readonly packetBits: number | null;
  /** Packets that can wait for the router; a full queue stalls the host link. */
  readonly queueDepth: number;
}

/** The buffer in which features wait for input neurons on cores (`frame-buffer.ts`). */
export interface FrameBuffer {
  /** Number of features that it holds. */
  readonly entries: number;
  readonly kind: MemoryKind;
  /** Built of the user's macros; null: of `kind`, with words as wide as a state. */
  readonly own: OwnWords | null;
}

/** A price from the description, or from a price model. */
export interface OwnPrice {
  /** A text is an expression over shapes (`own-price-value.ts`). */
  readonly value: number | string;
  readonly source: string;
  /** 90 % interval in percent: from value / (1 + p / 100) to value x (1 + p / 100). Default: the price is exact. */
  readonly plusMinusPercent?: number;
  /** The price model that gives it with an error: prices of another one err apart. */
  readonly model?: string;
}

/** A whole chip. */
export interface Chip {
  readonly name: string;
  readonly technology: Technology;
  /** The FPGA that implements the chip; null: the chip is silicon. */
  readonly fpga: FpgaName | null;
  /** Shortest clock period of logic by the description; left out: by the component library. */
  readonly logicPeriodNs?: number;
  /** How synapse memories store a convolution's weights; `sim/mapping/kernels.ts` says which can be shared. */
  readonly convolution: RootDocument["chip"]["convolution"];
  /** How synapse memories store matrices with zeros: `sim/mapping/weight-formats.ts`. */
  readonly weightFormat: RootDocument["chip"]["weight_format"];
  /** Weight formats of single projections, by target population. */
  readonly weightFormats: { readonly [population: string]: WeightFormat };
  readonly noc: Noc;
  readonly barrier: Barrier;
  /** null: the barrier ends a step. */
  readonly tick: Tick | null;
  /** null: waves end at a barrier, or begin at ticks. */
  readonly sourcePace: SourcePace | null;
  /** DRAM for weights that do not fit; null: none. */
  readonly spill: Dram | null;
  /** The port through which input spikes enter; null: input neurons are on cores. */
  readonly port: Port | null;
  /** null: frames stay outside the chip. */
  readonly frameBuffer: FrameBuffer | null;
  readonly coresPerTile: readonly number[];
  readonly cores: readonly Core[];
  /** Factors from prices of the component library to measured silicon (`silicon.ts`); null: no factors. */
  readonly silicon: SiliconFactors | null;
  /**
   * Prices in the description, which replace the component library's: component name -> pJ per action (or mW, mm2, by
   * its unit).
   */
  readonly priceOverrides: { readonly [component: string]: OwnPrice };
}
