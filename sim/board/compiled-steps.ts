/**
 * Work of the compiled board in a wave: steps of populations from a trace, or steps of slices whose spikes are computed
 * when their core begins.
 */

import type { Population, SpikeTrace } from "../../arch/index.js";
import type { WasmMemory } from "../../base/wasm.js";
import type { Program, SliceStep, SpikeSource, Timeline } from "../program/index.js";
import { type ChipLayout, eventWord } from "./chip-tables.js";
import { FIELDS } from "./event-log.js";
import { TAKE } from "./recorder.js";

const AHEAD = 4_294_967_296;

/** Functions of the kernel that steps need; see kernel/core-setup.part.as.ts. */
export interface StepKernel {
  /** Words per population in the table of steps. */
  readonly STEP_WORDS: { readonly value: number };
  setOwnSteps(): void;
  setSliceStep(slice: number, isActive: number, isFirst: number, isLast: number, event: number, eventEnd: number): void;
}

export interface Steps {
  /** Tells the kernel the work of all cores in a wave. */
  fillWave(line: Timeline, wave: number): void;
  /** The same for one core, or for the port, by id; Infinity if it has no work. */
  fillCore(line: Timeline, wave: number, id: number): void;
}

/**
 * The steps of a trace, written into the kernel's table: one call per population would take up to 3 % of a small chip's
 * time.
 */
export class TracedSteps implements Steps {
  private readonly stepWords: number;

  constructor(
    kernel: StepKernel,
    private readonly memory: WasmMemory,
    private readonly layout: ChipLayout,
    private readonly program: Program,
    private readonly trace: SpikeTrace,
    private readonly populations: readonly Population[],
  ) {
    this.stepWords = kernel.STEP_WORDS.value;
  }

  fillWave(line: Timeline, wave: number): void {
    const steps = this.table();
    for (let p = 0; p < this.populations.length; p++) this.fill(steps, line, wave, p);
  }

  fillCore(line: Timeline, wave: number, id: number): void {
    const steps = this.table();
    for (const { slice } of this.program.somaSlices[id]) this.fill(steps, line, wave, slice.population);
  }

  private table(): Int32Array {
    return new Int32Array(this.memory.buffer, this.layout.steps, this.stepWords * this.populations.length);
  }

  private fill(steps: Int32Array, line: Timeline, wave: number, p: number): void {
    const { populations } = this;
    const { eventStart } = this.trace;
    const position = wave - populations[p].depth;
    const active = position >= 0 && position < line.steps.length;
    const at = this.stepWords * p;
    steps[at] = active ? 1 : 0;
    if (!active) return;
    const group = line.steps[position] * populations.length + p;
    steps[at + 1] = line.first[position];
    steps[at + 2] = line.last[position];
    steps[at + 3] = eventStart[group];
    steps[at + 4] = eventStart[group + 1];
  }
}

/** Spikes that a source computes from the messages that the board's cores have taken. */
export class LiveSteps implements Steps {
  private source: SpikeSource | null = null;
  /** By core id: wave of the core, and steps of its slices. */
  private readonly waveOf: Int32Array;
  private readonly steps: readonly (readonly SliceStep[])[];

  constructor(
    private readonly kernel: StepKernel,
    private readonly memory: WasmMemory,
    private readonly program: Program,
    private readonly layout: ChipLayout,
    /** Makes the kernel hand over the messages taken so far. */
    private readonly settle: () => void,
  ) {
    kernel.setOwnSteps();
    this.waveOf = new Int32Array(program.somaSlices.length);
    this.steps = program.somaSlices.map((slices) =>
      slices.map(() => ({ active: false, first: false, last: false, eventFrom: 0, eventTo: 0 })),
    );
  }

  /** Begins a run whose spikes `source` computes. */
  play(source: SpikeSource): void {
    this.source = source;
  }

  /** `events`: [events][FIELDS] messages that cores have taken. */
  hear(events: Float64Array): void {
    for (let at = 0; at < events.length; at += FIELDS) {
      if (events[at] !== TAKE) continue;
      // `a` holds the event in its low bits, and above it by how many waves it is ahead of its receiver
      const ahead = Math.floor(events[at + 3] / AHEAD);
      this.source?.taken(events[at + 4], events[at + 3] - ahead * AHEAD, this.waveOf[events[at + 2]] + ahead);
    }
  }

  fillWave(line: Timeline, wave: number): void {
    this.program.somaSlices.forEach((slices, id) => {
      if (slices.length > 0) this.fillCore(line, wave, id);
    });
  }

  fillCore(line: Timeline, wave: number, id: number): void {
    const { source, kernel, layout } = this;
    if (source === null) throw new Error("a live run has a source of spikes");
    this.settle();
    this.waveOf[id] = wave;
    const slices = this.program.somaSlices[id];
    const steps = this.steps[id];
    source.fill(slices, steps, line, wave);
    steps.forEach(({ active, first, last, eventFrom, eventTo }, i) => {
      const handle = layout.sliceAt.get(slices[i]) as number;
      kernel.setSliceStep(handle, active ? 1 : 0, first ? 1 : 0, last ? 1 : 0, eventFrom, eventTo);
      if (active) this.write(source, eventFrom, eventTo);
    });
  }

  private write({ neuron, payload }: SpikeSource, from: number, to: number): void {
    const words = new Uint32Array(this.memory.buffer, this.layout.events, to);
    for (let e = from; e < to; e++) words[e] = eventWord(neuron[e], payload[e]);
  }
}
