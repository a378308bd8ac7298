/**
 * Waves that wait for their sources, as the naive chip keeps them: every step packet with its full wave, every spike
 * counted by wave and sender.
 */

/**
 * By which a core says that it is done with its neurons of a wave, and how many spikes it has sent to whoever hears it.
 */
export interface StepPacket {
  readonly from: number;
  readonly wave: number;
  readonly spikes: number;
}

export class NaiveSteps {
  /** Neighbours that are still to be told of the running wave. */
  untold: number[] = [];
  private wave = 0;
  private readonly heard: StepPacket[] = [];
  /** By wave: spikes taken, those that the core has sent itself left out. */
  private readonly taken = new Map<number, number>();
  private sent = new Map<number, number>();

  constructor(
    private readonly id: number,
    private readonly sources: ReadonlySet<number>,
    private readonly targets: ReadonlySet<number>,
    private readonly runAhead: number,
    readonly flits: number,
  ) {}

  begin(wave: number, isIdle: boolean): void {
    this.wave = wave;
    this.sent = new Map();
    const neighbours = new Set([...this.sources, ...this.targets]);
    neighbours.delete(this.id);
    this.untold = isIdle ? [] : [...neighbours].sort((a, b) => a - b);
  }

  /** A spike of the running wave goes to these cores. */
  countSent(to: readonly number[]): void {
    for (const core of to) {
      this.sent.set(core, (this.sent.get(core) ?? 0) + 1);
      if (core === this.id) this.taken.set(this.wave, (this.taken.get(this.wave) ?? 0) - 1);
    }
  }

  countTaken(wave: number): void {
    if (wave < this.wave) throw new Error(`a spike of wave ${wave} is taken in wave ${this.wave}`);
    if (wave > this.wave + this.runAhead + 1) throw new Error(`a spike of wave ${wave} is too far ahead of wave ${this.wave}`);
    this.taken.set(wave, (this.taken.get(wave) ?? 0) + 1);
  }

  /** The next neighbour is told. */
  tell(): { readonly to: number; readonly packet: StepPacket } {
    const to = this.untold.shift() as number;
    return { to, packet: { from: this.id, wave: this.wave, spikes: this.sent.get(to) ?? 0 } };
  }

  hear(packet: StepPacket): void {
    this.heard.push(packet);
  }

  /** All of the running wave is here and taken, all neighbours are told, and no follower is too far behind. */
  get isComplete(): boolean {
    if (this.untold.length > 0) return false;
    const told = (from: number, wave: number): StepPacket | undefined => this.heard.find((one) => one.from === from && one.wave === wave);
    let spikes = 0;
    for (const source of this.sources) {
      if (source === this.id) continue;
      const packet = told(source, this.wave);
      if (packet === undefined) return false;
      spikes += packet.spikes;
    }
    if ((this.taken.get(this.wave) ?? 0) !== spikes) return false;
    const behind = this.wave - this.runAhead;
    return [...this.targets].every((target) => target === this.id || this.sources.has(target) || behind < 0 || told(target, behind));
  }
}
