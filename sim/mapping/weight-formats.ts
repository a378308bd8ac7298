/**
 * How a projection's weights lie in the synapse memories.
 *
 * | format | an item                                | a row                                    | a spike reads          |
 * |--------|----------------------------------------|------------------------------------------|------------------------|
 * | kernel | a weight of a convolution (kernels.ts) | of a source channel                      | the words that it meets|
 * | dense  | a weight, zero or not                  | of a source: all neurons of the slice    | the row                |
 * | rows   | weights of a target, and which it is   | of a source: its targets in the slice    | the row                |
 *
 * A matrix with zeros can be dense or rows: `auto` takes what has fewer bits over the whole projection. A dense one costs reads, operations and messages
 * for its zeros. Not modelled: bitmaps, run lengths, the decoder's energy.
 */
import { type Chip, type Precision, type Projection, synapsesIn, type Topology, weightBitsInto, writtenTargets } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { sharesKernels } from "./kernels.js";

const known = new WeakMap<Topology, Map<string, Topology>>();

/** The network as the chip holds it. */
export function heldBy(chip: Chip, precision: Pick<Precision, "weightBits" | "layers">, topology: Topology): Topology {
  if (topology.projections.every(({ sparse }) => sparse === null)) return topology;
  const shares = sharesKernels(chip);
  const key = `${shares}/${chip.weightFormat}/${precision.weightBits}/${JSON.stringify(precision.layers)}`;
  const made = known.get(topology) ?? new Map<string, Topology>();
  known.set(topology, made);
  const held = made.get(key) ?? {
    populations: topology.populations,
    projections: topology.projections.map((projection) => heldAs(projection, topology, chip.weightFormat, shares, precision)),
  };
  made.set(key, held);
  return held;
}

function heldAs(
  projection: Projection,
  { populations }: Topology,
  format: Chip["weightFormat"],
  shares: boolean,
  precision: Pick<Precision, "weightBits" | "layers">,
): Projection {
  const { sparse, kernel, ...rest } = projection;
  if (sparse === null || (kernel !== undefined && shares)) return projection;
  const target = populations[projection.target];
  const synapses = synapsesIn(sparse);
  const all = populations[projection.source].neurons * target.neurons;
  const weights = target.accumulators * weightBitsInto(precision, target.name);
  const isSmaller = all * weights <= synapses * (weights + Math.ceil(log2(Math.max(1, target.neurons))));
  if (synapses === all || (format === "auto" && isSmaller)) return { ...rest, sparse: null };
  if (kernel === undefined) return { ...rest, sparse };
  if (synapses > MOST_SYNAPSES) {
    const need = `${synapses} synapses of their own into ${target.name}`;
    throw new InfeasibleError("UNROLLED_TOO_LARGE", "rows of an unrolled convolution,", need, `${MOST_SYNAPSES} in all`, UNROLLED_FIX);
  }
  return { ...rest, sparse: { rowStart: sparse.rowStart, targets: writtenTargets({ sparse, kernel }) } };
}

/** So many synapses of a convolution are written down, where the chip shares no kernel. */
const MOST_SYNAPSES = powerOfTwo(27);
const UNROLLED_FIX = "set chip.convolution: shared, without DRAM and dense scans";
