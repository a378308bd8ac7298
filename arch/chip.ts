/**
 * What a chip IS: frozen, complete data, parsed from YAML by `parse.ts`. Its fields, their values and texts are the
 * schema's (`schema.ts`), in camel case; what stands here is what the description says otherwise: bits for KiB, cycles
 * for times, null for "there is none".
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

/** What a memory is made of. Cycles do not depend on it: ports, banks and latency are what the description says. */
export type MemoryKind = (typeof MEMORY_KIND_NAMES)[number];
/** What a queue is made of; `auto`: registers up to 32 entries, SRAM beyond. */
export type QueueKind = MemoryKind | "auto";

/** One on-chip memory; a word of item i lies in bank i mod banks. */
export interface Memory extends Pick<CoreSection<"state_memory">, "wordBits" | "banks" | "ports" | "readLatencyCycles"> {
  readonly kind: MemoryKind | "plug-in";
  /** What it costs by the user's own macros, or of a plug-in's kind; null: the component library prices it. */
  readonly own: OwnMacro | null;
  /** Over all banks: what words have of the size that is described. */
  readonly sizeBits: number;
  /**
   * Words that neighbouring groups of a row share: read once per row (`row`), or once for each group that needs them
   * (`group`).
   */
  readonly refetch: "row" | "group";
  /**
   * Words are read again in each cycle in which who holds them waits. Of weights: a group that waits for the state
   * memory. Of states: a group that waits for the state memory; the soma's last batch, while the soma waits for the
   * state memory or for its packets to leave.
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
  /** Holds h, the membrane a, and the accumulators (double-buffered: this wave's and the next's). */
  readonly stateMemory: Memory;
  /**
   * Capacities in entries: sources with rows on the core; packets that spikes of its neurons make
   * (sim/mapping/tables.ts). null: no limit.
   */
  readonly axonEntries: number | null;
  readonly routeEntries: number | null;
  /** What those tables cost by the user's own macros; null: the component library prices them. */
  readonly tableMacros: { readonly axons: OwnMacro | null; readonly routes: OwnMacro | null };
  /**
   * Queues and parameters (of an update unit) that are built of the user's own macros; null: by `queueKinds`,
   * `parameterKind`.
   */
  readonly ownWords: { readonly input: OwnWords | null; readonly output: OwnWords | null; readonly parameters: OwnWords | null };
  readonly inputQueue: Queue;
  readonly intake: Intake;
  readonly outputQueue: Queue;
  /** What the memory of neurons' parameters is made of; it holds `maxNeurons` rows. */
  readonly parameterKind: MemoryKind;
  /** Bits of the registers that configure the core (`configuration.ts`). */
  readonly configurationBits: number;
  readonly queueKinds: { readonly input: QueueKind; readonly output: QueueKind };
}

/**
 * Network on chip. What its topology makes of width, height and tree is in `topologies/`. Stage names and delays as in
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
 * Dies of equal size that the network's tiles are divided among (`dies.ts`), and the links between them, whose times
 * are in cycles of the chip.
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

/** Each core begins its waves behind its own sources, told by packets; no wave ends on the whole chip. */
export interface SourcePace {
  /** Waves by which a core may be ahead of one that gets its spikes and is done with its updates. */
  readonly runAheadWaves: number;
}

/** Steps begin at ticks instead of behind barriers. */
export type Tick = SoftTick | HardTick;

/** A global tick that all cores wait for together. */
interface SoftTick {
  readonly periodCycles: number;
  /** Work that is not over at the next tick: the step takes more ticks, or the chip is refused. */
  readonly overrun: "wait" | "refuse";
}

/**
 * Each core begins its steps at ticks, whether messages of the step before are still under way or not; no core waits
 * for another.
 */
export interface HardTick {
  readonly periodCycles: number;
  /** What is left in a core's input queue when it begins a step: counts to that step, or is lost. */
  readonly overrun: "late" | "drop";
  /** Core i of n has its first tick at floor(i x this / n): 0 for a global tick, more for timers of the cores' own. */
  readonly spreadCycles: number;
}

/**
 * External DRAM behind one channel of the chip, for rows of weights that do not fit on it. Its times are those of the
 * DRAM, in cycles of the chip.
 * Not modelled: banks, refresh, open pages, the wires between channel and cores.
 */
export interface Dram {
  readonly bitsPerCycle: number;
  /** From a request to its first bit. */
  readonly latencyCycles: number;
  readonly burstBits: number;
}

/**
 * Where spikes from off the chip enter the network (`port.ts`). Its times are those of the host link, in cycles of the
 * chip.
 */
export interface Port {
  /** At whose router it is. */
  readonly tile: number;
  readonly bitsPerCycle: number;
  /** From a step's beginning to the first bit of its first packet. */
  readonly latencyCycles: number;
  /** Size of a packet on the host link; null: header and payload. */
  readonly packetBits: number | null;
  /** Packets that wait for the router; full, they stall the host link. */
  readonly queueDepth: number;
}

/** Where features wait for input neurons on cores (`frame-buffer.ts`). */
export interface FrameBuffer {
  /** Features that it holds. */
  readonly entries: number;
  readonly kind: MemoryKind;
  /** Of the user's macros; null: of `kind`, with words as wide as a state. */
  readonly own: OwnWords | null;
}

/** A price of the description, or of a price model. */
export interface OwnPrice {
  /** A text is an expression over shapes (`own-price-value.ts`). */
  readonly value: number | string;
  readonly source: string;
  /**
   * Nine tenths of what it may be lie within so many percent: value x (1 + p / 100) above, value / (1 + p / 100) below.
   * Left out: it is exact.
   */
  readonly plusMinusPercent?: number;
}

/** A whole chip. */
export interface Chip {
  readonly name: string;
  readonly technology: Technology;
  /** The device that holds the chip in place of silicon of its own; null: there is none. */
  readonly fpga: FpgaName | null;
  /** How a convolution's weights lie in the synapse memories; which ones can be shared: `sim/mapping/kernels.ts`. */
  readonly convolution: RootDocument["chip"]["convolution"];
  /** How matrices with zeros lie there: `sim/mapping/weight-formats.ts`. */
  readonly weightFormat: RootDocument["chip"]["weight_format"];
  /** The same of single projections, by the population that they lead into. */
  readonly weightFormats: { readonly [population: string]: WeightFormat };
  readonly noc: Noc;
  readonly barrier: Barrier;
  /** null: the barrier ends a step. */
  readonly tick: Tick | null;
  /** null: waves are the chip's, or begin at ticks. */
  readonly sourcePace: SourcePace | null;
  /** Where weights go that do not fit; null: nowhere. */
  readonly spill: Dram | null;
  /** Behind which the input neurons are; null: they are on cores. */
  readonly port: Port | null;
  /** null: frames stay off the chip. */
  readonly frameBuffer: FrameBuffer | null;
  readonly coresPerTile: readonly number[];
  readonly cores: readonly Core[];
  /** Factors that bring prices of the component library to silicon (`silicon.ts`); null: its models as they are. */
  readonly silicon: SiliconFactors | null;
  /**
   * Prices given in the description, over the component library: component name -> pJ per action (or mW, mm2 by its
   * unit).
   */
  readonly priceOverrides: { readonly [component: string]: OwnPrice };
}
