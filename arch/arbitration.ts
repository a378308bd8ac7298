/**
 * The two chains of plain logic that a core runs through in every cycle, in levels of two-input gates: from a request
 * to the grant of its last word (`rtl/lib/state_memory.sv`), and from one group of synapses to the address of the next
 * (`rtl/lib/synapse.sv`, `window.sv`). Trees and adders have logarithmic depth. A period is the output of a register
 * and so many gates.
 * Source of both delays: flip-flop and AND gate of IHP's library at 130 nm (`cells_ihp130.csv`), scaled by Stillmaker
 * and Baas. The longest path of a synthesised core has 0.12 ns per gate there, the AND gate 0.16 ns.
 * Not modelled: set-up time, wires, skew.
 */
import { log2 } from "../base/math.js";
import { logicDelayRatio } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import { builtLanes } from "./lanes.js";
import { IHP_CORNER, ihpCells } from "./memories/registers.js";
import { packing } from "./packing.js";
import { narrowestAccumulatorBits, type Precision } from "./precision.js";
import { writePath } from "./write-path.js";

/** Levels of a tree over so many inputs. */
const tree = (inputs: number): number => Math.ceil(log2(Math.max(1, inputs)));
/** Generate and propagate, a prefix tree, the sum. */
const adder = (bits: number): number => 2 + tree(bits);

/**
 * A unit may ask (3 levels); words that are open (2); in this bank (1); whose turn it is, and its first word; all
 * banks' words together; is one left.
 */
export function grantLevels(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { banks } = core.stateMemory;
  const { stateWords, sumWords } = writePath(core, precision, needs);
  const soma = stateWords + sumWords;
  const words = soma + banks;
  const turn = tree(Math.max(soma, banks)) + 3;
  const first = tree(words) + 1;
  const left = tree(banks) + 1 + tree(words) + 1;
  const next = 3; // the unit that was served goes on
  return 3 + 2 + 1 + turn + first + left + next;
}

/** Place behind the group, in which words that is, the next bank, wrapped at the last one, and its row. */
export function addressLevels(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { banks, wordBits } = core.stateMemory;
  const { itemsPerWord } = packing(narrowestAccumulatorBits(precision), wordBits);
  const place = tree(itemsPerWord + builtLanes(core, precision, needs) + 1);
  const bank = tree(banks) + 2;
  const { rowBits } = writePath(core, precision, needs);
  return adder(place) + adder(place) + tree(banks) + adder(bank) + adder(bank) + 1 + adder(rowBits);
}

/** Shortest period of the longer chain. */
export function arbitrationNs(core: Core, precision: Precision, needs: CoreNeeds, technology: Technology): number {
  const { "flip-flop": flop, "and of 2": gate } = ihpCells();
  const levels = Math.max(grantLevels(core, precision, needs), addressLevels(core, precision, needs));
  return (flop.delayNs + levels * gate.delayNs) * logicDelayRatio(IHP_CORNER, technology);
}
