/** Weights from the neurons of one population to the accumulators of another. Row i of a projection holds the weights of source i to all accumulators. */
import { Convolution } from "../../../base/kernel/convolution.part.as";
import { record } from "../../../base/kernel/heap.part.as";
import { isBefore, nextInRow, Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";

/** Storage of weights; it says which of the classes below a projection is. */
export const DENSE_8: i32 = 0;
export const DENSE_16: i32 = 1;
export const SPARSE_8: i32 = 2;
export const SPARSE_16: i32 = 3;
/** Sparse, with more than 65,536 accumulators. */
export const WIDE_8: i32 = 4;
export const WIDE_16: i32 = 5;
export const KERNEL_8: i32 = 6;
export const KERNEL_16: i32 = 7;

@unmanaged
export class Projection {
  kind: i32;
  /** Number of accumulators, a multiple of 16. */
  rows: i32;
  /** Largest |weight|. */
  largest: i32;
}

@unmanaged
export class Dense<Weight> extends Projection {
  /** [sources][rows]. */
  weights: Table<Weight>;
  /** Number of events that share one pass over the rows. */
  group: i32;
}

/** Rows without zeros, filled up to a multiple of four entries with weights of 0. */
@unmanaged
export class Sparse<Weight, Target> extends Projection {
  /** [entries]. */
  weights: Table<Weight>;
  targets: Table<Target>;
  /** Index of each source's first entry, and the end; multiples of 4. */
  starts: Table<u32>;
}

/** Rows that a convolution generates. */
@unmanaged
export class Kernel<Weight> extends Projection {
  /** [source channels][target channels of its group][taps]. */
  weights: Table<Weight>;
  convolution: Convolution;
}

/** Allocates a projection's record and sets the fields that all kinds share. */
function begun<Kept extends Projection>(kind: i32, rows: i32, largest: i32): Kept {
  const projection = record<Kept>();
  projection.kind = kind;
  projection.rows = rows;
  projection.largest = largest;
  return projection;
}

function dense<Weight>(kind: i32, rows: i32, largest: i32, weights: Table<Weight>, group: i32): Projection {
  const projection = begun<Dense<Weight>>(kind, rows, largest);
  projection.weights = weights;
  projection.group = group;
  return projection;
}

function sparse<Weight, Target>(
  kind: i32,
  rows: i32,
  largest: i32,
  weights: Table<Weight>,
  targets: Table<Target>,
  starts: Table<u32>,
): Projection {
  const projection = begun<Sparse<Weight, Target>>(kind, rows, largest);
  projection.weights = weights;
  projection.targets = targets;
  projection.starts = starts;
  return projection;
}

/** Adds a projection of dense rows; returns its handle. The host calls this and the functions below. */
export function addDense8(rows: i32, largest: i32, weights: Table<i8>, group: i32): Projection {
  return dense<i8>(DENSE_8, rows, largest, weights, group);
}

export function addDense16(rows: i32, largest: i32, weights: Table<i16>, group: i32): Projection {
  return dense<i16>(DENSE_16, rows, largest, weights, group);
}

export function addSparse8(rows: i32, largest: i32, weights: Table<i8>, targets: Table<u16>, starts: Table<u32>): Projection {
  return sparse<i8, u16>(SPARSE_8, rows, largest, weights, targets, starts);
}

export function addSparse16(rows: i32, largest: i32, weights: Table<i16>, targets: Table<u16>, starts: Table<u32>): Projection {
  return sparse<i16, u16>(SPARSE_16, rows, largest, weights, targets, starts);
}

export function addWide8(rows: i32, largest: i32, weights: Table<i8>, targets: Table<u32>, starts: Table<u32>): Projection {
  return sparse<i8, u32>(WIDE_8, rows, largest, weights, targets, starts);
}

export function addWide16(rows: i32, largest: i32, weights: Table<i16>, targets: Table<u32>, starts: Table<u32>): Projection {
  return sparse<i16, u32>(WIDE_16, rows, largest, weights, targets, starts);
}

function kernel<Weight>(kind: i32, rows: i32, largest: i32, weights: Table<Weight>, convolution: Convolution): Projection {
  const projection = begun<Kernel<Weight>>(kind, rows, largest);
  projection.weights = weights;
  projection.convolution = convolution;
  return projection;
}

export function addKernel8(rows: i32, largest: i32, weights: Table<i8>, convolution: Convolution): Projection {
  return kernel<i8>(KERNEL_8, rows, largest, weights, convolution);
}

export function addKernel16(rows: i32, largest: i32, weights: Table<i16>, convolution: Convolution): Projection {
  return kernel<i16>(KERNEL_16, rows, largest, weights, convolution);
}

/** Bound on the magnitude of all partial sums of the events. */
export function bound(projection: Projection, events: Event, end: Event): i64 {
  let sum: i64 = 0;
  for (let e = events; isBefore(e, end); e = nextInRow(e)) sum += abs(e.payload);
  return sum * projection.largest;
}
