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
import {
  type Chip,
  type Precision,
  type Projection,
  type SparseRows,
  synapsesIn,
  type Topology,
  weightBitsInto,
  writtenTargets,
} from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { sharesKernels } from "./kernels.js";

const known = new WeakMap<Topology, Map<string, Topology>>();

/** The network as the chip holds it. */
export function heldBy(chip: Chip, precision: Pick<Precision, "weightBits" | "layers">, topology: Topology): Topology {
  const ahead = chip.sourcePace?.runAheadWaves ?? 0;
  if (ahead === 0 && topology.projections.every(({ sparse }) => sparse === null)) return topology;
  const shares = sharesKernels(chip);
  const key = `${shares}/${chip.weightFormat}/${precision.weightBits}/${JSON.stringify(precision.layers)}/${ahead}`;
  const made = known.get(topology) ?? new Map<string, Topology>();
  known.set(topology, made);
  if (!shares && !made.has(key)) refuseTooMany(topology, chip, precision);
  const held = made.get(key) ?? {
    populations: ahead === 0 ? topology.populations : topology.populations.map((population) => ({ ...population, aheadWaves: ahead })),
    projections: topology.projections.map((projection) => heldAs(projection, topology, chip.weightFormat, shares, precision)),
  };
  made.set(key, held);
  return held;
}

type Widths = Pick<Precision, "weightBits" | "layers">;

function heldAs(projection: Projection, topology: Topology, format: Chip["weightFormat"], shares: boolean, precision: Widths): Projection {
  const { sparse, kernel, ...rest } = projection;
  if (sparse === null || (kernel !== undefined && shares)) return projection;
  if (isHeldDense(projection, topology, format, precision)) return { ...rest, sparse: null };
  if (kernel === undefined) return projection;
  const rows = unrolled.get(sparse) ?? { rowStart: sparse.rowStart, targets: writtenTargets({ sparse, kernel }) };
  unrolled.set(sparse, rows);
  return { ...rest, sparse: rows };
}

function isHeldDense(
  { source, target, sparse }: Projection,
  { populations }: Topology,
  format: Chip["weightFormat"],
  precision: Widths,
): boolean {
  if (sparse === null) return true;
  const { name, neurons, accumulators } = populations[target];
  const synapses = synapsesIn(sparse);
  const all = populations[source].neurons * neurons;
  const weights = accumulators * weightBitsInto(precision, name);
  const isSmaller = all * weights <= synapses * (weights + Math.ceil(log2(Math.max(1, neurons))));
  return synapses === all || (format === "auto" && isSmaller);
}

/** Rows of kernels that a chip does not share, written down once for all formats. */
const unrolled = new WeakMap<SparseRows, SparseRows>();
/** So many synapses of convolutions are written down, where the chip shares no kernel. */
const MOST_SYNAPSES = powerOfTwo(27);

function refuseTooMany(topology: Topology, { weightFormat }: Chip, precision: Widths): void {
  const synapses = topology.projections.reduce((sum, projection) => {
    const { sparse, kernel } = projection;
    const isWritten = sparse !== null && kernel !== undefined && !isHeldDense(projection, topology, weightFormat, precision);
    return sum + (isWritten ? synapsesIn(sparse) : 0);
  }, 0);
  if (synapses <= MOST_SYNAPSES) return;
  const fix = "set chip.convolution: shared, without DRAM and dense scans";
  throw new InfeasibleError("UNROLLED_TOO_LARGE", "unrolled convolutions,", `${synapses} synapses`, `${MOST_SYNAPSES} at most`, fix);
}
