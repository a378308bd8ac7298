/** Typed views over memory, of no size and no owner: tables of numbers and rows of records. The only file of a kernel that goes by address. */

/** Bytes from a record to the next one in a row: a power of two, and above 128 whole lines of 64. */
@inline
export function strideOf<Record>(): usize {
  const bytes = offsetof<Record>();
  return bytes > 128 ? (bytes + 63) & ~63 : <usize>1 << (32 - clz(<i32>bytes - 1));
}

/** Numbers in a row. */
@unmanaged
export class Table<Value> {
  @inline
  @operator("[]")
  get(i: i32): Value {
    return load<Value>(changetype<usize>(this) + (<usize>i << alignof<Value>()));
  }

  @inline
  @operator("[]=")
  set(i: i32, value: Value): void {
    store<Value>(changetype<usize>(this) + (<usize>i << alignof<Value>()), value);
  }

  /** The table from element `i` on. */
  @inline
  from(i: i32): Table<Value> {
    return changetype<Table<Value>>(changetype<usize>(this) + (<usize>i << alignof<Value>()));
  }

  /** Sets the first `count` elements, bytes alike, to `byte`. */
  @inline
  fill(byte: u8, count: i32): void {
    memory.fill(changetype<usize>(this), byte, <usize>count << alignof<Value>());
  }
}

/** No record, no table. */
@inline
export function none<View>(): View {
  return changetype<View>(<usize>0);
}

@inline
export function isNone<View>(view: View): bool {
  return changetype<usize>(view) == 0;
}

/** Sets all of a record to 0. */
@inline
export function clear<Record>(record: Record): void {
  memory.fill(changetype<usize>(record), 0, offsetof<Record>());
}

/** Record `i` of a row. */
@inline
export function inRow<Record>(first: Record, i: i32): Record {
  return changetype<Record>(changetype<usize>(first) + <usize>i * strideOf<Record>());
}

@inline
export function nextInRow<Record>(record: Record): Record {
  return changetype<Record>(changetype<usize>(record) + strideOf<Record>());
}

/** The record `count` places behind one of a row without gaps. */
@inline
export function behind<Record>(record: Record, count: i32): Record {
  return changetype<Record>(changetype<usize>(record) + <usize>count * offsetof<Record>());
}

@inline
export function isBefore<Record>(a: Record, b: Record): bool {
  return changetype<usize>(a) < changetype<usize>(b);
}
