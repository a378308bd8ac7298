/**
 * The two chains of combinational logic of a core that must settle in every cycle, in levels of two-input gates: from a
 * request to the grant of its last word (`rtl/lib/state_memory.sv`), and from one group of synapses to the address of
 * the next (`rtl/lib/synapse.sv`, `window.sv`). Trees and adders have logarithmic depth. A period is the delay of a
 * register's output plus that of the gates.
 * Source of both delays: flip-flop and AND gate of IHP's library at 130 nm (`cells_ihp130.csv`), scaled by Stillmaker
 * and Baas. The longest path of a synthesised core has 0.12 ns per gate there, the AND gate 0.16 ns.
 * Not modelled: set-up time, wires, skew.
 */
import { log2 } from "../base/math.js";
import { IHP_CORNER, logicDelayRatio } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import { builtLanes } from "./lanes.js";
import { ihpCells } from "./memories/registers.js";
import { packing } from "./packing.js";
import { narrowestAccumulatorBits, type Precision } from "./precision.js";
import { writePath } from "./write-path.js";

/** Levels of a tree over this many inputs. */
const tree = (inputs: number): number => Math.ceil(log2(Math.max(1, inputs)));
/** Generate and propagate, a prefix tree, the sum. */
const adder = (bits: number): number => 2 + tree(bits);

/**
 * Request of a unit (3 levels); open words (2); words in this bank (1); the unit whose turn it is, and its first word;
 * words of all banks joined; test if a word is left.
 */
export function grantLevels(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { banks } = core.stateMemory;
  const { stateWords, sumWords } = writePath(core, precision, needs);
  const soma = stateWords + sumWords;
  const words = soma + banks;
  const turn = tree(Math.max(soma, banks)) + 3;
  const first = tree(words) + 1;
  const left = tree(banks) + 1 + tree(words) + 1;
  const next = 3; // the served unit continues
  return 3 + 2 + 1 + turn + first + left + next;
}

/** Position after the group, its word, the next bank with wrap-around, and its row. */
export function addressLevels(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { banks, wordBits } = core.stateMemory;
  const { itemsPerWord } = packing(narrowestAccumulatorBits(precision), wordBits);
  const place = tree(itemsPerWord + builtLanes(core, precision, needs) + 1);
  const bank = tree(banks) + 2;
  const { rowBits } = writePath(core, precision, needs);
  return adder(place) + adder(place) + tree(banks) + adder(bank) + adder(bank) + 1 + adder(rowBits);
}

/** Levels of the longer chain. */
export const arbitrationLevels = (core: Core, precision: Precision, needs: CoreNeeds): number =>
  Math.max(grantLevels(core, precision, needs), addressLevels(core, precision, needs));

/** Shortest period with these levels. */
export function arbitrationNs(levels: number, technology: Technology): number {
  const { "flip-flop": flop, "and of 2": gate } = ihpCells();
  return (flop.delayNs + levels * gate.delayNs) * logicDelayRatio(IHP_CORNER, technology);
}

/** Keys on which the levels depend, each with the core that has another value. */
const KEYS: readonly { readonly key: string; readonly of: (core: Core) => number; readonly with: (core: Core, value: number) => Core }[] = [
  {
    key: "tile.core.state_memory.banks",
    of: ({ stateMemory }) => stateMemory.banks,
    with: (core, banks) => ({ ...core, stateMemory: { ...core.stateMemory, banks } }),
  },
  { key: "tile.core.lanes", of: ({ lanes }) => lanes, with: (core, lanes) => ({ ...core, lanes }) },
  {
    key: "tile.core.neuron_update.units",
    of: ({ neuronUpdate }) => neuronUpdate.units,
    with: (core, units) => ({ ...core, neuronUpdate: { ...core.neuronUpdate, units } }),
  },
];

/** Halves of a value, down to 1. */
const halves = (value: number): readonly number[] => (value <= 1 ? [] : [Math.floor(value / 2), ...halves(Math.floor(value / 2))]);

/**
 * The change after which the chains settle in time, for an error: a value of each key that does it alone, or else the
 * keys that do it together. `isInTime`: whether so many levels do.
 */
export function arbitrationFix(core: Core, precision: Precision, needs: CoreNeeds, isInTime: (levels: number) => boolean): string {
  const levelsOf = (changed: Core): number => arbitrationLevels(changed, precision, needs);
  const alone = KEYS.flatMap(({ key, of, with: changed }) => {
    const value = halves(of(core)).find((half) => isInTime(levelsOf(changed(core, half))));
    return value === undefined ? [] : [`${key}: ${value}`];
  });
  if (alone.length > 0) return `or set ${alone.join(" or ")}`;
  const large = KEYS.filter(({ of }) => of(core) > 1);
  // two keys, or all: a key alone may shorten the chain that is not the longer one
  const together = [...large.map((left) => large.filter((key) => key !== left)), large].find(
    (keys) => keys.length > 1 && isInTime(levelsOf(keys.reduce((changed, { with: to }) => to(changed, 1), core))),
  );
  if (together !== undefined) return `or use fewer ${together.map(({ key }) => key).join(" and ")}`;
  return "as no smaller number of banks, lanes or update units reaches the clock";
}
