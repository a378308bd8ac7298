/**
 * SNE's packet router: takes packets from the input, one word at a time, and passes their words to the event queue or
 * to the weight port.
 *
 * States RESET, OPEN, VERIFY, ROUTE, CLOSE. The header is the first word that is passed on; the end word of an engine
 * packet is not passed on.
 * Source: specification of the slice, packet router. Not modelled: packets to other destinations.
 */
import type { Part } from "../parts/part.js";
import type { WordSink } from "./ports.js";
import type { SneInput } from "./sne-settings.js";
import { destinationOf, lengthOf, NONE, OP, opOf } from "./sne-words.js";

type State = "RESET" | "OPEN" | "VERIFY" | "ROUTE" | "CLOSE";

export class PacketRouter implements Part {
  readonly name = "packet router";
  /** Number of words taken. */
  taken = 0;
  private state: State = "RESET";
  private next: State = "RESET";
  private header = 0;
  private forwarded = 0;
  /** Cycles for which the state has lasted. */
  private stayed = 0;
  private lastTransfer = -1;
  private isTaking = false;
  private isForwarding = false;

  constructor(
    private readonly inputs: readonly SneInput[],
    private readonly durations: { readonly verifyCycles: number; readonly closeCycles: number },
    private readonly engine: WordSink,
    private readonly memory: WordSink,
    private readonly onTaken: (word: number, cycle: number) => void,
  ) {}

  /** Words not yet taken. */
  get left(): number {
    return this.inputs.length - this.taken;
  }

  private availableAt(): number {
    const input = this.inputs[this.taken];
    return input === undefined ? Number.POSITIVE_INFINITY : Math.max(input.notBefore, this.lastTransfer + 1);
  }

  private word(cycle: number): number {
    return this.availableAt() <= cycle ? this.inputs[this.taken].word : NONE;
  }

  private get isToMemory(): boolean {
    return destinationOf(this.header) === 1;
  }

  /** Whether a word for the memory waits to be taken. */
  offersMemory(cycle: number): boolean {
    return this.state === "ROUTE" && this.isToMemory && this.word(cycle) !== NONE;
  }

  nextCycle(cycle: number): number {
    return this.state === "RESET" || this.state === "ROUTE" ? Math.max(cycle, this.availableAt()) : cycle;
  }

  evaluate(cycle: number): void {
    this.next = this.follow(cycle);
  }

  private follow(cycle: number): State {
    const word = this.word(cycle);
    const isLast = (cycles: number): boolean => this.stayed + 1 >= cycles;
    switch (this.state) {
      case "RESET":
        return word === NONE ? "RESET" : "OPEN";
      case "OPEN":
        this.header = word;
        this.forwarded = 0;
        return "VERIFY";
      case "VERIFY":
        return isLast(this.durations.verifyCycles) ? "ROUTE" : "VERIFY";
      case "CLOSE":
        return isLast(this.durations.closeCycles) ? "RESET" : "CLOSE";
      default:
        return this.route(word) ? "CLOSE" : "ROUTE";
    }
  }

  /** Passes a word on; returns whether the packet ends. */
  private route(word: number): boolean {
    if (word === NONE) return false;
    if (!this.isToMemory && opOf(word) === OP.end) {
      this.isTaking = true;
      return true;
    }
    const sink = this.isToMemory ? this.memory : this.engine;
    if (!sink.isReady) return false;
    sink.push(word);
    this.isTaking = true;
    this.isForwarding = true;
    return this.forwarded >= lengthOf(this.header);
  }

  commit(cycle: number): void {
    if (this.isTaking) {
      this.onTaken(this.inputs[this.taken].word, cycle);
      this.taken++;
      this.lastTransfer = cycle;
      this.isTaking = false;
    }
    if (this.isForwarding) this.forwarded++;
    this.isForwarding = false;
    this.stayed = this.next === this.state ? this.stayed + 1 : 0;
    this.state = this.next;
  }
}
