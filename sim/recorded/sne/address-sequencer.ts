/**
 * Common part of SNE's sequencers that count addresses: all clusters read and write the same address, and rows follow
 * each other.
 */
import type { Sequencer } from "./ports.js";

/** Registers of such a sequencer. */
export interface AddressRegisters {
  read: number;
  write: number;
  isReading: boolean;
  isWriting: boolean;
  isDone: boolean;
}

export abstract class AddressSequencer<Registers extends AddressRegisters> implements Sequencer {
  abstract readonly isResting: boolean;

  constructor(
    protected readonly side: number,
    /** Committed state. */
    protected now: Registers,
  ) {}

  get isDone(): boolean {
    return this.now.isDone;
  }
  get isReading(): boolean {
    return this.now.isReading;
  }
  get isWriting(): boolean {
    return this.now.isWriting;
  }
  takesTime(): boolean {
    return this.isResting;
  }

  readAddress(): number {
    return this.now.read & (this.side * this.side - 1);
  }
  writeAddress(): number {
    return this.now.write & (this.side * this.side - 1);
  }
  row(): number {
    return Math.floor(this.writeAddress() / this.side);
  }
  column(): number {
    return this.writeAddress() & (this.side - 1);
  }
}
