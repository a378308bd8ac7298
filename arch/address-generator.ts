/**
 * The address generator of a core with rows that are not dense (`generated-rows.ts`). Along a row it finds the target
 * neuron, the memory word and the bit of the next item, for as many items per cycle as a group has: at most one per
 * lane and weight of the item, and at most as many as the memory's words hold.
 *
 * Its parts are those of `rtl/lib/positions.sv` and `rtl/lib/named_rows.sv`, as wide as the core needs them.
 *
 * - Additions: a lane adds to column and row of a kernel's window (together as wide as a number of taps), to target, to
 *   word (twice: the step, and the carry of a full word) and to bit (three times: the step, the comparison with the
 *   word's end, the subtraction). It adds the row's first word to find the word in the memory, and the
 *   population's first sum to find the accumulator.
 * - Flip-flops hold a position and the row. For each window of words that is read (`read_latency_cycles` + 1 windows),
 *   they hold target, bit and bank of each lane until its weights are there. They also hold the weights of a group, and
 *   the current word.
 * - Multiplexers between steps, the search for words that lanes share, and the shift of a weight out of its word are
 * not additions: their area is that of synthesised gates (CHOICES).
 *
 * Energy per address: what synthesised generators take that run recorded events (ENERGY). A lane's counters, sums and
 * shifter change once per item: a constant per area of the lane. A word that is read changes the shifters of all
 * lanes, whether they use it or not: a constant per lane.
 * Not modelled: targets that lie far apart, whose sums are in more words (up to 1.3 times the energy); bits of the
 * target's number in the shifters; glitches and wires; a shifter that is shut while its lane waits; its delay; the
 * choice of a tap if windows at the border have their own; savings of other designs, e.g. one generator for all lanes
 * that advance together. Decoders are separate (`decoder.ts`), and so is an FPGA (`fpga/row-resources.ts`).
 */
import { log2 } from "../base/math.js";
import { clockBitsPj, IHP_CORNER, type Logic, logicAreaMm2, logicCorner, logicLeakageMw } from "./arithmetic.js";
import type { Core, Technology } from "./chip.js";
import { type CoreNeeds, rowLanes } from "./core-needs.js";
import type { RowKind } from "./generated-rows.js";
import { itemsPerBeat, packedWords, packing } from "./packing.js";
import { type Precision, weightBitsInto } from "./precision.js";
import { energyRatio, SCALING_SOURCE } from "./scaling.js";

export const GENERATED_SOURCE = `address generators of synthesised cores that ran N-MNIST, IHP 130 nm; ${SCALING_SOURCE}`;
export const GENERATOR_SOURCE = "choices and shifters as in synthesised modules, IHP 130 nm";

interface AddressGeneratorCosts {
  /** Of one address. */
  readonly addressPj: number;
  readonly clockPjPerCycle: number;
  readonly leakageMw: number;
  readonly areaMm2: number;
}

/**
 * Area of a lane's logic other than additions, in adder bits: per bit of a position, per bit of a memory word, and per
 * bit of a word and further bank. Source: derived, least squares over modules of the emitted library as gates of IHP's
 * SG13G2 (`scripts/address-generator.ts`, docs/logs/address-generator.json): 0.92 to 1.06 of the gates' area with
 * kernels, 0.82 to 1.04 with rows that name their targets, which are not in the fit.
 */
const CHOICES = { placeBit: 2.34, wordBit: 1.66, bankBit: 0.36 } as const;

/**
 * Energy of an address at 130 nm and 1.2 V, in pJ: per um² of a lane's share of the area, and per lane. Source:
 * derived, least squares over 40 cores whose gates ran a step of an N-MNIST recording
 * (`scripts/address-generator-energy.ts`, docs/logs/address-generator-energy.json), 16 with kernels, 20 with rows that
 * name their targets: 0.88 to 1.21 and 0.77 to 1.20 of the gates' energy. The emitted module finds dense rows, too:
 * four cores have nothing else, and their weights are no part of the price.
 */
const ENERGY = { um2: 0.269e-3, lane: 0.559 } as const;

/** Widths of a generator's counters in bits, and the core that it serves. */
interface GeneratorShape {
  readonly lanes: number;
  /** Weights of a group. */
  readonly groupBits: number;
  readonly wordBits: number;
  readonly banks: number;
  readonly readLatencyCycles: number;
  /** Column and row in a window, joined, or the number of a target, whichever is wider. */
  readonly window: number;
  readonly target: number;
  /** Word in a kernel's row. */
  readonly word: number;
  /** Bit in a word. */
  readonly bit: number;
  /** Word in the memory. */
  readonly address: number;
}

interface GeneratorLogic extends Logic {
  /** Of one lane's additions. */
  readonly additionBits: number;
  /** Of `registerBits`, those outside windows: an FPGA puts the windows, which are a queue, into tables. */
  readonly heldBits: number;
}

export function generatorLogic(shape: GeneratorShape): GeneratorLogic {
  const { lanes, groupBits, wordBits, banks, readLatencyCycles, window, target, word, bit, address } = shape;
  const place = window + target + word + bit;
  const additionBits = window + 2 * target + 2 * word + 3 * bit + address;
  const choiceBits = CHOICES.placeBit * place + (CHOICES.wordBit + CHOICES.bankBit * (banks - 1)) * wordBits;
  // remaining synapses, current sums, current word; the row's address, its index, and the last index
  const position = 2 * target + word + 3 * address;
  const windowBits = lanes * (target + bit + bitsOf(banks) + FLAGS) + target + FLAGS;
  const heldBits = place + position + groupBits + wordBits;
  return {
    additionBits,
    heldBits,
    adderBits: lanes * (additionBits + choiceBits),
    multiplierBits2: 0,
    registerBits: heldBits + (readLatencyCycles + 1) * windowBits,
  };
}

/** Of a lane in a window: has a synapse, in the current word; of a window: last of its group, last of its row. */
const FLAGS = 2;

const bitsOf = (values: number): number => Math.ceil(log2(Math.max(2, values)));

/** What bounds the groups of one kind of rows. */
export interface GroupOfRows extends RowKind {
  /** Bits of a weight. */
  readonly weightBits: number;
  /** Bits of an item beside its weights, on this core. */
  readonly placeBits: number;
  /** Items in one word of every bank of the synapse memory. */
  readonly beatItems: number;
  /** Items of a group: no more than lanes, words and the longest row feed. */
  readonly groupItems: number;
}

/** Of each kind of rows that are not dense. */
export function groupsOfRows(
  { lanes, maxNeurons, synapseMemory: { wordBits, banks } }: GeneratorCore,
  { generator, longestRow }: Pick<CoreNeeds, "generator" | "longestRow">,
  precision: WeightWidths,
): readonly GroupOfRows[] {
  if (generator === null) return [];
  const fed = Math.min(lanes, rowLanes({ longestRow }));
  return generator.rows.map((kind) => {
    const [weightBits, placeBits] = [
      weightBitsInto(precision, kind.into),
      Math.min(kind.numberBits, Math.ceil(log2(maxNeurons))) + kind.runBits,
    ];
    const beatItems = itemsPerBeat(packing(kind.weights * weightBits + placeBits, wordBits), banks);
    return { ...kind, weightBits, placeBits, beatItems, groupItems: Math.min(Math.max(1, Math.floor(fed / kind.weights)), beatItems) };
  });
}

/** Items that the generator takes at once: as many as the largest group of any kind has; 0: all rows are dense. */
export const addressLanes = (core: GeneratorCore, needs: Pick<CoreNeeds, "generator" | "longestRow">, precision: WeightWidths): number =>
  groupsOfRows(core, needs, precision).reduce((most, { groupItems }) => Math.max(most, groupItems), 0);

type GeneratorCore = Pick<Core, "lanes" | "maxNeurons" | "synapseMemory">;
type WeightWidths = Pick<Precision, "layers" | "weightBits">;
type GeneratorSize = GeneratorLogic & { readonly lanes: number };

/** All 0 if all rows are dense. */
export function addressGeneratorSize(
  core: GeneratorCore,
  needs: Pick<CoreNeeds, "generator" | "longestRow">,
  precision: WeightWidths,
): GeneratorSize {
  const { generator } = needs;
  if (generator === null) return { additionBits: 0, heldBits: 0, adderBits: 0, multiplierBits2: 0, registerBits: 0, lanes: 0 };
  const { wordBits, banks, readLatencyCycles, sizeBits } = core.synapseMemory;
  const target = bitsOf(Math.min(generator.targets, core.maxNeurons));
  const kinds = groupsOfRows(core, needs, precision);
  const most = (of: (kind: GroupOfRows) => number): number => Math.max(...kinds.map(of));
  const built = addressLanes(core, needs, precision);
  const groupBits = most(({ groupItems, weights, weightBits }) => groupItems * weights * weightBits);
  const shape = {
    ...{ lanes: built, groupBits, wordBits, banks, readLatencyCycles, target },
    window: Math.max(
      generator.taps === 0 ? 0 : bitsOf(generator.taps),
      most(({ placeBits }) => placeBits),
    ),
    word: bitsOf(
      most(({ items, weights, weightBits, placeBits }) => packedWords(items, packing(weights * weightBits + placeBits, wordBits))),
    ),
    bit: bitsOf(wordBits),
    address: bitsOf(Math.ceil(sizeBits / wordBits)),
  };
  return { ...generatorLogic(shape), lanes: built };
}

export function addressGeneratorCosts(core: Core, needs: CoreNeeds, precision: Precision, technology: Technology): AddressGeneratorCosts {
  const logic = addressGeneratorSize(core, needs, precision);
  const area = (of: Logic): number => logicAreaMm2(of, technology.nodeNm);
  const laneUm2 = (1e6 * logicAreaMm2(logic, IHP_CORNER.nodeNm)) / Math.max(1, logic.lanes);
  const atIhpPj = ENERGY.um2 * laneUm2 + ENERGY.lane * logic.lanes;
  return {
    addressPj: needs.generator === null ? 0 : atIhpPj * energyRatio(IHP_CORNER, logicCorner(technology)),
    clockPjPerCycle: clockBitsPj(logic.registerBits, technology),
    leakageMw: logicLeakageMw(logic, technology),
    areaMm2: area(logic),
  };
}
