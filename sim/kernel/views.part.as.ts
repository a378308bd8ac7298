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

/** A place in a row that holds one value. */
@unmanaged
export class Cell<Value> {
  value: Value;
}

/** A list: how many entries it has, then the entries. */
@unmanaged
export class List<Entry> {
  length: u32;

  @inline
  get first(): Cell<Entry> {
    return changetype<Cell<Entry>>(changetype<usize>(this) + 4);
  }

  /** Where the next entry goes. */
  @inline
  get end(): Cell<Entry> {
    return changetype<Cell<Entry>>(changetype<usize>(this) + 4 + (<usize>this.length << 2));
  }

  @inline
  set end(to: Cell<Entry>) {
    this.length = <u32>((changetype<usize>(to) - changetype<usize>(this) - 4) >> 2);
  }

  @inline
  push(entry: Entry): void {
    this.end.value = entry;
    this.length++;
  }
}

/**
 * Writes an entry at the end of a list; returns the end with it if it counts, else the old one. What a list gets depends on the traffic, which no
 * branch predictor knows: to write in vain costs less than to guess wrong.
 */
@inline
export function put<Entry>(end: Cell<Entry>, entry: Entry, counts: bool): Cell<Entry> {
  end.value = entry;
  return changetype<Cell<Entry>>(changetype<usize>(end) + (<usize>counts << 2));
}

/** Sets: a bit per member. */
@unmanaged
export class Bits {
  @inline
  word(i: i32): Cell<u64> {
    return changetype<Cell<u64>>(changetype<usize>(this) + (<usize>i << 3));
  }

  @inline
  has(member: i32): bool {
    return ((this.word(member >> 6).value >> <u64>(member & 63)) & 1) != 0;
  }

  @inline
  add(member: i32): void {
    const word = this.word(member >> 6);
    word.value |= <u64>1 << (member & 63);
  }

  @inline
  remove(member: i32): void {
    const word = this.word(member >> 6);
    word.value &= ~(<u64>1 << (member & 63));
  }
}

/** The record `bytes` behind an address. */
@inline
export function recordAt<Record>(address: usize, bytes: usize): Record {
  return changetype<Record>(address + bytes);
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
