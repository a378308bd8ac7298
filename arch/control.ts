/**
 * The control logic of a core: sequencers, address counters, grants, waiting spikes, and the fields that accompany a
 * batch. Its area, leakage, registers and energy are means over synthesised cores of varied shape
 * (`control_ihp130.csv`, written by `scripts/control-costs.ts`). These lie at 0.81 to 1.56 of the mean area, where the
 * most is a second update unit, and at 0.72 to 1.36 of the mean energy, which follows the operations per cycle
 * (docs/gates.md). The mean is kept, with an error of each shape (`sim/error-causes.ts`), because control is 2 % of
 * the energy of `edge`. It uses energy in cycles in which a unit of the core works. Wires from a memory's edge to lanes
 * and update units carry words over half the side of a square as large as the core's logic, priced as repeated wire of
 * DSENT's links. Wires inside a memory are part of its energy. Configuration registers are separate
 * (`configuration.ts`).
 * Not modelled: sharing among cores of a tile.
 */
import { clockBitsPj, IHP_CORNER, logicAreaMm2, logicCorner, logicLeakageMw } from "./arithmetic.js";
import type { Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import { linkCosts } from "./dsent.js";
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

/** Its area in flip-flops, and its number of register bits. */
export const controlSize = (): { readonly areaFlops: number; readonly registerBits: number } => ({
  areaFlops: quantity("area"),
  registerBits: quantity("registers"),
});

/** Energy of a working cycle per flip-flop of area. */
const pjPerFlop = (technology: Technology): number =>
  (quantity("energy") / quantity("area")) * energyRatio(IHP_CORNER, logicCorner(technology));

export function controlCosts(technology: Technology): ControlCosts {
  return {
    pjPerCycle: pjPerFlop(technology) * quantity("area"),
    clockPjPerCycle: clockBitsPj(quantity("registers"), technology),
    leakageMw: logicLeakageMw(flops(quantity("leakage")), technology),
    areaMm2: logicAreaMm2(flops(quantity("area")), technology.nodeNm),
  };
}

/** Energy of moving a word of `bits` from a memory to the middle of `logicMm2` of logic. */
export function wirePj(bits: number, logicMm2: number, technology: Technology): number {
  return linkCosts(bits, 1, technology).flitPj * (Math.sqrt(logicMm2) / 2);
}
