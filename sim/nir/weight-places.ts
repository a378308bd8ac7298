/**
 * Numbers of weights on a way, zero or not. Weights of zero are not synapses of an imported network, so its rows do not
 * say it.
 */
import { rowLengths, type SharedKernel, storedRows } from "../../arch/index.js";
import { enteredRows } from "./entered-rows.js";
import { kernelOf, type WayKernel } from "./shared-kernel.js";
import { Walker } from "./walker.js";
import type { GraphWays, Way } from "./ways.js";

export interface WayWeights {
  /**
   * Weights at each place where they apply: NeuroBench's dense operations of a step, for which it takes every weight as
   * 1.
   */
  readonly places: number;
  /** Each weight once: those of a kernel, or of a row that sources share. */
  readonly weights: number;
}

/** `shared`: the way's kernel, if it has one; `rowStart`, `rowOf`: its rows, without weights of zero. */
export function weightsOfWay(
  graph: GraphWays,
  way: Way,
  { shared, rowStart, rowOf }: { readonly shared: WayKernel | null; readonly rowStart: Uint32Array; readonly rowOf: Int32Array | null },
): WayWeights {
  const sources = graph.populations[way.source].neurons;
  if (way.routes.every((route) => route.every(({ whole }) => whole === null)))
    return { places: rowStart[sources], weights: shared === null ? inOwnRows(rowStart, rowOf) : nonZero(shared.factors) };
  const whole = { ...way, routes: way.routes.map((route) => route.map((stage) => stage.whole?.() ?? stage)) };
  const full = kernelOf(graph, whole);
  const walker = new Walker(whole.routes, sources, graph.populations[way.target].neurons);
  const lengths = full === null ? null : rowLengths(full.kernel);
  const start = new Uint32Array(sources + 1);
  for (let row = 0; row < sources; row++)
    start[row + 1] = start[row] + (lengths?.[row] ?? walker.knownLength(row) ?? walker.walk(row).length);
  const places = start[sources];
  if (shared !== null) return { places, weights: full === null ? shared.factors.length : nonZero(full.factors) };
  return { places, weights: inOwnRows(start, enteredRows(graph, whole, start)) };
}

const nonZero = (values: Float64Array | Int16Array): number => {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  return count;
};

/** Synapses of rows that are stored for their source; `meets`: counts those of a range. */
function inOwnRows(rowStart: Uint32Array, rowOf: Int32Array | null, meets = (from: number, to: number): number => to - from): number {
  const stored = rowOf === null ? null : storedRows({ rowOf }, 0, rowStart.length - 1);
  let count = 0;
  for (let row = 0; row + 1 < rowStart.length; row++)
    if (stored === null || stored.isOwner[row] === 1) count += meets(rowStart[row], rowStart[row + 1]);
  return count;
}

interface ListedRows {
  readonly kernel: SharedKernel | null;
  readonly rowStart: Uint32Array;
  readonly rowOf: Int32Array | null;
}

/** Number of a way's words that are not 0, each once. */
export const nonZeroWords = ({ kernel, rowStart, rowOf }: ListedRows, words: Int16Array): number =>
  kernel === null ? inOwnRows(rowStart, rowOf, (from, to) => nonZero(words.subarray(from, to))) : nonZero(words);
