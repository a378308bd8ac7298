/**
 * A projection of an integer graph in the memory of its kernel: a convolution's kernel, compressed rows, or dense rows
 * if they are nearly full. Small convolutions are stored dense too, because vectors add such rows.
 */
import { rowReader, synapsesIn } from "../../arch/index.js";
import { placeConvolution } from "../kernel/convolution-table.js";
import type { KernelHost } from "../kernel/kernel-host.js";
import type { GraphProjection } from "./integer-graph.js";
import { addCompressed, addDense, CACHE_BYTES, placeRows, type RowKernel, SPARSE_BELOW, type Storage } from "./kernel-layout.js";

/** Further exports of the kernel of integer graphs. */
export interface GraphRowKernel extends RowKernel {
  addKernel8(rows: number, largest: number, weights: number, convolution: number): number;
  addKernel16(rows: number, largest: number, weights: number, convolution: number): number;
  addWide8(rows: number, largest: number, weights: number, targets: number, starts: number): number;
  addWide16(rows: number, largest: number, weights: number, targets: number, starts: number): number;
}

/** Number of accumulators that 16-bit indices can address. */
const NARROW_ROWS = 65_536;

/** Adds a projection onto `targets` neurons; returns its handle. */
export function addGraphRows(host: KernelHost<GraphRowKernel>, projection: GraphProjection, targets: number, storage: Storage): number {
  const { sparse, weights } = projection;
  let largest = 0;
  for (const w of weights) largest = Math.max(largest, Math.abs(w));
  const rows = Math.ceil(targets / 16) * 16;
  const sources = sparse.rowStart.length - 1;
  const isFull = synapsesIn(sparse) >= SPARSE_BELOW * targets * sources;
  const fits = sparse.targets !== null || sources * rows <= CACHE_BYTES;
  if (storage === "dense" || (storage === "auto" && isFull && fits))
    return addDense(host, spread(projection, rows, largest), rows, largest);
  return sparse.targets === null
    ? addConvolution(host, projection, rows, largest)
    : addWritten(host, projection, sparse.targets, rows, largest);
}

/** Dense weights, [sources][rows]. */
function spread(projection: GraphProjection, rows: number, largest: number): Int8Array | Int16Array {
  const { sparse, weights } = projection;
  const sources = sparse.rowStart.length - 1;
  const full = largest > 127 ? new Int16Array(sources * rows) : new Int8Array(sources * rows);
  const reader = rowReader(projection);
  for (let source = 0; source < sources; source++) {
    reader.read(source);
    for (let k = 0; k < reader.length; k++) full[source * rows + reader.targets[reader.first + k]] = weights[reader.weightOf(k)];
  }
  return full;
}

function addConvolution(host: KernelHost<GraphRowKernel>, { kernel, weights }: GraphProjection, rows: number, largest: number): number {
  if (kernel === undefined) throw new Error("rows without targets or a kernel");
  const convolution = placeConvolution(kernel, (table) => host.place(table));
  const narrow = largest > 127 ? null : Int8Array.from(weights);
  return narrow === null
    ? host.kernel.addKernel16(rows, largest, host.place(weights), convolution)
    : host.kernel.addKernel8(rows, largest, host.place(narrow), convolution);
}

function addWritten(
  host: KernelHost<GraphRowKernel>,
  { sparse: { rowStart }, weights }: GraphProjection,
  targets: Uint32Array,
  rows: number,
  largest: number,
): number {
  if (rows <= NARROW_ROWS) return addCompressed(host, { rowStart, targets, weights }, rows, largest);
  const placed = placeRows(host, { rowStart, targets, weights }, largest, Uint32Array);
  const at = [rows, largest, placed.weights, placed.targets, placed.starts] as const;
  return placed.isWide ? host.kernel.addWide16(...at) : host.kernel.addWide8(...at);
}
