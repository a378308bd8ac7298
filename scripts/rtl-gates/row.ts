/** Figures of a core's gates, beside those of the model. */

import type { PartEnergy } from "../../rtl/gates/gate-energy.js";
import type { FigureRow } from "../../rtl/index.js";

/** pJ per synaptic operation: of the working parts, and of the clocks. */
export interface OperationEnergy {
  readonly work: number;
  readonly clock: number;
}

export interface GateRow {
  readonly name: string;
  readonly tools: { readonly [tool: string]: string };
  readonly figures: readonly FigureRow[];
  /** Priced area of the logic at the gates' node. */
  readonly modelAreaUm2: number;
  /** The same without registers. */
  readonly modelCombinationalUm2: number;
  readonly areaUm2: number;
  readonly lut4: number;
  /** Whether the netlist gave the simulator's scores and cycles. */
  readonly equal: boolean;
  /** Scores and waves that were compared. */
  readonly compared: number;
  readonly cycles: number;
  readonly operations: number;
  readonly gates: OperationEnergy;
  readonly model: OperationEnergy;
  readonly parts: readonly (PartEnergy & { readonly part: string })[];
  /** Bits by part. */
  readonly registers: { readonly [part: string]: number };
  readonly gated: GatedRow;
}

/** The same core with clock gates before registers that share an enable. */
interface GatedRow {
  readonly areaUm2: number;
  readonly clockGates: number;
  /** Registers behind a clock gate. */
  readonly registers: number;
  readonly equal: boolean;
  readonly gates: OperationEnergy;
}

/** The control of a core with several update units. */
export interface UnitsRow {
  readonly name: string;
  readonly units: number;
  /** Largest number of bits of which all fields of words are multiples. */
  readonly grainBits: number;
  readonly tools: { readonly [tool: string]: string };
  readonly areaUm2: number;
  readonly leakagePw: number;
  readonly registers: number;
}

/** A router's netlist under traffic: its work, and its energy over all cycles. */
export interface RouterRun {
  /** Packets per 1,000 cycles and core. */
  readonly load: number;
  /** Flits of a packet. */
  readonly length: number;
  readonly cycles: number;
  /** Cycles in which the netlist told something else than the router did. */
  readonly wrong: number;
  /** Flits. */
  readonly arrived: number;
  readonly sent: number;
  /** Virtual channels that heads got. */
  readonly allocations: number;
  /** Cycles with a flit in the router. */
  readonly awake: number;
  readonly parts: readonly { readonly part: string; readonly workPj: number; readonly clockPj: number }[];
}

export interface RouterSize {
  readonly ports: number;
  readonly vcs: number;
  readonly flitBits: number;
  readonly depth: number;
  /** iSLIP and unicast, or what differs from it. */
  readonly kind: "plain" | "trees" | "input first";
}

/** Figures of a router's gates. */
export interface RouterRow {
  readonly name: string;
  readonly size: RouterSize;
  readonly tools: { readonly [tool: string]: string };
  readonly areaUm2: number;
  readonly luts: number;
  readonly registerBits: number;
  readonly longestNs: number;
  readonly leakageUw: number;
  readonly runs: readonly RouterRun[];
  readonly parts: readonly { readonly part: string; readonly gates: number; readonly areaUm2: number }[];
}

export interface EndSize {
  readonly vcs: number;
  readonly flitBits: number;
  /** Flits per virtual channel of the buffer behind the router. */
  readonly depth: number;
  /** Flits of the largest packet. */
  readonly flits: number;
  /** Cycles of a flit from the router's switch to that buffer. */
  readonly wayCycles: number;
}

/** Figures of a core's end of the network. */
export interface EndRow {
  readonly name: string;
  readonly size: EndSize;
  readonly tools: { readonly [tool: string]: string };
  /** Of what is no queue of packets, which a core has at any rate. */
  readonly areaUm2: number;
  readonly leakageUw: number;
}

/** A core with an imported network as gates of a library, and placed on an ECP5. */
export interface ImportedRow {
  readonly name: string;
  /** What the model says. */
  readonly model: {
    /** Of the slowest path of logic at the library's node, and of the slowest limit that refuses a clock, MHz. */
    readonly clockMhz: number;
    readonly limitMhz: number;
    /** Products of widths, summed over the multipliers of the update unit that is priced. */
    readonly updateBits2: number;
    /** Levels of logic of the longest stage of the update unit on an FPGA. */
    readonly levels: number;
  };
  readonly gates?: {
    readonly tools: { readonly [tool: string]: string };
    readonly library: string;
    readonly areaUm2: number;
    /** Of the update unit alone. */
    readonly unitUm2: number;
    /** Products of widths, summed over the update unit's multipliers. */
    readonly updateBits2: number;
    readonly longest: { readonly ns: number; readonly gates: number; readonly from: string; readonly to: string };
  };
  /** undefined: not placed. */
  readonly ecp5?: {
    readonly tools: { readonly [tool: string]: string };
    readonly device: string;
    readonly askedMhz: number;
    readonly clockMhz: number;
    readonly luts: number;
    readonly flipFlops: number;
    readonly blockRams: number;
    readonly multipliers: number;
  };
}
