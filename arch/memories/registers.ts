/**
 * Costs of memories of registers or latches: energy, clock, leakage, access time, area for any number of words and
 * bits.
 *
 * Parts: a storage cell per bit; a clock gate and a decoder's AND gate per word; a tree of 4-way multiplexers per bit
 * of a word and bank; for latches, which are transparent during a write, an input register per bit of a word and bank.
 * Writes and reads use separate wires, so a second port costs nothing.
 *
 * - One flip-flop: area, leakage and the energy of a written bit by Aladdin's register bit at 40 nm (`arith.csv`). All
 * other cells by their ratio to a flip-flop in IHP's library (`cells_ihp130.csv`); that the ratio holds at other nodes
 * is a guess. IHP's own flip-flop, scaled to 40 nm, has 0.98 of the area and 0.7 of the energy of Aladdin's bit.
 * - Write: the word's cells, and the load of the data lines at the cells of all words of the bank; half of the bits
 * toggle.
 * - Read: selects and outputs of all multiplexers of the bank's tree, for random words at random addresses: an upper
 * bound.
 * - Clock: with `chip.idle: clocked` the registers are clocked in every cycle, and a write does not pay the clock of
 * its word again. Otherwise, and for latches, only the words' clock gates are.
 * - Access time: an address register and the multiplexers' levels, IHP's delays scaled by Stillmaker and Baas.
 * Not modelled: multiplexers over banks (`docs/prices.md`), the energy of decoder and clock gates in a write, gating of
 * groups of words, wires, a pipeline inside the multiplexers.
 */
import {
  besideClockPj,
  clockBitsPj,
  IHP_CORNER,
  LOGIC_AREA_SOURCE,
  LOGIC_LEAKAGE_SOURCE,
  logicAreaMm2,
  logicDelayRatio,
  logicLeakageMw,
  registerWritePj,
} from "../arithmetic.js";
import type { Memory, Technology } from "../chip.js";
import { num, type Row, table } from "../component-tables.js";
import { SCALING_SOURCE } from "../scaling.js";

type CellKind = "registers" | "latches";
type RegisterShape = Pick<Memory, "sizeBits" | "wordBits" | "banks">;

export interface RegisterMacro {
  readonly read_pj: number;
  readonly write_pj: number;
  readonly clock_pj_per_cycle: number;
  readonly leakage_mw: number;
  readonly access_ns: number;
  readonly cycle_ns: number;
  readonly area_mm2: number;
  readonly sources: { readonly energy: string; readonly clock: string; readonly leakage: string; readonly area: string };
}

/**
 * Costs of one cell at 130 nm. Energies: of a cycle of its clock pin, of a toggle at its data pin while it keeps its
 * content, of a toggle at its output, and of its selects per read, which each toggle in half of the reads.
 */
export interface CellCosts {
  readonly areaUm2: number;
  readonly leakagePw: number;
  readonly clockPj: number;
  readonly dataPj: number;
  readonly outputPj: number;
  readonly selectPj: number;
  readonly delayNs: number;
}

const ROLES = ["flip-flop", "latch", "clock gate", "multiplexer of 4", "and of 2"] as const;
type CellRole = (typeof ROLES)[number];

const RATIO = "ratios of IHP SG13G2 cells";

let cells: { readonly [role in CellRole]: CellCosts } | null = null;
/** The library's cells by their role here; a cell without a quantity has 0. */
export function ihpCells(): { readonly [role in CellRole]: CellCosts } {
  if (cells !== null) return cells;
  const rows = new Map(table("cells_ihp130").map((row) => [row.role, row]));
  const each = (role: CellRole): CellCosts => {
    const row = rows.get(role) as Row;
    const orNone = (column: string): number => (row[column] === "" ? 0 : num(row, column));
    return {
      ...{ areaUm2: num(row, "area_um2"), leakagePw: num(row, "leakage_pw"), delayNs: num(row, "delay_ns") },
      ...{ clockPj: orNone("clock_pj"), dataPj: orNone("data_pj"), outputPj: orNone("output_pj"), selectPj: orNone("select_pj") },
    };
  };
  cells = Object.fromEntries(ROLES.map((role) => [role, each(role)])) as { [role in CellRole]: CellCosts };
  return cells;
}

/** Number of each cell in a memory. */
export function cellCounts(kind: CellKind, { sizeBits, wordBits, banks }: RegisterShape): { readonly [role in CellRole]: number } {
  const wordsPerBank = Math.floor(sizeBits / wordBits / banks);
  const words = wordsPerBank * banks;
  const inputs = kind === "latches" ? wordBits * banks : 0;
  return {
    "flip-flop": kind === "registers" ? words * wordBits : inputs,
    latch: kind === "latches" ? words * wordBits : 0,
    "clock gate": words,
    "multiplexer of 4": (wordBits * banks * (wordsPerBank - 1)) / 3,
    "and of 2": words,
  };
}

/** The memory's cells as an equivalent number of flip-flops, by one quantity. */
function inFlipFlops(kind: CellKind, shape: RegisterShape, quantity: "areaUm2" | "leakagePw"): number {
  const all = ihpCells();
  const counts = cellCounts(kind, shape);
  return ROLES.reduce((sum, role) => sum + (counts[role] * all[role][quantity]) / all["flip-flop"][quantity], 0);
}

/**
 * Energy of a bit written to a single flip-flop, pJ at 130 nm, to which the others are relative. Half of the bits
 * toggle.
 */
const flopWritePj = ({ "flip-flop": flop }: { readonly [role in CellRole]: CellCosts }): number => flop.clockPj + flop.outputPj / 2;

/** Energies of one bit of a word, relative to a bit written to a single flip-flop. */
export function bitEnergies(kind: CellKind, wordsPerBank: number): { readonly read: number; readonly write: number } {
  const all = ihpCells();
  const { "flip-flop": flop, latch, "multiplexer of 4": multiplexer } = all;
  const written = flopWritePj(all);
  const loaded = (cell: CellCosts): number => (wordsPerBank * cell.dataPj) / 2;
  const write = kind === "registers" ? written + loaded(flop) : written + latch.clockPj + latch.outputPj / 2 + loaded(latch);
  const read = ((wordsPerBank - 1) / 3) * (multiplexer.selectPj + multiplexer.outputPj / 2) + flop.outputPj / 2;
  return { read: read / written, write: write / written };
}

export function registerMacro(kind: CellKind, shape: RegisterShape, technology: Technology): RegisterMacro {
  const { wordBits, banks, sizeBits } = shape;
  const wordsPerBank = Math.floor(sizeBits / wordBits / banks);
  const { "clock gate": gate, "flip-flop": flop, "multiplexer of 4": multiplexer } = ihpCells();
  const counts = cellCounts(kind, shape);
  const flops = (registerBits: number) => ({ adderBits: 0, multiplierBits2: 0, registerBits });
  const gates = (counts["clock gate"] * gate.clockPj) / flop.clockPj;
  const clockedBits = technology.idle === "clocked" ? counts["flip-flop"] + (kind === "latches" ? gates : 0) : gates;
  const levels = levelsOf4(wordsPerBank);
  const accessNs = (flop.delayNs + levels * multiplexer.delayNs) * logicDelayRatio(IHP_CORNER, technology);
  const { read, write } = bitEnergies(kind, wordsPerBank);
  const flopPj = registerWritePj(technology);
  return {
    read_pj: read * wordBits * flopPj,
    write_pj: besideClockPj(write * wordBits * flopPj, wordBits, technology),
    clock_pj_per_cycle: clockBitsPj(clockedBits, technology),
    leakage_mw: logicLeakageMw(flops(inFlipFlops(kind, shape, "leakagePw")), technology),
    access_ns: accessNs,
    cycle_ns: accessNs,
    area_mm2: logicAreaMm2(flops(inFlipFlops(kind, shape, "areaUm2")), technology.nodeNm),
    sources: {
      energy: `${kind}: Aladdin 40 nm register bit; other cells by the ${RATIO}; ${SCALING_SOURCE}`,
      clock: `clock pins of IHP SG13G2 flip-flops and clock gates; ${SCALING_SOURCE}`,
      leakage: `${LOGIC_LEAKAGE_SOURCE}; other cells by the ${RATIO}`,
      area: `${LOGIC_AREA_SOURCE}; other cells by the ${RATIO}`,
    },
  };
}

/** Levels of a tree of 4-way multiplexers over `inputs`. */
function levelsOf4(inputs: number): number {
  let levels = 0;
  for (let reach = 1; reach < inputs; reach *= 4) levels++;
  return levels;
}
