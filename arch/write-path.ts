/**
 * The write path to the state memory: queues of words that wait for a write slot. Each bank has one of the update units
 * (with a mask, as a word may hold other neurons' states) and one of the synapse unit, whose words can be looked up
 * before they are written (forwarding). The emitted SystemVerilog (`rtl/lib/soma.sv`, `rtl/lib/accumulate.sv`) has the
 * same sizes.
 */
import { log2 } from "../base/math.js";
import type { Core } from "./chip.js";
import type { CoreNeeds, NeuronKind } from "./core-needs.js";
import { mostBatchWords, packing } from "./packing.js";
import { accumulatorWidths, type Precision, stateWidths } from "./precision.js";

interface WritePath {
  /** Most words of a batch of neurons: of states, and of accumulators. */
  readonly stateWords: number;
  readonly sumWords: number;
  /** Depth in words of the update units' queue and of the synapse unit's queue; one of each per bank. */
  readonly returnDepth: number;
  readonly sumsDepth: number;
  /** Bits of a write mask: one per part of a word. */
  readonly maskBits: number;
  /** Bits of the address of a word in its bank. */
  readonly rowBits: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Largest number of bits of which all fields of words are multiples. */
const maskGrain = (wordBits: number, sumBits: readonly number[], itemBits: readonly number[]): number =>
  [...sumBits, wordBits, ...itemBits].reduce(gcd);

export function writePath(
  { neuronUpdate, stateMemory, accumulateDepthCycles }: Pick<Core, "neuronUpdate" | "stateMemory" | "accumulateDepthCycles">,
  precision: Pick<Precision, "stateBits" | "accumulatorBits" | "layers">,
  { neurons }: Pick<CoreNeeds, "neurons">,
): WritePath {
  const { stateBits, accumulatorBits } = precision;
  const { units, pipelineDepthCycles } = neuronUpdate;
  const { wordBits, banks, sizeBits, readLatencyCycles } = stateMemory;
  const most = (itemBits: (kind: NeuronKind) => number, each: (kind: NeuronKind) => number): number =>
    Math.max(1, ...neurons.map((kind) => mostBatchWords(packing(itemBits(kind), wordBits), kind.neurons, units, each(kind))));
  const stateWords = most(
    ({ states }) => states * stateBits,
    () => 1,
  );
  const sumWords = most(
    () => accumulatorBits,
    ({ accumulators }) => accumulators,
  );
  const ofOneBank = Math.ceil(stateWords / banks) + Math.ceil(sumWords / banks);
  // the needs do not say which kinds have their own width, so all may
  const items = neurons.flatMap(({ states }) => stateWidths(precision).map((bits) => states * bits));
  return {
    stateWords,
    sumWords,
    returnDepth: Math.abs(pipelineDepthCycles - accumulateDepthCycles) + 2 * ofOneBank + 4,
    sumsDepth: readLatencyCycles + accumulateDepthCycles + ofOneBank + 4,
    maskBits: wordBits / maskGrain(wordBits, accumulatorWidths(precision), items),
    rowBits: Math.max(1, Math.ceil(log2(sizeBits / wordBits / banks))),
  };
}
