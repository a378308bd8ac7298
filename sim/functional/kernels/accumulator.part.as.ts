/** The range of an accumulator, and sums that leave it. */
import { Cell } from "../../../base/kernel/views.part.as";

/** Bits of the current accumulators, and whether they wrap when they cannot hold a sum. */
export let wordBits: i32 = 32;
export let cyclic: bool = false;
/** Largest sum. */
export let most: i64 = i32.MAX_VALUE;

/** Accumulators of this network wrap if `overflow` is 1, and saturate if it is 0. */
export function setOverflow(overflow: i32): void {
  cyclic = overflow == 1;
}

/** Sets the bits of the accumulators to which the next additions go. */
@inline
export function takeSumBits(bits: i32): void {
  wordBits = bits;
  most = ((<i64>1) << (bits - 1)) - 1;
}

let overflows: i64 = 0;

/** Additions that left their range since the last call. */
export function takeOverflows(): f64 {
  const n = overflows;
  overflows = 0;
  return <f64>n;
}

/** Counts additions that left their range. */
@inline
export function countOverflows(many: i64): void {
  overflows += many;
}

/** One addition with range check, for words whose sums may leave i32, and for scattered rows. */
@inline
export function addOne(accumulator: Cell<i32>, product: i32, bits: i32, wraps: bool): void {
  const sum = <i64>accumulator.value + <i64>product;
  const most: i64 = ((<i64>1) << (bits - 1)) - 1;
  let kept = sum;
  if (sum > most || sum < -most - 1) {
    overflows++;
    if (wraps) kept = (sum << (64 - bits)) >> (64 - bits);
    else kept = sum > most ? most : -most - 1;
  }
  accumulator.value = <i32>kept;
}
