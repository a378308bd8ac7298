/**
 * Typed views over memory, without size or owner: tables of numbers and rows of records. No other file of a kernel uses
 * addresses.
 */

/** Bytes from one record of a row to the next: a power of two, or above 128 a multiple of a cache line of 64. */
@inline
export function strideOf<Record>(): usize {
  const bytes = offsetof<Record>();
  return bytes > 128 ? (bytes + 63) & ~63 : (<usize>1) << (32 - clz(<i32>bytes - 1));
}

/** A table of numbers. */
@unmanaged
export class Table<Value> {
  @inline
  @operator("[]")
  get(i: i32): Value {
    return load<Value>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  @inline
  @operator("[]=")
  set(i: i32, value: Value): void {
    store<Value>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()), value);
  }

  /** Element `i`, narrower than a word, as a word: a cast of the element itself would extend its sign twice. */
  @inline
  word(i: i32): i32 {
    return <i32>load<Value>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  /**
   * Element `i`, narrower than a word, times a word. With the element on the left V8 saves a move: 10 % of the time of
   * compressed weight rows.
   */
  @inline
  times(i: i32, factor: i32): i32 {
    return <i32>load<Value>(changetype<usize>(this) + ((<usize>i) << alignof<Value>())) * factor;
  }

  /** The table from element `i` on. */
  @inline
  from(i: i32): Table<Value> {
    return changetype<Table<Value>>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  /** Address of element `i`. */
  @inline
  place(i: i32): Cell<Value> {
    return changetype<Cell<Value>>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  /** The elements from `i` on that fill a vector of 128 bits. The address need not be aligned. */
  @inline
  lanes(i: i32): v128 {
    return v128.load(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  @inline
  setLanes(i: i32, lanes: v128): void {
    v128.store(changetype<usize>(this) + ((<usize>i) << alignof<Value>()), lanes);
  }

  /** The elements from `i` on in the lower half of a vector, the upper half zero. */
  @inline
  halfLanes(i: i32): v128 {
    return v128.load64_zero(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  /** Writes the lower half of `lanes`. */
  @inline
  setHalfLanes(i: i32, lanes: v128): void {
    v128.store64_lane(changetype<usize>(this) + ((<usize>i) << alignof<Value>()), lanes, 0);
  }

  /** The elements from `i` on, each extended to a lane of twice its width. */
  @inline
  wideLanes(i: i32): v128 {
    return v128.load_ext<Value>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  /** Element `i` in every lane. */
  @inline
  splat(i: i32): v128 {
    return v128.load_splat<Value>(changetype<usize>(this) + ((<usize>i) << alignof<Value>()));
  }

  /** Gathers four unsigned elements of 16 bits, at the indices in the lanes of `index`, into lanes of 32 bits. */
  @inline
  gather(index: v128): v128 {
    let lanes = i32x4.splat(0);
    lanes = v128.load16_lane(changetype<usize>(this) + ((<usize>i32x4.extract_lane(index, 0)) << 1), lanes, 0);
    lanes = v128.load16_lane(changetype<usize>(this) + ((<usize>i32x4.extract_lane(index, 1)) << 1), lanes, 2);
    lanes = v128.load16_lane(changetype<usize>(this) + ((<usize>i32x4.extract_lane(index, 2)) << 1), lanes, 4);
    return v128.load16_lane(changetype<usize>(this) + ((<usize>i32x4.extract_lane(index, 3)) << 1), lanes, 6);
  }

  /** Sets every byte of the first `count` elements to `byte`. */
  @inline
  fill(byte: u8, count: i32): void {
    memory.fill(changetype<usize>(this), byte, (<usize>count) << alignof<Value>());
  }
}

/** A field in memory that holds one value. */
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

  /** Address of the next entry. */
  @inline
  get end(): Cell<Entry> {
    return changetype<Cell<Entry>>(changetype<usize>(this) + 4 + ((<usize>this.length) << 2));
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
 * Writes an entry at the end of a list; returns the new end if the entry counts, else the old end. Whether it counts
 * depends on the traffic, which a branch predictor cannot learn: a useless write costs less than a misprediction.
 */
@inline
export function put<Entry>(end: Cell<Entry>, entry: Entry, counts: bool): Cell<Entry> {
  end.value = entry;
  return changetype<Cell<Entry>>(changetype<usize>(end) + ((<usize>counts) << 2));
}

/** A set: one bit per possible member. */
@unmanaged
export class Bits {
  @inline
  word(i: i32): Cell<u64> {
    return changetype<Cell<u64>>(changetype<usize>(this) + ((<usize>i) << 3));
  }

  @inline
  has(member: i32): bool {
    return ((this.word(member >> 6).value >> <u64>(member & 63)) & 1) != 0;
  }

  @inline
  add(member: i32): void {
    const word = this.word(member >> 6);
    word.value |= (<u64>1) << (member & 63);
  }

  @inline
  remove(member: i32): void {
    const word = this.word(member >> 6);
    word.value &= ~((<u64>1) << (member & 63));
  }
}

/** The record at `bytes` after an address. */
@inline
export function recordAt<Record>(address: usize, bytes: usize): Record {
  return changetype<Record>(address + bytes);
}

/**
 * The lowest byte of a record's `payload` in every lane of 8 bits. Load and splat are one instruction, which needs an
 * address and not a field's value.
 */
@inline
export function payloadLanes<Record>(record: Record): v128 {
  return v128.load_splat<i8>(changetype<usize>(record), offsetof<Record>("payload"));
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

/** The record `count` records after `of`, in a row without gaps. */
@inline
export function behind<Record>(record: Record, count: i32): Record {
  return changetype<Record>(changetype<usize>(record) + <usize>count * offsetof<Record>());
}

/** Number of records from `first` up to `end`, in a row without gaps. */
@inline
export function countOf<Record>(first: Record, end: Record): i32 {
  return <i32>((changetype<usize>(end) - changetype<usize>(first)) / offsetof<Record>());
}

/** Copies the records of a row without gaps from `first` up to `end`; returns the end of the copy. */
@inline
export function copyRow<Record>(to: Record, first: Record, end: Record): Record {
  const bytes = changetype<usize>(end) - changetype<usize>(first);
  memory.copy(changetype<usize>(to), changetype<usize>(first), bytes);
  return changetype<Record>(changetype<usize>(to) + bytes);
}

@inline
export function isBefore<Record>(a: Record, b: Record): bool {
  return changetype<usize>(a) < changetype<usize>(b);
}
