/**
 * SNE's kernel memory and its loader: nine weights of four bits per input channel and set of clusters.
 *
 * Banks 0 to 3 hold weights 1 to 8 of a channel's kernel, bank 4 weight 0. A write blocks the read of its cycle; a word
 * that is read appears one cycle later.
 * Source: specification of the slice, clusters and weights. Not modelled: kernels other than 3x3, reset of the memory.
 */
import type { Part } from "../parts/part.js";
import type { EventBus, WordSource } from "./ports.js";
import { hex8, NONE } from "./sne-words.js";

/** Words of a bank. */
const WORDS = 64;
const LAST_WORDS = 32;
/** Kernels are written in words of eight weights; the weights 0 of eight channels share such words. */
const CHANNELS_PER_WORD = 8;
/** Mask of the loader's address and of the sum that it is compared with. */
const ADDRESS_MASK = 0x1ff;

type KernelSharing = "quarters" | "halves" | "all";

export class KernelMemory implements Part {
  readonly name = "kernel memory";
  writes = 0;
  private readonly banks = [0, 1, 2, 3].map(() => new Uint32Array(WORDS));
  private readonly last = new Uint32Array(LAST_WORDS);
  private isLoading = false;
  private address = 0;
  private data = 0;
  private hasWord = false;
  private mode = 1;
  /** Bank 4's write enable is a latch: after a write to this bank it stays open for writes that follow at once. */
  private isLastOpen = false;
  private readonly next = { isLoading: false, address: 0, data: 0, hasWord: false, mode: 1, channel: 0 };
  /** Channel whose words are read, and channel that selects among them. */
  private readChannel = 0;
  private selectChannel = 0;

  constructor(
    private readonly source: WordSource,
    private readonly event: EventBus,
    private readonly channels: number,
    private readonly sharing: KernelSharing,
    private readonly clusters: number,
    private readonly onWrite: (cycle: number, mode: number, address: string, data: string) => void,
  ) {}

  private bankOf(cluster: number): number {
    if (this.sharing === "quarters") return Math.floor((4 * cluster) / this.clusters);
    if (this.sharing === "halves") return (this.selectChannel & 1) + 2 * Math.floor((2 * cluster) / this.clusters);
    return this.selectChannel & 3;
  }

  /** Unsigned four-bit weight at place 0 to 8 of the kernel, for the channel of the cycle before. */
  weight(cluster: number, place: number): number {
    const bank = this.bankOf(cluster);
    if (place > 0) return (this.banks[bank][this.readChannel >> 2] >>> (4 * (place - 1))) & 15;
    const top = (this.selectChannel & 4) === 0 ? 28 : 12;
    return (this.last[this.readChannel >> 3] >>> (top - 4 * bank)) & 15;
  }

  nextCycle(cycle: number): number {
    const { channel } = this.event;
    const isStill = this.source.word() === NONE && !this.hasWord && this.readChannel === channel && this.selectChannel === channel;
    return isStill ? Number.POSITIVE_INFINITY : cycle;
  }

  evaluate(_cycle: number): void {
    const word = this.source.word();
    if (word !== NONE) this.source.take();
    const { next } = this;
    next.channel = this.event.channel;
    if (!this.isLoading) {
      next.isLoading = word !== NONE;
      next.address = next.data = 0;
      next.hasWord = false;
      return;
    }
    next.hasWord = word !== NONE;
    next.mode = this.address >= this.channels ? 2 : 1;
    next.address = next.hasWord ? (this.address + 1) & ADDRESS_MASK : this.address;
    if (next.hasWord) next.data = word;
    const end = (this.channels + Math.floor(this.channels / CHANNELS_PER_WORD)) & ADDRESS_MASK;
    next.isLoading = !(this.hasWord && (this.address & 0xff) === end);
  }

  commit(cycle: number): void {
    const { next } = this;
    if (this.hasWord) this.write(cycle);
    else this.readChannel = next.channel;
    this.isLastOpen &&= this.hasWord;
    this.selectChannel = next.channel;
    this.isLoading = next.isLoading;
    this.address = next.address;
    this.data = next.data;
    this.hasWord = next.hasWord;
    this.mode = next.mode;
  }

  private write(cycle: number): void {
    this.writes++;
    const address = this.mode === 1 ? this.address - 1 : this.address - 1 - this.channels;
    if (this.mode === 1) this.banks[address & 3][(address >> 2) & (WORDS - 1)] = this.data;
    else this.isLastOpen = true;
    if (this.isLastOpen) this.last[address & (LAST_WORDS - 1)] = this.data;
    this.onWrite(cycle, this.mode, (address & 0xff).toString(16).padStart(2, "0"), hex8(this.data));
  }
}
