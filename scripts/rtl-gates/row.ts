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
  readonly shape: { readonly [path: string]: number | string };
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
}

/** Figures of a router's gates. */
export interface RouterRow {
  readonly name: string;
  /** `kind`: iSLIP and unicast, or what differs from it. */
  readonly size: {
    readonly ports: number;
    readonly vcs: number;
    readonly flitBits: number;
    readonly depth: number;
    readonly kind: "plain" | "trees" | "input first";
  };
  readonly tools: { readonly [tool: string]: string };
  readonly areaUm2: number;
  readonly luts: number;
  readonly registerBits: number;
  readonly longestNs: number;
  readonly parts: readonly { readonly part: string; readonly gates: number; readonly areaUm2: number }[];
}
