/**
 * When each core of a chip with hard ticks begins its steps; no core waits for another.
 *
 * Step k of a core is due at its tick k (phase + k x period) or when its soma has updated its neurons and handed over their packets, whichever
 * is later, and at least a cycle after the step before began. From then on its synapse unit takes no message; the step begins when the rows under way, if any, have drained.
 */
import type { SynapseUnit } from "./accumulate.js";
import type { Soma } from "./soma.js";

export interface SteppedCore {
  readonly soma: Soma;
  readonly synapse: SynapseUnit;
}

export class StepClock {
  /** Cycle of the next beginning; Infinity: none is known yet. */
  nextAt = 0;
  /** [waves + 1] cycle by which all cores have begun the step, the last of them an idle one behind the end. */
  readonly startedBy: Float64Array;
  /** Step that each core begins next, and when; Infinity: not known yet, or it was the last. */
  private readonly wave: Int32Array;
  private readonly beginAt: Float64Array;
  private readonly begunAt: Float64Array;

  constructor(
    private readonly cores: readonly SteppedCore[],
    private readonly periodCycles: number,
    private readonly phases: readonly number[],
    private readonly waves: number,
    /** Has core `i` begin a step: ends the one before, if any. */
    private readonly begin: (i: number, wave: number, cycle: number) => void,
  ) {
    this.startedBy = new Float64Array(waves + 1);
    this.wave = new Int32Array(cores.length);
    this.beginAt = Float64Array.from(phases);
    this.begunAt = new Float64Array(cores.length);
    for (const { synapse } of cores) synapse.hold(0);
    this.find();
  }

  /** Has all cores begin whose step begins in `cycle`. */
  advance(cycle: number): void {
    if (this.nextAt > cycle) return;
    this.cores.forEach(({ synapse }, i) => {
      if (this.beginAt[i] > cycle) return;
      const wave = this.wave[i]++;
      this.startedBy[wave] = Math.max(this.startedBy[wave], cycle);
      this.begunAt[i] = cycle;
      synapse.hold(Number.POSITIVE_INFINITY);
      this.begin(i, wave, cycle);
      this.note(i);
    });
    this.find();
  }

  /** Looks at core `i` again: it has worked. */
  note(i: number): void {
    const wave = this.wave[i];
    if (wave === 0 || wave > this.waves) {
      if (wave > 0) this.beginAt[i] = Number.POSITIVE_INFINITY;
      return;
    }
    const { soma, synapse } = this.cores[i];
    const tickAt = this.phases[i] + wave * this.periodCycles;
    const dueAt = soma.busy ? Number.POSITIVE_INFINITY : Math.max(tickAt, soma.doneAt, this.begunAt[i] + 1);
    synapse.hold(dueAt);
    const at = synapse.isInRow ? Number.POSITIVE_INFINITY : Math.max(dueAt, synapse.drainedAt);
    const before = this.beginAt[i];
    this.beginAt[i] = at;
    if (at < this.nextAt) this.nextAt = at;
    else if (at !== before && before === this.nextAt) this.find();
  }

  private find(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.beginAt) if (at < next) next = at;
    this.nextAt = next;
  }
}
