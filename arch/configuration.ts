/**
 * Configuration registers of a core: sizes, addresses of rows, thresholds, enables. The emitted core has constants
 * instead (`arch/control.ts`), so the description gives their number of bits; the default is none.
 *
 * They are flip-flops in words of 32 bits, each word with a clock gate and an AND gate of the address decoder. They are
 * written before a run and read all the time, without a multiplexer. Their clock runs with the core's: all flip-flops
 * if `chip.idle` is clocked, else only the clock gates. Cells are sized by their ratio to a flip-flop, as in memories
 * (`memories/registers.ts`). Not modelled: writing them, their bus.
 */
import { clockBitsPj, logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Technology } from "./chip.js";
import { type CellCosts, ihpCells } from "./memories/registers.js";

const WORD_BITS = 32;

interface ConfigurationCosts {
  readonly clockPjPerCycle: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
}

export function configurationCosts(bits: number, technology: Technology): ConfigurationCosts {
  const { "flip-flop": flop, "clock gate": gate, "and of 2": and } = ihpCells();
  const words = Math.ceil(bits / WORD_BITS);
  const inFlops = (of: (cell: CellCosts) => number): number => bits + (words * (of(gate) + of(and))) / of(flop);
  const flops = (registerBits: number) => ({ adderBits: 0, multiplierBits2: 0, registerBits });
  const clocked = technology.idle === "clocked" ? bits : (words * gate.clockPj) / flop.clockPj;
  return {
    clockPjPerCycle: clockBitsPj(clocked, technology),
    leakageMw: logicLeakageMw(flops(inFlops(({ leakagePw }) => leakagePw)), technology),
    areaMm2: logicAreaMm2(flops(inFlops(({ areaUm2 }) => areaUm2)), technology.nodeNm),
  };
}
