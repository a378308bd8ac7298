/**
 * Adders, multipliers, registers and their clock: energy, leakage, area, delay at any width, node and supply.
 *
 * Energy: Horowitz, ISSCC 2014, 45 nm 0.9 V. Adder: a straight line through its 8- and 32-bit values. Multiplier: p w^2
 * + q w through its 8- and 32-bit values, p a b + q (a + b) / 2 for unequal widths. Area: Aladdin 40 nm (32-bit adder
 * and multiplier at 5 ns, register bit), linear and quadratic in width. Leakage: Aladdin's README values. Clock of a
 * register bit: the clock pin of IHP's flip-flop, 130 nm 1.2 V (`cells_ihp130.csv`); by it Aladdin's bit, which was
 * written, has 1.4 times IHP's energy at 40 nm; ODIN's measured clock is 0.55 of the library's with all of its
 * flip-flops clocked, and 1.13 of it without those of its queues (`silicon.csv`, `docs/prices.md`). Clock tree: DSENT's
 * 3-port router at 45 nm, its clock energy over flit bits taken to 0 bits. (The slope per bit, 0.2 of the flip-flop's
 * pin, is not that of registers.) All are scaled by Stillmaker-Baas; leakage by the SRAM table's ratio (a guess). Not
 * modelled: glitches, operand statistics, buffers of the tree that grow with its registers.
 */
import { log2 } from "../base/math.js";
import type { Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import { areaRatio, type Corner, delayRatio, energyRatio, formOf, SCALING_SOURCE } from "./scaling.js";
import { atCorner, leakageRatio } from "./sram.js";

export const ADD_SOURCE = `Horowitz ISSCC 2014 adder, linear in width; ${SCALING_SOURCE}`;
export const MULTIPLY_SOURCE = `Horowitz ISSCC 2014 multiplier, quadratic in width; ${SCALING_SOURCE}`;
export const DRAM_SOURCE =
  "Horowitz ISSCC 2014 DRAM access of 64 bits, mean of its 1.3 and 2.6 nJ; an external device, not scaled with the chip";
export const LOGIC_AREA_SOURCE = "Aladdin 40 nm adder, multiplier, register bit; area factors of Stillmaker and Baas 2017";
export const LOGIC_LEAKAGE_SOURCE = "Aladdin 40 nm leakage, by the ratio of CACTI SRAM leakage to 45 nm hp (guess)";
export const CLOCK_SOURCE = `clock pin of IHP SG13G2 flip-flops, tree of a DSENT router; ${SCALING_SOURCE}`;

/** Aladdin, mW at 40 nm: 32-bit adder 0.0024, 32-bit multiplier 0.05 to 0.08 (the lower), register bit 7.4e-5. */
const ADDER_LEAKAGE_MW = 0.0024;
const MULTIPLIER_LEAKAGE_MW = 0.05;
const REGISTER_BIT_LEAKAGE_MW = 7.4e-5;
/** Aladdin's 32-bit multiplier and adder meet 1 ns at 40 nm; its nominal supply of 0.9 V is that of 40 nm G. */
const OPERATOR_DELAY_NS = 1;
const ALADDIN: Corner = { nodeNm: 40, form: "HP", voltageV: 0.9 };
const HOROWITZ: Corner = { nodeNm: 45, form: "HP", voltageV: 0.9 };
/** Corner of the rows of DSENT with which gates are compared. */
export const DSENT_45: Corner = { nodeNm: 45, form: "HP", voltageV: 1.0 };
/** Corner at which IHP's library is characterised. */
export const IHP_CORNER: Corner = { nodeNm: 130, form: "HP", voltageV: 1.2 };

export const logicCorner = (technology: Technology): Corner => ({
  nodeNm: technology.nodeNm,
  form: formOf(technology.sramCell),
  voltageV: technology.voltageV,
});

const horowitz = (op: string, bits: number): number => {
  const row = table("arith").find((r) => r.op === op && r.bits === String(bits) && r.tech_nm === "45" && r.source?.startsWith("Horowitz"));
  if (row === undefined) throw new RangeError(`no ${op} of ${bits} bits in arith.csv`);
  return num(row, "energy_pj");
};
/** Energy per bit read from external DRAM, interface included. */
export const dramBitPj = (): number => (horowitz("dram_read_min", 64) + horowitz("dram_read_max", 64)) / 2 / 64;
/** Aladdin's block at 5 ns: the third of its four rows. */
const aladdin = (op: string): Row => {
  const row = table("arith").find((r) => r.op === op && r.tech_nm === "40" && r.source?.includes("5 ns operator latency"));
  if (row === undefined) throw new RangeError(`no ${op} at 5 ns in arith.csv`);
  return row;
};
const aladdinUm2 = (op: string): number => num(aladdin(op), "area_um2");

interface LogicTables {
  readonly add: { readonly slope: number; readonly offset: number };
  readonly multiply: { readonly p: number; readonly q: number };
  readonly areaUm2: { readonly addBit: number; readonly multiplyBit2: number; readonly registerBit: number };
  /** pJ per cycle: a tree at 45 nm 1.0 V, and each register bit at 130 nm 1.2 V. */
  readonly clock: { readonly tree: number; readonly bit: number };
}
let tables: LogicTables | null = null;
/** Coefficients from the tables. */
export function logicTables(): LogicTables {
  if (tables !== null) return tables;
  const [add8, add32, multiply8, multiply32] = [
    horowitz("int_add", 8),
    horowitz("int_add", 32),
    horowitz("int_mult", 8),
    horowitz("int_mult", 32),
  ];
  const slope = (add32 - add8) / 24;
  const p = (multiply32 / 32 - multiply8 / 8) / 24;
  const clockPj = (flitBits: number): number => {
    const row = table("noc").find(
      (r) =>
        r.kind === "router" &&
        r.tech_nm === "45" &&
        r.ports === "3" &&
        r.flit_bits === String(flitBits) &&
        r.buffers_per_vc === "2" &&
        r.vcs === "1",
    );
    if (row === undefined) throw new RangeError(`no router of ${flitBits} bits in noc.csv`);
    return num(row, "clock_pj_per_cycle");
  };
  const flop = table("cells_ihp130").find(({ role }) => role === "flip-flop") as Row;
  tables = {
    add: { slope, offset: add8 - 8 * slope },
    multiply: { p, q: multiply8 / 8 - 8 * p },
    areaUm2: { addBit: aladdinUm2("int_add") / 32, multiplyBit2: aladdinUm2("int_mult") / 1024, registerBit: aladdinUm2("register_bit") },
    clock: { tree: clockPj(16) - (16 * (clockPj(128) - clockPj(16))) / 112, bit: num(flop, "clock_pj") },
  };
  return tables;
}

export const addPj = (bits: number, technology: Technology): number =>
  (logicTables().add.slope * bits + logicTables().add.offset) * energyRatio(HOROWITZ, logicCorner(technology));

export const multiplyPj = (aBits: number, bBits: number, technology: Technology): number =>
  (logicTables().multiply.p * aBits * bBits + (logicTables().multiply.q * (aBits + bBits)) / 2) *
  energyRatio(HOROWITZ, logicCorner(technology));

/** Energy of writing one register bit, clock included: Aladdin's register bit at 5 ns. */
export const registerWritePj = (technology: Technology): number =>
  num(aladdin("register_bit"), "energy_pj") * energyRatio(ALADDIN, logicCorner(technology));

/** Energy per cycle of a clock tree and `registerBits` flip-flops. */
export const clockTreePj = (technology: Technology): number => logicTables().clock.tree * energyRatio(DSENT_45, logicCorner(technology));
export const clockBitsPj = (registerBits: number, technology: Technology): number =>
  logicTables().clock.bit * registerBits * energyRatio(IHP_CORNER, logicCorner(technology));

/**
 * Energy of writing `bits` flip-flops, which includes a cycle of their clock pins, beside a clock that is paid in every
 * cycle (`chip.idle: clocked`): without that cycle. Otherwise unchanged.
 */
export const besideClockPj = (writePj: number, bits: number, technology: Technology): number =>
  technology.idle === "clocked" ? Math.max(0, writePj - clockBitsPj(bits, technology)) : writePj;

/** Logic by the size of its parts. */
export interface Logic {
  /** Sum of the adders' widths, bits. */
  readonly adderBits: number;
  /** Sum over multipliers of the product of their operand widths, bits². */
  readonly multiplierBits2: number;
  readonly registerBits: number;
}

export function logicAreaMm2(logic: Logic, nodeNm: number): number {
  const { addBit, multiplyBit2, registerBit } = logicTables().areaUm2;
  const um2 = addBit * logic.adderBits + multiplyBit2 * logic.multiplierBits2 + registerBit * logic.registerBits;
  return um2 * 1e-6 * areaRatio(ALADDIN.nodeNm, nodeNm);
}

export function logicLeakageMw(logic: Logic, technology: Technology): number {
  const at40 =
    (ADDER_LEAKAGE_MW / 32) * logic.adderBits +
    (MULTIPLIER_LEAKAGE_MW / 1024) * logic.multiplierBits2 +
    REGISTER_BIT_LEAKAGE_MW * logic.registerBits;
  return at40 * leakageRatio(45, "hp", 300, technology);
}

/**
 * How many times slower logic of silicon is than chains of fast operators and gates, typical and without wires. Source:
 * clocks of seven published chips of 22 and 28 nm beside such chains scaled to their node and supply (1.64 to 3.75,
 * geometric mean 2.44; the three on silicon 2.87 to 3.75; docs/prices.md, Highest clock), and twelve cores of this
 * project as gates of 130 nm (2.26 to 2.99, mean 2.56; docs/logs/rtl-gates.json). It stands for wires, margins of
 * sign-off and unequal stages.
 */
export const LOGIC_SLOWER = 2.5;

/**
 * Factor from a logic delay of fast operators at `from` to the delay of logic at the chip's node, supply and process
 * corner. All families have high performance transistors here: chips are built with fast cells where they are needed,
 * and published ones of 28 nm run up to 4 times as fast as the fits' low power form, so slowed, would let them.
 */
export const logicDelayRatio = (from: Corner, technology: Technology): number =>
  LOGIC_SLOWER * delayRatio(from, { ...logicCorner(technology), form: "HP" }) * atCorner(technology).delay;

/**
 * Delay of a multiplier of `bits` (the wider operand), or of an adder: 1 ns at 32 bits and 40 nm, logarithmic in width.
 */
export const operatorDelayNs = (bits: number, technology: Technology): number =>
  OPERATOR_DELAY_NS * (log2(Math.max(2, bits)) / 5) * logicDelayRatio(ALADDIN, technology);
