/**
 * What steers a core: sequencers, address counters, grants, spikes that wait, and what travels with a batch. Its area,
 * leakage, registers and energy are means over synthesised cores of varied shape (`control_ihp130.csv`, written by
 * `scripts/control-costs.ts`), which differ by a quarter either way: it hardly grows with lanes and widths. It works in
 * cycles in which a unit of the core does. Wires from a memory's edge to lanes and update units: words over half the
 * side of a square as large as the core's logic, as repeated wire of DSENT's links. Those inside a memory are in its
 * own energy. Configuration registers are not in it: the emitted core has constants, a description says how many bits
 * they are (`configuration.ts`).
 * Not modelled: sharing among cores of a tile.
 */
import { clockBitsPj, logicAreaMm2, logicCorner, logicLeakageMw } from "./arithmetic.js";
import type { Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import { linkCosts } from "./dsent.js";
import { IHP_CORNER } from "./memories/registers.js";
import { energyRatio, SCALING_SOURCE } from "./scaling.js";

export const CONTROL_SOURCE = `control of synthesised cores, IHP 130 nm; ${SCALING_SOURCE}`;
export const WIRE_SOURCE = `DSENT 0.91 link over half the side of the core's logic; ${SCALING_SOURCE}`;

interface ControlCosts {
  readonly pjPerCycle: number;
  readonly clockPjPerCycle: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
}

const quantity = (name: string): number => num(table("control_ihp130").find((row) => row.quantity === name) as Row, "mean");
const flops = (registerBits: number) => ({ adderBits: 0, multiplierBits2: 0, registerBits });

/** In flip-flops: what its area comes to, and its registers. */
export const controlSize = (): { readonly areaFlops: number; readonly registerBits: number } => ({
  areaFlops: quantity("area"),
  registerBits: quantity("registers"),
});

/**
 * Energy of a cycle in which such logic works, per flip-flop that its area comes to: of other logic that counts and
 * chooses addresses, too.
 */
export const controlPjPerFlop = (technology: Technology): number =>
  (quantity("energy") / quantity("area")) * energyRatio(IHP_CORNER, logicCorner(technology));

export function controlCosts(technology: Technology): ControlCosts {
  return {
    pjPerCycle: controlPjPerFlop(technology) * quantity("area"),
    clockPjPerCycle: clockBitsPj(quantity("registers"), technology),
    leakageMw: logicLeakageMw(flops(quantity("leakage")), technology),
    areaMm2: logicAreaMm2(flops(quantity("area")), technology.nodeNm),
  };
}

/** A word of `bits` between a memory and the middle of `logicMm2` of logic. */
export function wirePj(bits: number, logicMm2: number, technology: Technology): number {
  return linkCosts(bits, 1, technology).flitPj * (Math.sqrt(logicMm2) / 2);
}
