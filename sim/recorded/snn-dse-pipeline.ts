/**
 * SNN-DSE's pipeline of fully connected layers: every layer processes the spikes of one time step, then passes its own
 * spikes on through a single buffer; a full buffer stops the layer before it.
 *
 * A spike takes cycles_per_weight x neurons_per_unit + cycles_per_spike cycles. Shapes: spikes[layer][step] = number of
 * incoming spikes.
 * Source: SNN-DSE's SystemC simulator (event controllers). A first layer without input spikes does not wait for its
 * buffer, as in that simulator. Not modelled: weights and membranes (spike counts are given).
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

/** Buffer in which a layer leaves a step's spikes for the next layer. */
interface StepBuffer {
  readonly isFull: boolean;
  set(full: boolean): void;
}

/** One step's spikes between two layers; changes are visible in the next cycle. */
class SpikeBuffer implements Part, StepBuffer {
  isFull = false;
  private next = false;
  constructor(readonly name: string) {}
  set(full: boolean): void {
    this.next = full;
  }
  nextCycle(cycle: number): number {
    return this.next === this.isFull ? Number.POSITIVE_INFINITY : cycle;
  }
  evaluate(_cycle: number): void {}
  commit(_cycle: number): void {
    this.isFull = this.next;
  }
}

type Phase = "take" | "hand-over" | "fill" | "release";

class LayerStage implements Part {
  private phase: Phase = "take";
  private dueAt: number;
  private step = 0;
  private decidedAt = -1;
  private next: { phase: Phase; dueAt: number } | null = null;

  constructor(
    readonly name: string,
    private readonly shape: { readonly index: number; readonly spikeCycles: number; readonly handOverCycles: number },
    /** Number of incoming spikes by step. */
    private readonly spikes: readonly number[],
    private readonly input: StepBuffer | null,
    private readonly output: StepBuffer | null,
    private readonly report: (event: PipelineEvent) => void,
  ) {
    this.dueAt = 0;
  }

  nextCycle(cycle: number): number {
    if (this.step >= this.spikes.length) return Number.POSITIVE_INFINITY;
    if (this.phase === "take" && this.input !== null && !this.input.isFull) return Number.POSITIVE_INFINITY;
    if (this.phase === "hand-over" && this.isHeld()) return Number.POSITIVE_INFINITY;
    return Math.max(cycle, this.dueAt);
  }

  evaluate(cycle: number): void {
    if (this.step >= this.spikes.length || cycle < this.dueAt) return;
    const spikes = this.spikes[this.step];
    const { index, spikeCycles, handOverCycles } = this.shape;
    if (this.phase === "take") {
      if (this.input !== null && !this.input.isFull) return;
      // the first layer reads its input at once, the others one cycle after they see a full buffer
      const lookAt = cycle + (this.input === null ? 0 : 1);
      this.report({ cycle: lookAt, layer: index, step: this.step, spikes });
      const isSkipped = this.input === null && spikes === 0;
      this.next = { phase: "hand-over", dueAt: isSkipped ? lookAt : lookAt + 1 + spikes * spikeCycles };
    } else if (this.phase === "hand-over") {
      if (this.isHeld()) return;
      this.decidedAt = cycle;
      this.next = { phase: "fill", dueAt: cycle + handOverCycles };
    } else if (this.phase === "fill") {
      if (this.output !== null) {
        if (this.output.isFull && spikes > 0) throw new InvariantError(this.name, cycle, "fills a full buffer");
        this.output.set(true);
      }
      if (this.input !== null) this.input.set(false);
      this.next = { phase: "release", dueAt: this.decidedAt + 3 };
    } else {
      if (this.output === null) this.report({ cycle, layer: index + 1, step: this.step, spikes: null });
      this.next = { phase: "take", dueAt: this.decidedAt + 4 };
    }
  }

  commit(_cycle: number): void {
    if (this.next === null) return;
    if (this.next.phase === "take") this.step++;
    this.phase = this.next.phase;
    this.dueAt = this.next.dueAt;
    this.next = null;
  }

  private isHeld(): boolean {
    const isSkipped = this.input === null && this.spikes[this.step] === 0;
    return !isSkipped && this.output !== null && this.output.isFull;
  }
}

interface PipelineRun {
  /** Cycle in which the last layer finishes the last step. */
  readonly totalCycles: number;
  /** In the order of cycles. */
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
  const stages = chip.layers.map((layer, index) => {
    const spikeCycles = chip.cycles_per_weight * layer.neurons_per_unit + chip.cycles_per_spike;
    const shape = { index, spikeCycles, handOverCycles: layer.hand_over_cycles };
    return new LayerStage(`layer ${index}`, shape, spikes[index], buffers[index - 1] ?? null, buffers[index] ?? null, (event) =>
      events.push(event),
    );
  });
  kernel([...stages, ...buffers], { limitCycles: Number.MAX_SAFE_INTEGER, settleCycles: 0, observe: null });
  events.sort((a, b) => a.cycle - b.cycle || b.layer - a.layer);
  return { totalCycles: events.reduce((last, event) => Math.max(last, event.cycle), 0), events };
}
