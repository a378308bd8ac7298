/**
 * SNN-DSE's pipeline of fully connected layers: every layer processes the spikes of one time step, then passes its own
 * spikes on through a single buffer; a full buffer stops the layer before it.
 *
 * A spike takes cycles_per_weight x neurons_per_unit + cycles_per_spike cycles. Shapes: spikes[layer][step] = number of
 * incoming spikes.
 * Source: SNN-DSE's SystemC simulator (event controllers). Its layers are threads that share variables, so a change is
 * seen in the same cycle by the threads that run later; `RunOrder` is SystemC's order. A first layer without input
 * spikes does not wait for its buffer and passes no spikes on, as in that simulator: if the buffer is still full, the
 * step is lost. Not modelled: weights and membranes (spike counts are given); the simulator's 8-bit counter of waiting
 * cycles, which makes units of 64 neurons and more too fast there.
 */

import type { SnnDsePipelineChip } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { type Kernel, runKernel } from "./event-loop.js";
import type { Part } from "./parts/part.js";

/**
 * A layer begins to process its spikes (`layer` from 0), or the last layer has finished a step (`layer` = number of
 * layers).
 */
interface PipelineEvent {
  readonly cycle: number;
  readonly layer: number;
  readonly step: number;
  /** Number of spikes; null if a step is finished. */
  readonly spikes: number | null;
}

/**
 * Order in which the layers' threads run in a cycle. The list of waiting threads is turned round but for its first
 * entry in every cycle: the first layer runs first, the others run ascending in even cycles and descending in odd ones.
 * Once the first thread has ended in an even cycle, the second one is the first entry.
 */
class RunOrder {
  /** Last cycle in which the first layer's thread runs. */
  firstEndsAt = Number.POSITIVE_INFINITY;

  isBefore(one: number, other: number, cycle: number): boolean {
    const first = cycle > this.firstEndsAt && this.firstEndsAt % 2 === 0 ? 1 : 0;
    if (one === first || other === first) return one === first;
    return one < other === (cycle % 2 === 0);
  }
}

interface Handed {
  readonly step: number;
  readonly spikes: number;
}

/** One step's spikes between two layers. */
class SpikeBuffer implements Part {
  private handed: Handed | null = null;
  /** Cycle from which the layer on the other side sees the last change. */
  private seenFrom = 0;
  private filling: { handed: Handed; seenFrom: number } | null = null;
  private releasedFrom: number | null = null;

  constructor(readonly name: string) {}

  /** What the layer after it sees. */
  handedIn(cycle: number): Handed | null {
    return cycle >= this.seenFrom ? this.handed : null;
  }

  /** What the layer before it sees. */
  isFullIn(cycle: number): boolean {
    return cycle < this.seenFrom || this.handed !== null;
  }

  /** First cycle from `cycle` on in which it is seen full or free (`full`); Infinity until the next change. */
  seen(full: boolean, cycle: number): number {
    return (this.handed !== null) === full ? Math.max(cycle, this.seenFrom) : Number.POSITIVE_INFINITY;
  }

  fill(handed: Handed, seenFrom: number): void {
    this.filling = { handed, seenFrom };
  }

  release(seenFrom: number): void {
    this.releasedFrom = seenFrom;
  }

  nextCycle(_cycle: number): number {
    return Number.POSITIVE_INFINITY;
  }

  evaluate(_cycle: number): void {}

  /** What is filled into a full buffer, whose layer has read it before, is lost when that layer releases it. */
  commit(_cycle: number): void {
    if (this.filling !== null) ({ handed: this.handed, seenFrom: this.seenFrom } = this.filling);
    if (this.releasedFrom !== null) [this.handed, this.seenFrom] = [null, this.releasedFrom];
    [this.filling, this.releasedFrom] = [null, null];
  }
}

type Phase = "take" | "hand-over" | "fill" | "finish";

class LayerStage implements Part {
  private phase: Phase = "take";
  private dueAt = 0;
  private current: Handed = { step: -1, spikes: 0 };
  private next: { phase: Phase; dueAt: number } | null = null;

  constructor(
    readonly name: string,
    private readonly shape: { readonly index: number; readonly spikeCycles: number; readonly handOverCycles: number },
    /** [layer][step] number of incoming spikes. */
    private readonly spikes: readonly (readonly number[])[],
    private readonly order: RunOrder,
    private readonly input: SpikeBuffer | null,
    private readonly output: SpikeBuffer | null,
    private readonly report: (event: PipelineEvent) => void,
  ) {}

  nextCycle(cycle: number): number {
    const from = Math.max(cycle, this.dueAt);
    if (this.phase === "take")
      return this.input === null ? (this.isAtEnd() ? Number.POSITIVE_INFINITY : from) : this.input.seen(true, from);
    if (this.phase === "hand-over" && this.output !== null) return this.output.seen(false, from);
    return from;
  }

  evaluate(cycle: number): void {
    if (cycle < this.dueAt) return;
    if (this.phase === "take") this.take(cycle);
    else if (this.phase === "hand-over") {
      if (this.output?.isFullIn(cycle) !== true) this.next = { phase: "fill", dueAt: cycle + this.shape.handOverCycles - 1 };
    } else if (this.phase === "fill") this.fill(cycle + 1);
    else {
      if (this.output === null) this.report({ cycle, layer: this.shape.index + 1, step: this.current.step, spikes: null });
      if (this.input === null && this.isAtEnd()) this.order.firstEndsAt = cycle + 1;
      this.next = { phase: "take", dueAt: cycle + 1 };
    }
  }

  commit(_cycle: number): void {
    if (this.next === null) return;
    ({ phase: this.phase, dueAt: this.dueAt } = this.next);
    this.next = null;
  }

  private isAtEnd(): boolean {
    return this.current.step === this.spikes[0].length - 1;
  }

  private take(cycle: number): void {
    const { index, spikeCycles, handOverCycles } = this.shape;
    const handed = this.input === null ? this.ownInput() : this.input.handedIn(cycle);
    if (handed === null) return;
    this.current = handed;
    // the first layer reads its input at once, the others one cycle after they see a full buffer
    const lookAt = cycle + (this.input === null ? 0 : 1);
    this.report({ cycle: lookAt, layer: index, ...handed });
    this.next = this.isSkipped()
      ? { phase: "fill", dueAt: cycle + handOverCycles - 1 }
      : { phase: "hand-over", dueAt: lookAt + 1 + handed.spikes * spikeCycles };
  }

  private ownInput(): Handed | null {
    const step = this.current.step + 1;
    return this.isAtEnd() ? null : { step, spikes: this.spikes[0][step] };
  }

  /** A first layer without spikes. */
  private isSkipped(): boolean {
    return this.input === null && this.current.spikes === 0;
  }

  /** Changes its buffers in `cycle`, which is the next one. */
  private fill(cycle: number): void {
    const { index } = this.shape;
    const { step } = this.current;
    const seenBy = (layer: number): number => cycle + (this.order.isBefore(index, layer, cycle) ? 0 : 1);
    if (this.output !== null) {
      if (this.output.isFullIn(cycle) && !this.isSkipped()) throw new InvariantError(this.name, cycle, "fills a full buffer");
      this.output.fill({ step, spikes: this.isSkipped() ? 0 : this.spikes[index + 1][step] }, seenBy(index + 1));
    }
    this.input?.release(seenBy(index - 1));
    this.next = { phase: "finish", dueAt: cycle + 1 };
  }
}

interface PipelineRun {
  /** Cycle in which the last layer finishes the last step. */
  readonly totalCycles: number;
  /** In the order of cycles; of one cycle, later layers first. */
  readonly events: readonly PipelineEvent[];
}

export function runSnnDsePipeline(
  chip: SnnDsePipelineChip,
  spikes: readonly (readonly number[])[],
  kernel: Kernel = runKernel,
): PipelineRun {
  const steps = spikes[0]?.length ?? 0;
  if (spikes.length !== chip.layers.length || spikes.some((layer) => layer.length !== steps)) {
    throw new InvariantError("SNN-DSE pipeline", null, `spike counts of ${spikes.length} layers for ${chip.layers.length}`);
  }
  const events: PipelineEvent[] = [];
  const buffers = chip.layers.slice(1).map((_, i) => new SpikeBuffer(`buffer ${i}`));
  const order = new RunOrder();
  const stages = chip.layers.map((layer, index) => {
    const spikeCycles = chip.cycles_per_weight * layer.neurons_per_unit + chip.cycles_per_spike;
    const shape = { index, spikeCycles, handOverCycles: layer.hand_over_cycles };
    return new LayerStage(`layer ${index}`, shape, spikes, order, buffers[index - 1] ?? null, buffers[index] ?? null, (event) =>
      events.push(event),
    );
  });
  kernel([...stages, ...buffers], { limitCycles: Number.MAX_SAFE_INTEGER, settleCycles: 0, observe: null });
  events.sort((a, b) => a.cycle - b.cycle || b.layer - a.layer);
  return { totalCycles: events.reduce((last, event) => Math.max(last, event.cycle), 0), events };
}
