/**
 * Rows that several sources of a projection share, because they enter the weights at one place (`Projection.rowOf`). A
 * core's memory stores such a row once; the axons of its sources point to it.
 */
import type { Projection, SparseRows } from "./network.js";

type Shared = Pick<Projection, "rowOf">;

/** Whether a source of a projection with dense rows has one. */
export const hasDenseRow = ({ rowOf }: Shared, source: number): boolean => rowOf === undefined || rowOf[source] >= 0;

interface StoredRows {
  readonly count: number;
  /** Number of sources with a row. */
  readonly sources: number;
  /** By source from `first` on: 1 if its row is stored for it, i.e. it is the first source of its row. */
  readonly isOwner: Uint8Array;
}

/** By `rowOf`, then by range of sources. */
const known = new WeakMap<Int32Array, Map<string, StoredRows>>();

/** Rows that a memory stores for sources `first .. first + count - 1`; null: each source has its own. */
export function storedRows({ rowOf }: Shared, first: number, count: number): StoredRows | null {
  if (rowOf === undefined) return null;
  const ranges = known.get(rowOf) ?? new Map<string, StoredRows>();
  known.set(rowOf, ranges);
  const key = `${first}/${count}`;
  const made = ranges.get(key);
  if (made !== undefined) return made;
  const isOwner = new Uint8Array(count);
  const isStored = new Uint8Array(rowOf.length);
  let [rows, sources] = [0, 0];
  for (let i = 0; i < count; i++) {
    const row = rowOf[first + i];
    if (row < 0) continue;
    sources++;
    if (isStored[row] === 1) continue;
    isStored[row] = 1;
    isOwner[i] = 1;
    rows++;
  }
  const stored = { count: rows, sources, isOwner };
  ranges.set(key, stored);
  return stored;
}

/** Share of sources `first .. first + count - 1` of a projection with dense rows that have one. */
export function denseShare(projection: Shared, first: number, count: number): number {
  const stored = storedRows(projection, first, count);
  return stored === null ? 1 : stored.sources / Math.max(1, count);
}

/**
 * Whether `rowOf` is as in `Projection`: a row or -1 for each of `sources`, rows numbered in the order of their first
 * sources, each with the same synapses for all of its sources. `sparse`: the sources' synapses; null: rows are dense.
 */
export function areSharedRows(rowOf: Int32Array, sources: number, sparse: SparseRows | null): boolean {
  if (rowOf.length !== sources) return false;
  /** By row: its first source. */
  const owners: number[] = [];
  const synapsesOf = (source: number): Uint32Array =>
    sparse?.targets?.subarray(sparse.rowStart[source], sparse.rowStart[source + 1]) ?? new Uint32Array(0);
  for (let source = 0; source < sources; source++) {
    const row = rowOf[source];
    if (row < -1 || row > owners.length) return false;
    if (row === owners.length) owners.push(source);
    if (sparse === null) continue;
    const synapses = synapsesOf(source);
    if (row < 0 !== (synapses.length === 0)) return false;
    if (row < 0 || owners[row] === source) continue;
    const first = synapsesOf(owners[row]);
    if (synapses.length !== first.length || synapses.some((target, k) => target !== first[k])) return false;
  }
  return true;
}
