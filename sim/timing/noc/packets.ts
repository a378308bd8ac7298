/**
 * The packets of a network as a pool of slots in flat arrays, and the destination lists of multicast packets.
 *
 * A slot is taken at injection (or where a multicast packet is copied) and freed at delivery; a free slot is chained through `next`.
 * Arrays are replaced when the pool grows: read them through the object.
 */
export class PacketPool {
  /** Destination core of a unicast packet. */
  destination: Int32Array;
  tag: Int32Array;
  flits: Int32Array;
  /** Router where the packet entered. */
  source: Int32Array;
  /** Bits 0 and 1: direction at half-way distance in x and y of a torus. Bit 2: came from a multicast. */
  flags: Int32Array;
  /** Cycle in which the head left the injection queue. */
  leftAtCycle: Float64Array;
  /** Next packet of an injection queue, or next free slot; -1: none. */
  next: Int32Array;
  /** First node of a multicast packet's destination list; -1: unicast. */
  list: Int32Array;
  nodeCore: Int32Array;
  nodeNext: Int32Array;
  private freeSlot = -1;
  private freeNode = -1;

  constructor(slots: number) {
    this.destination = new Int32Array(slots);
    this.tag = new Int32Array(slots);
    this.flits = new Int32Array(slots);
    this.source = new Int32Array(slots);
    this.flags = new Int32Array(slots);
    this.leftAtCycle = new Float64Array(slots);
    this.next = new Int32Array(slots);
    this.list = new Int32Array(slots);
    this.nodeCore = new Int32Array(16);
    this.nodeNext = new Int32Array(16);
    this.chainSlots(0);
    this.chainNodes(0);
  }

  private chainSlots(from: number): void {
    for (let slot = this.next.length - 1; slot >= from; slot--) {
      this.next[slot] = this.freeSlot;
      this.freeSlot = slot;
    }
  }

  private chainNodes(from: number): void {
    for (let node = this.nodeNext.length - 1; node >= from; node--) {
      this.nodeNext[node] = this.freeNode;
      this.freeNode = node;
    }
  }

  private growSlots(): void {
    const old = this.next.length;
    const larger = (array: Int32Array): Int32Array => {
      const copy = new Int32Array(old * 2);
      copy.set(array);
      return copy;
    };
    this.destination = larger(this.destination);
    this.tag = larger(this.tag);
    this.flits = larger(this.flits);
    this.source = larger(this.source);
    this.flags = larger(this.flags);
    this.next = larger(this.next);
    this.list = larger(this.list);
    const left = new Float64Array(old * 2);
    left.set(this.leftAtCycle);
    this.leftAtCycle = left;
    this.chainSlots(old);
  }

  take(): number {
    if (this.freeSlot < 0) this.growSlots();
    const slot = this.freeSlot;
    this.freeSlot = this.next[slot];
    this.next[slot] = -1;
    return slot;
  }

  release(slot: number): void {
    this.next[slot] = this.freeSlot;
    this.freeSlot = slot;
  }

  /** A slot with everything of `slot` but its destinations. */
  copy(slot: number): number {
    const child = this.take();
    this.tag[child] = this.tag[slot];
    this.flits[child] = this.flits[slot];
    this.source[child] = this.source[slot];
    this.flags[child] = this.flags[slot];
    this.leftAtCycle[child] = this.leftAtCycle[slot];
    return child;
  }

  /** A list node for `core` before `next`. */
  takeNode(core: number, next: number): number {
    if (this.freeNode < 0) {
      const old = this.nodeNext.length;
      const cores = new Int32Array(old * 2);
      const nexts = new Int32Array(old * 2);
      cores.set(this.nodeCore);
      nexts.set(this.nodeNext);
      this.nodeCore = cores;
      this.nodeNext = nexts;
      this.chainNodes(old);
    }
    const node = this.freeNode;
    this.freeNode = this.nodeNext[node];
    this.nodeCore[node] = core;
    this.nodeNext[node] = next;
    return node;
  }

  releaseNode(node: number): void {
    this.nodeNext[node] = this.freeNode;
    this.freeNode = node;
  }
}
