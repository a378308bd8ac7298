/**
 * Output buffer of a decompressor: appends literals and copies of earlier bytes, up to a limit. Throws: the error of
 * `fail`.
 */

export type Fail = (message: string) => Error;

const FIRST_ROOM = 65_536;

export class FrameOutput {
  private room = new Uint8Array(FIRST_ROOM);
  private count = 0;

  /** `most`: limit in bytes. */
  constructor(
    private readonly most: number,
    private readonly fail: Fail,
  ) {}

  get length(): number {
    return this.count;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.room.set(bytes, this.count);
    this.count += bytes.length;
  }

  repeat(byte: number, times: number): void {
    this.reserve(times);
    this.room.fill(byte, this.count, this.count + times);
    this.count += times;
  }

  /** Copies `length` bytes that begin `distance` before the end; source and copy may overlap. */
  copy(distance: number, length: number): void {
    if (!(distance >= 1 && distance <= this.count)) throw this.fail(`a copy from ${distance} bytes before, but only ${this.count} exist`);
    this.reserve(length);
    const { room, count } = this;
    if (distance >= length) room.copyWithin(count, count - distance, count - distance + length);
    else for (let i = 0; i < length; i++) room[count + i] = room[count + i - distance];
    this.count += length;
  }

  bytes(): Uint8Array {
    return this.room.subarray(0, this.count);
  }

  private reserve(more: number): void {
    const needed = this.count + more;
    if (needed > this.most) throw this.fail(`more than ${this.most} bytes after unpacking`);
    if (needed <= this.room.length) return;
    const larger = new Uint8Array(Math.min(this.most, Math.max(needed, 2 * this.room.length)));
    larger.set(this.room.subarray(0, this.count));
    this.room = larger;
  }
}
