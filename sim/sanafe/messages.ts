/**
 * Messages of one step: one per firing neuron and destination core, by source core and, within a core, in the order in
 * which they are made.
 */
export class Messages {
  count = 0;
  /**
   * By message: its axon, and seconds from the start of the step to when its core has made it if nothing makes the core
   * wait.
   */
  axon = new Int32Array(1024);
  readyS = new Float64Array(1024);
  /** By core: its messages are firstOf[c] .. endOf[c]. */
  readonly firstOf: Int32Array;
  readonly endOf: Int32Array;
  /** By core: messages that go there. */
  readonly inOf: Int32Array;

  constructor(
    cores: number,
    /** Cores that have neurons, ascending: all others have no messages. */
    readonly used: Int32Array,
    /** By axon: its destination core, and seconds that this core works on a message. */
    readonly axonCore: Int32Array,
    readonly processingS: Float64Array,
  ) {
    this.firstOf = new Int32Array(cores);
    this.endOf = new Int32Array(cores);
    this.inOf = new Int32Array(cores);
  }

  /** Before the messages of the next step. */
  clear(): void {
    this.count = 0;
    for (const core of this.used) this.inOf[core] = 0;
  }

  push(axon: number, readyS: number): void {
    if (this.count === this.axon.length) this.grow();
    this.axon[this.count] = axon;
    this.readyS[this.count++] = readyS;
    this.inOf[this.axonCore[axon]]++;
  }

  private grow(): void {
    const [axon, readyS] = [new Int32Array(2 * this.count), new Float64Array(2 * this.count)];
    axon.set(this.axon);
    readyS.set(this.readyS);
    [this.axon, this.readyS] = [axon, readyS];
  }
}
