/**
 * Time of one step's messages, each by itself but without routers: cores that send in order, hop latencies by
 * direction, service in the target core in order of arrival, and back-pressure.
 *
 * A path of h hops has room for `link_buffer_size` messages in each of its h links and in the one into the core: a
 * message leaves if fewer than these have left for its target and wait or travel. Where there is no room its core
 * waits, and all that the core makes later is late by as much. Cores that wait for one target go in the order in which
 * they began to; who finds others waiting waits behind them. At one time, targets that cores wait for are looked at
 * first, then cores send by their id. Times in s. Our own model: that program's detailed model takes delays from means,
 * and is not copied. Not modelled: messages that meet on a link, which `flit-time.ts` adds.
 */
import { inputError } from "../../base/errors.js";
import type { Direction, SanafeChip } from "./architecture.js";
import { EventHeap } from "./event-heap.js";
import type { Messages } from "./messages.js";

export class DetailedTimer {
  /** Of the description, as errors call it. */
  private readonly file: string;
  private readonly cores: number;
  private readonly tileOf: Int32Array;
  private readonly x: Int32Array;
  private readonly y: Int32Array;
  /** Seconds of a hop from each tile. */
  private readonly northS: Float64Array;
  private readonly eastS: Float64Array;
  private readonly southS: Float64Array;
  private readonly westS: Float64Array;
  /** No way takes longer. */
  private readonly farthestS: number;
  private readonly linkMessages: number;
  private readonly heap: EventHeap;
  /** Of each core: the message that it is about to send, and how late it is. */
  private readonly next: Int32Array;
  private readonly lateS: Float64Array;
  /**
   * Messages to core c that have left lie at first[c] .. tail[c] by arrival. Those before served[c] have a time at
   * which the core begins with them; those before begun[c] have reached it.
   */
  private readonly first: Int32Array;
  private readonly tail: Int32Array;
  private readonly served: Int32Array;
  private readonly begun: Int32Array;
  private readonly busyUntilS: Float64Array;
  private arrivesS = new Float64Array(0);
  private beginsS = new Float64Array(0);
  private message = new Int32Array(0);
  /** Cores that wait for a target: a list by `behind`; -1: none. */
  private readonly firstWaiting: Int32Array;
  private readonly lastWaiting: Int32Array;
  private readonly behind: Int32Array;

  constructor(chip: SanafeChip) {
    const cores = chip.cores.length;
    this.file = chip.file;
    this.cores = cores;
    this.tileOf = Int32Array.from(chip.cores, ({ tile }) => tile);
    this.x = Int32Array.from(chip.tiles, ({ x }) => x);
    this.y = Int32Array.from(chip.tiles, ({ y }) => y);
    const seconds = (direction: Direction): Float64Array => Float64Array.from(chip.tiles, ({ hop }) => hop[direction].latencyS);
    [this.northS, this.eastS, this.southS, this.westS] = [seconds("north"), seconds("east"), seconds("south"), seconds("west")];
    const slowestS = [this.northS, this.eastS, this.southS, this.westS].reduce(
      (most, all) => all.reduce((a, b) => Math.max(a, b), most),
      0,
    );
    this.farthestS = slowestS * (chip.width + chip.height);
    this.linkMessages = Math.max(1, Math.floor(chip.linkBufferSize));
    this.heap = new EventHeap(2 * cores);
    const column = (): Int32Array => new Int32Array(cores);
    [this.next, this.first, this.tail, this.served, this.begun, this.behind] = [column(), column(), column(), column(), column(), column()];
    [this.firstWaiting, this.lastWaiting] = [column().fill(-1), column().fill(-1)];
    [this.lateS, this.busyUntilS] = [new Float64Array(cores), new Float64Array(cores)];
  }

  /**
   * Duration of the step. `generatedS`: when each core ends its neuron phase if nothing makes it wait; `closingS`: how
   * long each works on after its last message.
   */
  stepS(messages: Messages, generatedS: Float64Array, closingS: Float64Array): number {
    this.begin(messages);
    // Paths that could hold all messages of the step make nobody wait, so that no core's time depends on another's:
    // half the work of a step with few messages per core.
    if (this.hasRoomForAll(messages)) this.leaveFreely(messages);
    else this.followEvents(messages);
    let last = 0;
    for (const core of messages.used) {
      this.serve(core, Number.POSITIVE_INFINITY, messages);
      last = Math.max(last, generatedS[core] + this.lateS[core], this.busyUntilS[core] + closingS[core]);
    }
    return last;
  }

  private begin(messages: Messages): void {
    const { used, inOf, readyS, count, axon, processingS } = messages;
    if (this.message.length < count) {
      const length = Math.max(count, 2 * this.message.length);
      [this.arrivesS, this.beginsS, this.message] = [new Float64Array(length), new Float64Array(length), new Int32Array(length)];
    }
    let place = 0;
    let longest = this.farthestS;
    for (let i = 0; i < count; i++) longest += readyS[i] + processingS[axon[i]];
    if (!Number.isFinite(longest)) throw inputError(this.file, "a step lasts longer than a number can say", "check its latencies");
    for (const core of used) {
      this.lateS[core] = 0;
      this.busyUntilS[core] = 0;
      this.first[core] = this.tail[core] = this.served[core] = this.begun[core] = place;
      place += inOf[core];
    }
  }

  private hasRoomForAll({ used, inOf }: Messages): boolean {
    for (const core of used) if (inOf[core] > this.linkMessages) return false;
    return true;
  }

  /** All messages leave when they are made. */
  private leaveFreely({ used, firstOf, endOf, readyS, axon, axonCore }: Messages): void {
    const { arrivesS, message, tail, first } = this;
    for (const core of used) {
      for (let sent = firstOf[core]; sent < endOf[core]; sent++) {
        const target = axonCore[axon[sent]];
        const arrivalS = readyS[sent] + this.hopsS(core, target);
        let at = tail[target]++;
        // By arrival; at the same time, who left first; then by core, which is the order of this loop.
        for (const least = first[target]; at > least; at--) {
          const beforeS = arrivesS[at - 1];
          if (beforeS < arrivalS || (beforeS === arrivalS && readyS[message[at - 1]] <= readyS[sent])) break;
          arrivesS[at] = beforeS;
          message[at] = message[at - 1];
        }
        arrivesS[at] = arrivalS;
        message[at] = sent;
      }
    }
  }

  private followEvents(messages: Messages): void {
    const { heap, cores, next } = this;
    const { used, firstOf, endOf, readyS } = messages;
    for (const core of used) {
      next[core] = firstOf[core];
      if (firstOf[core] < endOf[core]) heap.push(readyS[firstOf[core]], cores + core);
    }
    while (heap.size > 0) {
      const { time, event } = heap;
      if (event < cores) {
        heap.pop();
        this.wake(event, time, messages);
      } else this.send(event - cores, time, messages);
    }
  }

  /**
   * Gives what has reached `core` until `timeS` the times at which it begins with it, and counts what it has begun
   * with.
   */
  private serve(core: number, timeS: number, { axon, processingS }: Messages): void {
    const { arrivesS, beginsS } = this;
    const tail = this.tail[core];
    let at = this.served[core];
    let busyUntilS = this.busyUntilS[core];
    for (; at < tail && arrivesS[at] <= timeS; at++) {
      const beginS = Math.max(arrivesS[at], busyUntilS);
      beginsS[at] = beginS;
      busyUntilS = beginS + processingS[axon[this.message[at]]];
    }
    this.served[core] = at;
    this.busyUntilS[core] = busyUntilS;
    let begun = this.begun[core];
    while (begun < at && beginsS[begun] <= timeS) begun++;
    this.begun[core] = begun;
  }

  /** `core` has made its next message, the first event of the heap. */
  private send(core: number, timeS: number, messages: Messages): void {
    const target = messages.axonCore[messages.axon[this.next[core]]];
    this.serve(target, timeS, messages);
    if (this.firstWaiting[target] < 0 && this.hasRoom(core, target)) {
      const dueS = this.leave(core, target, timeS, messages);
      if (dueS < 0) this.heap.pop();
      else this.heap.replace(dueS, this.cores + core);
      return;
    }
    this.heap.pop();
    this.behind[core] = -1;
    if (this.firstWaiting[target] < 0) {
      this.firstWaiting[target] = core;
      this.heap.push(this.nextBeginS(target), target);
    } else this.behind[this.lastWaiting[target]] = core;
    this.lastWaiting[target] = core;
  }

  /** Lets cores that wait for `target` send as long as there is room. */
  private wake(target: number, timeS: number, messages: Messages): void {
    this.serve(target, timeS, messages);
    for (let core = this.firstWaiting[target]; core >= 0; core = this.firstWaiting[target]) {
      if (!this.hasRoom(core, target)) {
        this.heap.push(this.nextBeginS(target), target);
        return;
      }
      this.firstWaiting[target] = this.behind[core];
      const dueS = this.leave(core, target, timeS, messages);
      if (dueS >= 0) this.heap.push(dueS, this.cores + core);
      // Without hops it has arrived.
      this.serve(target, timeS, messages);
    }
  }

  private hopsBetween(core: number, target: number): number {
    const from = this.tileOf[core];
    const to = this.tileOf[target];
    return Math.abs(this.x[to] - this.x[from]) + Math.abs(this.y[to] - this.y[from]);
  }

  private hopsS(core: number, target: number): number {
    const from = this.tileOf[core];
    const to = this.tileOf[target];
    const dx = this.x[to] - this.x[from];
    const dy = this.y[to] - this.y[from];
    return (dx > 0 ? dx * this.eastS[from] : -dx * this.westS[from]) + (dy > 0 ? dy * this.northS[from] : -dy * this.southS[from]);
  }

  private hasRoom(core: number, target: number): boolean {
    const unbegun = this.tail[target] - this.begun[target];
    return unbegun < this.linkMessages || unbegun < this.linkMessages * (this.hopsBetween(core, target) + 1);
  }

  /**
   * Earliest time at which `target` can begin with another message: there is one that has left, as there was no room.
   */
  private nextBeginS(target: number): number {
    const begun = this.begun[target];
    return begun < this.served[target] ? this.beginsS[begun] : this.arrivesS[begun];
  }

  /** The core's message leaves; when the core has made its next one, -1 where it has none. */
  private leave(core: number, target: number, timeS: number, { readyS, endOf }: Messages): number {
    const { arrivesS, message } = this;
    const sent = this.next[core]++;
    const dueS = readyS[sent] + this.lateS[core];
    if (timeS > dueS) this.lateS[core] = timeS - readyS[sent];
    const arrivalS = timeS + this.hopsS(core, target);
    // By arrival; at the same time, who left first.
    let at = this.tail[target]++;
    for (const least = this.served[target]; at > least && arrivesS[at - 1] > arrivalS; at--) {
      arrivesS[at] = arrivesS[at - 1];
      message[at] = message[at - 1];
    }
    arrivesS[at] = arrivalS;
    message[at] = sent;
    const following = this.next[core];
    return following < endOf[core] ? Math.max(timeS, readyS[following] + this.lateS[core]) : -1;
  }
}
