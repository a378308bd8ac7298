/**
 * The synapses of the ways between populations. Those of one convolution remain its kernel. All others are first
 * counted, refused if there are too many, then written to typed arrays, row after row.
 * Throws: InputError with the number, before memory is allocated.
 */
import { rowStarts, type SharedKernel, synapsesIn } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { enteredRows } from "./entered-rows.js";
import { kernelOf, type WayKernel } from "./shared-kernel.js";
import { Walker } from "./walker.js";
import type { GraphWays, Way } from "./ways.js";
import { type WayWeights, weightsOfWay } from "./weight-places.js";

/** Largest number of synapses that are listed; they take 2 GiB. */
export const MOST_SYNAPSES = powerOfTwo(27);
/** Per synapse: a target (u32) and a factor (float64); an engine's copy has 2 bytes each for weight and target. */
const BYTES_PER_SYNAPSE = 16;
/** A kernel's synapses have 32-bit numbers. */
const MOST_OF_KERNEL = powerOfTwo(32) - 1;

/** Rows in the form of `SparseRows`, targets ascending, with the factors of the spikes. */
export interface LoweredRows extends WayWeights {
  /** [source neurons + 1]. */
  readonly rowStart: Uint32Array;
  /** null: the kernel gives the targets. */
  readonly targets: Uint32Array | null;
  /** One per synapse; for a kernel one per weight, [source channels][target channels of its group][taps]. */
  readonly factors: Float64Array;
  /** null: each synapse has its own weight. */
  readonly kernel: SharedKernel | null;
  /** As in `Projection`; null: each source has its own row, or that of its channel in the kernel. */
  readonly rowOf: Int32Array | null;
}

/** Synapses of every way, in order. */
export function loweredRows(graph: GraphWays, file: string): LoweredRows[] {
  return counted(graph, file).map(({ way, shared, rowStart }) => {
    const rowOf = shared === null || isMatrix(shared) ? enteredRows(graph, way, rowStart) : null;
    const weights = weightsOfWay(graph, way, { shared, rowStart, rowOf });
    if (shared !== null) return { rowStart, targets: null, rowOf, ...weights, ...shared };
    const targets = new Uint32Array(synapsesIn({ rowStart }));
    const factors = new Float64Array(targets.length);
    const walker = walkerOf(graph, way);
    for (let row = 0, at = 0; row + 1 < rowStart.length; row++) {
      const { indices, length, values } = walker.walk(row);
      for (let e = 0; e < length; e++, at++) {
        targets[at] = indices[e];
        factors[at] = values[indices[e]];
      }
    }
    return { rowStart, targets, factors, kernel: null, rowOf, ...weights };
  });
}

/** Throws if there are too many synapses to list. */
export function refuseTooMany(graph: GraphWays, file: string): void {
  counted(graph, file);
}

function walkerOf({ populations }: GraphWays, { source, target, routes }: Way): Walker {
  return new Walker(routes, populations[source].neurons, populations[target].neurons);
}

interface Counted {
  readonly way: Way;
  readonly shared: WayKernel | null;
  readonly rowStart: Uint32Array;
}

/** Starts of the rows of every way. */
function counted(graph: GraphWays, file: string): Counted[] {
  const { populations, ways } = graph;
  const nameOf = ({ source, target }: Way): string => `${populations[source].name} -> ${populations[target].name}`;
  let total = 0;
  let isWhole = true;
  let largest = { count: -1, name: "" };
  const all = ways.map((way): Counted => {
    const shared = kernelOf(graph, way);
    let rowStart: Uint32Array = new Uint32Array(populations[way.source].neurons + 1);
    let count = 0;
    if (shared !== null) {
      ({ rowStart, synapses: count } = rowStarts(shared.kernel));
      if (count > MOST_OF_KERNEL)
        throw tooMany(file, `${nameOf(way)} has ${grouped(count)} synapses, at most ${grouped(MOST_OF_KERNEL)} are numbered`);
      if (!isTogether(way, ways) && !isMatrix(shared)) return { way, shared, rowStart };
    } else {
      const walker = walkerOf(graph, way);
      for (let row = 0; row + 1 < rowStart.length; row++) {
        const known = walker.knownLength(row);
        // rows that have to be followed are counted only up to the limit
        if (known === null && total + count > MOST_SYNAPSES) isWhole = false;
        else count += known ?? walker.walk(row).length;
        rowStart[row + 1] = count;
      }
    }
    total += count;
    if (count > largest.count) largest = { count, name: nameOf(way) };
    return { way, shared, rowStart };
  });
  if (total <= MOST_SYNAPSES) return all;
  throw tooMany(
    file,
    `in integers, on a chip, it has ${isWhole ? "" : "more than "}${grouped(total)} synapses that no convolution's kernel gives` +
      ` (${largest.name}: ${grouped(largest.count)}); they take ${gib(total)}, at most ${grouped(MOST_SYNAPSES)} are written down (${gib(MOST_SYNAPSES)})`,
  );
}

/** A chip may hold the rows of several delays together, as a list. */
function isTogether({ source, target, recurrent }: Way, ways: readonly Way[]): boolean {
  return ways.filter((way) => way.source === source && way.target === target && way.recurrent === recurrent).length > 1;
}

/** A chip takes a convolution with one output per channel as a matrix. */
const isMatrix = ({ kernel }: WayKernel): boolean => kernel.targetArea === 1;

const tooMany = (file: string, message: string): Error =>
  inputError(
    file,
    `UNROLLED_TOO_LARGE: ${message}`,
    "run it in float (import nir --input), or take a smaller input, a larger stride, fewer channels",
  );

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const gib = (synapses: number): string => `${((synapses * BYTES_PER_SYNAPSE) / powerOfTwo(30)).toPrecision(3)} GiB`;
