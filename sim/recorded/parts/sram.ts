/**
 * The access port of a synchronous SRAM: it counts reads and writes and checks the port's limits; the holder keeps the
 * contents.
 *
 * A `1rw` port allows one access per cycle, a `1r1w` port one read and one write. A word read in cycle c is in the
 * output register from cycle c + 1 on. Throws InvariantError on more accesses than the port allows, or outside the
 * address range.
 * Not modelled: retention, repair, byte enables.
 */
import { InvariantError } from "../../../base/errors.js";

export interface SramCounters {
  reads: number;
  writes: number;
}

export const newSramCounters = (): SramCounters => ({ reads: 0, writes: 0 });

export class Sram {
  /** Last access, for observers: its cycle, kind and address. */
  accessCycle = -1;
  accessWrites = false;
  accessAddress = 0;
  private readCycle = -1;
  private writeCycle = -1;

  constructor(
    readonly name: string,
    readonly words: number,
    readonly port: "1rw" | "1r1w",
    readonly counters: SramCounters,
  ) {}

  read(address: number, cycle: number): void {
    this.claim(address, cycle, false);
    this.readCycle = cycle;
    this.counters.reads++;
  }

  write(address: number, cycle: number): void {
    this.claim(address, cycle, true);
    this.writeCycle = cycle;
    this.counters.writes++;
  }

  private claim(address: number, cycle: number, writes: boolean): void {
    const busy =
      this.port === "1rw" ? this.readCycle === cycle || this.writeCycle === cycle : (writes ? this.writeCycle : this.readCycle) === cycle;
    if (busy) throw new InvariantError(this.name, cycle, "two accesses on one port");
    if (address < 0 || address >= this.words) throw new InvariantError(this.name, cycle, `address ${address} outside 0..${this.words - 1}`);
    this.accessCycle = cycle;
    this.accessWrites = writes;
    this.accessAddress = address;
  }
}
