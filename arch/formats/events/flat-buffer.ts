/**
 * Reads a FlatBuffer field by field within its bounds: a size (u32), an offset to the root table, four characters that
 * name its type, and tables, each preceded by the offset of its field list. Little endian.
 * Source: Google, "FlatBuffers Internals" (flatbuffers.dev). Throws: the error of `fail`, for offsets outside of the
 * buffer.
 */
import { viewOf } from "./event-list.js";

const PREFIX = 4;

interface FlatTable {
  /** Byte of a field; null if the table leaves it out. */
  readonly field: (index: number) => number | null;
}

export class FlatBuffer {
  private readonly view: DataView;

  /** `bytes` begin with the size of the buffer. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly fail: (message: string) => Error,
  ) {
    this.view = viewOf(bytes);
    const size = this.u32(0);
    if (size + PREFIX > bytes.length) throw fail(`a flatbuffer of ${size} bytes in ${bytes.length}`);
  }

  /** Its type; empty if it is too short to have one. */
  get identifier(): string {
    return this.bytes.length < 12 ? "" : String.fromCharCode(...this.bytes.subarray(8, 12));
  }

  root(): FlatTable {
    const table = this.follow(PREFIX);
    const list = table - this.i32(table);
    const listBytes = this.u16(list);
    return {
      field: (index) => {
        const at = 4 + 2 * index;
        if (at + 2 > listBytes) return null;
        const offset = this.u16(list + at);
        return offset === 0 ? null : table + offset;
      },
    };
  }

  i32(at: number): number {
    return this.view.getInt32(this.inside(at, 4), true);
  }

  i64(at: number): bigint {
    return this.view.getBigInt64(this.inside(at, 8), true);
  }

  text(at: number): string {
    const start = this.follow(at);
    return new TextDecoder().decode(this.bytes.subarray(start + 4, this.inside(start + 4, this.u32(start)) + this.u32(start)));
  }

  /** First byte and count of a vector of structs of `size` bytes. */
  structs(at: number, size: number): { readonly start: number; readonly count: number } {
    const start = this.follow(at);
    const count = this.u32(start);
    this.inside(start + 4, count * size);
    return { start: start + 4, count };
  }

  private u16(at: number): number {
    return this.view.getUint16(this.inside(at, 2), true);
  }

  private u32(at: number): number {
    return this.view.getUint32(this.inside(at, 4), true);
  }

  private follow(at: number): number {
    return at + this.u32(at);
  }

  private inside(at: number, size: number): number {
    if (!(at >= 0 && at + size <= this.bytes.length))
      throw this.fail(`an offset leads to byte ${at} of a flatbuffer of ${this.bytes.length}`);
    return at;
  }
}
