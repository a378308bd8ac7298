/** The kernel's memory: records and tables, one after the other. They begin as zeros and are never freed. */
import { Table } from "./views.part.as";

const LINE: u64 = 64;
const PAGE_BITS: u64 = 16;
/** Largest address. The last page stays free, so that no address plus a vector passes the end. */
const MOST_BYTES: u64 = (1 << 32) - (1 << 16);

let end: u64 = __heap_base;

/** Allocates bytes at a multiple of 64; 0 if there is no memory left. */
export function allocate(bytes: f64): usize {
  const at = (end + LINE - 1) & ~(LINE - 1);
  const next = at + <u64>bytes;
  if (next > MOST_BYTES) return 0;
  const have = (<u64>memory.size()) << PAGE_BITS;
  if (next > have && memory.grow(<i32>((next - have + (1 << PAGE_BITS) - 1) >> PAGE_BITS)) < 0) return 0;
  end = next;
  return <usize>at;
}

/** Allocates `bytes`, or traps. */
function reserve(bytes: f64): usize {
  const at = allocate(bytes);
  if (at == 0) unreachable();
  return at;
}

@inline
export function record<Record>(): Record {
  return changetype<Record>(reserve(<f64>offsetof<Record>()));
}

@inline
export function table<Value>(count: i32): Table<Value> {
  return changetype<Table<Value>>(reserve(<f64>count * <f64>sizeof<Value>()));
}

/** A row of records without gaps. */
@inline
export function row<Record>(count: i32): Record {
  return changetype<Record>(reserve(<f64>count * <f64>offsetof<Record>()));
}
