/**
 * Formats of a projection's weights in the synapse memories.
 *
 * | format     | an item                                | a row                                    | a spike reads           |
 * |------------|----------------------------------------|------------------------------------------|-------------------------|
 * | kernel     | a weight of a convolution, zero or not | of a source channel (kernels.ts)         | the words that it meets |
 * | dense      | a weight, zero or not                  | of a source: all neurons of the slice    | the row                 |
 * | rows       | weights of a target, and which it is   | of a source: its targets in the slice    | the row                 |
 * | bitmap     | weights of a target                    | the same behind a bit per neuron         | the row                 |
 * | run-length | weights of a target, zeros before it   | of a source: its targets in the slice    | the row                 |
 *
 * Sources that enter the weights at one place share their row, in all these formats, where kernels are shared
 * (`arch/shared-rows.ts`). A matrix with zeros, of an imported network or quantised here, can have any format but the
 * first. `auto` chooses between dense and rows, `smallest` among all of these: the one with the fewest bits over the
 * whole projection; of equal ones the first in this table. For a matrix that was quantised here, `auto` takes rows only
 * if they also have fewer words in the memory of every core, because few targets do not fill a word. A dense matrix and
 * a kernel cost reads, operations and messages for their zeros; the last two formats take time to decode
 * (row-coding.ts).
 */
import {
  type Chip,
  checkLayerNames,
  type Packing,
  type Precision,
  type Projection,
  packedWords,
  packing,
  rowStarts,
  type SharedKernel,
  type SparseRows,
  storedRows,
  synapsesIn,
  type Topology,
  type WeightFormat,
  weightBitsInto,
  writtenTargets,
} from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { sharesKernels } from "./kernels.js";
import { runBitsOf } from "./row-coding.js";

const known = new WeakMap<Topology, Map<string, Topology>>();

/** The network in the formats of the chip. */
export function heldBy(chip: Chip, precision: Pick<Precision, "weightBits" | "layers">, topology: Topology): Topology {
  checkLayerNames(Object.keys(chip.weightFormats), topology, "the network");
  const ahead = chip.sourcePace?.runAheadWaves ?? 0;
  const shares = sharesKernels(chip);
  const isPlain = (projection: Projection): boolean => rowsOf(projection) === null && (shares || projection.rowOf === undefined);
  if (ahead === 0 && topology.projections.every(isPlain)) return topology;
  const key = `${shares}/${chip.weightFormat}/${JSON.stringify(chip.weightFormats)}/${precision.weightBits}/${JSON.stringify(precision.layers)}/${ahead}/${wordWidths(chip)}`;
  const made = known.get(topology) ?? new Map<string, Topology>();
  known.set(topology, made);
  if (!shares && !made.has(key)) refuseTooMany(topology, chip, precision);
  const held = made.get(key) ?? {
    populations: ahead === 0 ? topology.populations : topology.populations.map((population) => ({ ...population, aheadWaves: ahead })),
    projections: topology.projections.map((projection) => heldAs(withRows(projection, shares), topology, chip, shares, precision)),
  };
  made.set(key, held);
  return held;
}

/** Whether some matrices take less memory the more of their weights are 0. */
export const leavesOutZeros = (chip: Chip, { populations, projections }: Topology): boolean =>
  projections.some(({ target }) => askedOf(chip, populations[target].name) !== "dense");

type Widths = Pick<Precision, "weightBits" | "layers">;
type Held = Exclude<WeightFormat, "auto" | "smallest">;

/** Synapses of a matrix with zeros; null if no zeros are known. */
const rowsOf = ({ sparse, present }: Projection): SparseRows | null => sparse ?? present ?? null;

/** The projection with the rows that the chip stores: one per source, unless sources share them there. */
const withRows = (projection: Projection, shares: boolean): Projection =>
  shares || projection.rowOf === undefined ? projection : { ...projection, rowOf: undefined };

/** The format that the description asks for. */
const askedOf = ({ weightFormat, weightFormats }: Chip, name: string): WeightFormat =>
  Object.hasOwn(weightFormats, name) ? weightFormats[name] : weightFormat;

function heldAs(projection: Projection, topology: Topology, chip: Chip, shares: boolean, precision: Widths): Projection {
  const { sparse: _, kernel, present: __, ...rest } = projection;
  const sparse = rowsOf(projection);
  if (sparse === null) return projection;
  if (kernel !== undefined && shares) return kernel.present === null ? projection : { ...projection, ...withZeros(kernel) };
  const format = formatOf(projection, topology, chip, precision);
  if (format === "dense") return { ...rest, sparse: null };
  const held = { ...rest, sparse: writtenRows(sparse, kernel) };
  if (format === "rows") return held;
  const coding = format === "bitmap" ? { kind: format } : { kind: format, runBits: runBitsIn(writtenRows(sparse, kernel)) };
  return { ...held, coding };
}

/** A kernel's weights lie in memory without a mark, so the address generator takes those of zero as all others. */
function withZeros(pruned: SharedKernel): Pick<Projection, "sparse" | "kernel"> {
  const kernel = { ...pruned, present: null };
  const { rowStart, synapses } = rowStarts(kernel);
  if (synapses <= MOST_OF_KERNEL) return { sparse: { rowStart, targets: null }, kernel };
  const fix = "set chip.convolution: unrolled, or take a smaller network";
  throw new InfeasibleError("KERNEL_TOO_LARGE", "a kernel with its zeros,", `${synapses} synapses`, `${MOST_OF_KERNEL} at most`, fix);
}

function writtenRows(sparse: SparseRows, kernel: Projection["kernel"]): SparseRows {
  if (kernel === undefined) return sparse;
  const rows = unrolled.get(sparse) ?? { rowStart: sparse.rowStart, targets: writtenTargets({ sparse, kernel }) };
  unrolled.set(sparse, rows);
  return rows;
}

/** The chip's format for a sparse projection that is not a kernel there. */
function formatOf(projection: Projection, topology: Topology, chip: Chip, precision: Widths): Held {
  const asked = askedOf(chip, topology.populations[projection.target].name);
  const bits = bitsByFormat(projection, topology, precision);
  if (bits.synapses === bits.all || asked === "dense") return "dense";
  if (asked !== "auto" && asked !== "smallest") return asked;
  if (asked === "auto") {
    const isFewer = bits.rows < bits.dense && (projection.sparse !== null || takesFewerWords(projection, topology, chip, precision));
    return isFewer ? "rows" : "dense";
  }
  const sizes = [
    ...(["dense", "rows", "bitmap"] as const).map((name) => [name, bits[name]] as const),
    ["run-length", bits.runLength()] as const,
  ];
  return sizes.reduce((least, one) => (one[1] < least[1] ? one : least))[0];
}

/** Word widths of the cores' synapse memories, each once. */
const wordWidths = ({ cores }: Chip): readonly number[] => [...new Set(cores.map(({ synapseMemory }) => synapseMemory.wordBits))];

/** Whether the rows of all its targets take fewer words than a dense matrix, in every core's memory. */
function takesFewerWords(projection: Projection, { populations }: Topology, chip: Chip, precision: Widths): boolean {
  const { name, neurons, accumulators } = populations[projection.target];
  const weightBits = weightBitsInto(precision, name);
  const rowStart = rowsOf(projection)?.rowStart ?? new Uint32Array(0);
  const itemBits = accumulators * weightBits + Math.ceil(log2(Math.max(1, neurons)));
  const wordsOf = (p: Packing): number => {
    let words = 0;
    for (let i = 0; i + 1 < rowStart.length; i++) words += packedWords(rowStart[i + 1] - rowStart[i], p);
    return words;
  };
  return wordWidths(chip).every(
    (width) => wordsOf(packing(itemBits, width)) < (rowStart.length - 1) * packedWords(neurons * accumulators, packing(weightBits, width)),
  );
}

/** Bits of all rows in each format, without words and slices. Rows that sources share count once. */
function bitsByFormat(projection: Projection, { populations }: Topology, precision: Widths) {
  const { source, target, kernel } = projection;
  const sparse = rowsOf(projection);
  const { name, neurons, accumulators } = populations[target];
  const stored = storedRows(projection, 0, populations[source].neurons);
  const all = (stored?.count ?? populations[source].neurons) * neurons;
  const synapses = sparse === null ? all : synapsesOf(sparse, stored?.isOwner ?? null);
  const weights = accumulators * weightBitsInto(precision, name);
  return {
    ...{ synapses, all, dense: all * weights, rows: synapses * (weights + Math.ceil(log2(Math.max(1, neurons)))) },
    bitmap: synapses * weights + (stored?.count ?? rowsWithTargets(sparse)) * neurons,
    // needs every synapse
    runLength: () => (sparse === null ? all * weights : synapses * (weights + runBitsIn(writtenRows(sparse, kernel)))),
  };
}

/** Synapses of all rows, or of those that are stored. */
function synapsesOf(sparse: SparseRows, isOwner: Uint8Array | null): number {
  if (isOwner === null) return synapsesIn(sparse);
  return isOwner.reduce((sum, one, source) => sum + one * (sparse.rowStart[source + 1] - sparse.rowStart[source]), 0);
}

function rowsWithTargets(sparse: SparseRows | null): number {
  let rows = 0;
  if (sparse !== null) for (let i = 0; i + 1 < sparse.rowStart.length; i++) if (sparse.rowStart[i + 1] > sparse.rowStart[i]) rows++;
  return rows;
}

const runBits = new WeakMap<SparseRows, number>();

function runBitsIn(rows: SparseRows): number {
  const bits = runBits.get(rows) ?? runBitsOf(rows.rowStart, rows.targets ?? new Uint32Array(0));
  runBits.set(rows, bits);
  return bits;
}

/** A chip's format for a matrix, with the bits of all its rows, without words and slices. */
export interface HeldWeights {
  /** Populations that the projection connects. */
  readonly source: string;
  readonly target: string;
  /** Format of its weights. */
  readonly format: Held;
  /** Bits of all rows in that format. */
  readonly bits: number;
  /** Number of its rows, if sources share them, and of sources with a row; null: each source has its own. */
  readonly shared: { readonly rows: number; readonly sources: number } | null;
  /** Bits in the other formats; run lengths only if a decoder is asked for, because they need every synapse. */
  readonly others: readonly { readonly format: Held; readonly bits: number }[];
}

/**
 * Formats of all matrices with zeros, and of those with rows that sources share. Not included: convolutions that the
 * chip holds as kernels, or refuses for their size, and dense matrices that were quantised here without a request for
 * another format, because most have a few zeros.
 */
export function heldWeights(chip: Chip, precision: Widths, topology: Topology): readonly HeldWeights[] {
  const shares = sharesKernels(chip);
  return topology.projections.flatMap((one) => {
    const projection = withRows(one, shares);
    const { kernel } = projection;
    const sparse = rowsOf(projection);
    const [source, target] = [topology.populations[projection.source].name, topology.populations[projection.target].name];
    const { synapses, all, dense, rows, bitmap, runLength } = bitsByFormat(projection, topology, precision);
    const stored = storedRows(projection, 0, topology.populations[projection.source].neurons);
    const shared = stored === null ? null : { rows: stored.count, sources: stored.sources };
    const ends = { source, target, shared };
    if (shared !== null && synapses === all) return [{ ...ends, format: "dense", bits: dense, others: [] }];
    if (sparse === null || (kernel !== undefined && shares) || synapses === all || synapses > MOST_SYNAPSES) return [];
    const format = formatOf(projection, topology, chip, precision);
    const asked = askedOf(chip, target);
    if (projection.sparse === null && format === "dense" && ["auto", "dense"].includes(asked)) return [];
    const isCoded = !["auto", "dense", "rows"].includes(asked);
    const sizes: (readonly [Held, number])[] = [
      ...([
        ["dense", dense],
        ["rows", rows],
        ["bitmap", bitmap],
      ] as const),
      ...(isCoded ? [["run-length", runLength()] as const] : []),
    ];
    const held = sizes.map(([name, bits]) => ({ format: name, bits }));
    const bits = held.find((size) => size.format === format)?.bits ?? 0;
    return [{ ...ends, format, bits, others: held.filter((size) => size.format !== format) }];
  });
}

/** Listed rows of kernels that a chip does not share; all formats use the same list. */
const unrolled = new WeakMap<SparseRows, SparseRows>();
/** Largest number of synapses that are numbered. */
const MOST_OF_KERNEL = powerOfTwo(32) - 1;
/** Largest number of synapses of convolutions that are listed, if the chip shares no kernels. */
const MOST_SYNAPSES = powerOfTwo(27);

/** Whether the projection may be stored other than dense, judged without its synapses. */
function mayBeWritten(projection: Projection, topology: Topology, chip: Chip, precision: Widths): boolean {
  const asked = askedOf(chip, topology.populations[projection.target].name);
  const { synapses, all, dense, rows } = bitsByFormat(projection, topology, precision);
  return synapses !== all && asked !== "dense" && (asked !== "auto" || dense > rows);
}

function refuseTooMany(topology: Topology, chip: Chip, precision: Widths): void {
  const synapses = topology.projections.reduce((sum, projection) => {
    const { sparse, kernel } = projection;
    const isWritten = sparse !== null && kernel !== undefined && mayBeWritten(projection, topology, chip, precision);
    return sum + (isWritten ? synapsesIn(sparse) : 0);
  }, 0);
  if (synapses <= MOST_SYNAPSES) return;
  const fix = "set chip.convolution: shared, without DRAM and dense scans";
  throw new InfeasibleError("UNROLLED_TOO_LARGE", "unrolled convolutions,", `${synapses} synapses`, `${MOST_SYNAPSES} at most`, fix);
}
