/**
 * Input queue of a core: a FIFO of spike messages with committed occupancy.
 *
 * Who reads in a cycle sees the queue as it was when the cycle began: a message pushed in cycle c can be popped in c + 1, and a slot freed in
 * c can be filled in c + 1 (full is judged before the same cycle's pop).
 * The network is told to stop while the queue is full; flits already past the switch wait in the ejection buffer, which holds their credits.
 */
export class MessageQueue {
  readonly depth: number;
  private entries = new Int32Array(16);
  private events = new Int32Array(16);
  private head = 0;
  /** Messages stored, this cycle's pushes and pops included. */
  private stored = 0;
  /** Messages visible since the cycle began. */
  committed = 0;

  constructor(depth: number) {
    this.depth = depth;
  }

  push(entry: number, event: number): void {
    if (this.stored === this.entries.length) this.grow();
    const at = (this.head + this.stored) & (this.entries.length - 1);
    this.entries[at] = entry;
    this.events[at] = event;
    this.stored++;
  }

  private grow(): void {
    const size = this.entries.length;
    const entries = new Int32Array(size * 2);
    const events = new Int32Array(size * 2);
    for (let i = 0; i < size; i++) {
      entries[i] = this.entries[(this.head + i) & (size - 1)];
      events[i] = this.events[(this.head + i) & (size - 1)];
    }
    this.entries = entries;
    this.events = events;
    this.head = 0;
  }

  /** Destination entry of the oldest message. */
  get frontEntry(): number {
    return this.entries[this.head];
  }

  /** Trace event of the oldest message. */
  get frontEvent(): number {
    return this.events[this.head];
  }

  pop(): void {
    this.head = (this.head + 1) & (this.entries.length - 1);
    this.stored--;
  }

  /** Something was pushed or popped in this cycle. */
  get changed(): boolean {
    return this.stored !== this.committed;
  }

  /** Messages are stored, this cycle's pushes included. */
  get hasMore(): boolean {
    return this.stored > 0;
  }

  /** Ends the cycle. */
  commit(): void {
    this.committed = this.stored;
  }
}
