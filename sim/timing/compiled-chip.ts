/**
 * The compiled board behind the common contract: cores, queues and network in one WebAssembly kernel, the same cycles and counts as chip.ts.
 *
 * Full queues stall their senders. A board is laid out once and set back to its beginning for every utterance. It tells no recorder; runs that are recorded use chip.ts.
 */

import { type Chip, type Core, isPlainIntake, type SpikeTrace } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { CORE_COUNTERS, ROUTER_COUNTERS } from "../counters.js";
import { createWasmMemory, instantiateKernel, type WasmMemory } from "../functional/kernel-file.js";
import type { Placement } from "../mapping/placement.js";
import { type Board, Pace, runWaves } from "./board.js";
import { deadlocked } from "./chip.js";
import { canLayOut, layOutChip, type TableKernel } from "./chip-tables.js";
import { canCompile, describeDeadlock, type NocExports, wire } from "./noc/compiled.js";
import { layOut, type NocLayout } from "./noc/layout.js";
import type { NocSpec } from "./noc/noc.js";
import type { Program } from "./program.js";
import type { Timeline } from "./timeline.js";

interface ChipExports extends TableKernel, NocExports {
  resetCores(): void;
  setStep(population: number, isActive: number, isFirst: number, isLast: number, event: number, eventEnd: number): void;
  beginWave(wave: number, start: number): void;
  /** 0: the wave's work is over; 1: quiet for long. */
  work(): number;
  endWave(): number;
  settleCores(): void;
  readonly flitsSent: { readonly value: number };
}

/** Whether the compiled board can run such a program on such a network. */
export function canCompileChip(spec: NocSpec, program: Program): boolean {
  return canCompile(spec) && canLayOut(program) && program.usedCores.every(isPlain);
}

/** Spikes read their rows as they come, each word once. */
function isPlain({ scan, intake, synapseMemory, stateMemory }: Core): boolean {
  return (
    isPlainIntake(intake) &&
    scan.policy === "event" &&
    synapseMemory.refetch === "row" &&
    stateMemory.refetch === "row" &&
    !synapseMemory.rereadsInStalls &&
    !stateMemory.rereadsInStalls
  );
}

export class CompiledBoard implements Board {
  readonly dropped = 0;
  cycle = 0;
  barrierCycles = 0;
  private readonly memory: WasmMemory;
  private readonly kernel: ChipExports;
  private readonly layout: NocLayout;
  /** Address of [chip cores][CORE_COUNTERS] f64. */
  private readonly countersAt: number;
  private readonly pace: Pace;
  private readonly depth: number;
  private readonly cores: number;

  constructor(
    chip: Chip,
    private readonly placement: Placement,
    program: Program,
    private readonly trace: SpikeTrace,
    private readonly spec: NocSpec,
  ) {
    this.memory = createWasmMemory();
    this.kernel = instantiateKernel("chip-kernel", this.memory) as ChipExports;
    this.layout = layOut(spec);
    this.countersAt = layOutChip(this.memory, this.kernel, chip, program, trace);
    this.pace = new Pace(chip, program.usedCores.length);
    this.depth = Math.max(...placement.topology.populations.map((population) => population.depth));
    this.cores = chip.cores.length;
    this.reset();
  }

  /** Sets the chip to its beginning. */
  reset(): void {
    wire(this.kernel, this.spec, this.layout);
    this.kernel.resetCores();
    this.cycle = 0;
    this.barrierCycles = 0;
  }

  get counters(): Float64Array {
    this.kernel.settleCores();
    return new Float64Array(this.memory.buffer, this.countersAt, this.cores * CORE_COUNTERS.length).slice();
  }

  get messages(): Board["messages"] {
    const { counters } = this;
    const column = CORE_COUNTERS.indexOf("packets_sent");
    let packets = 0;
    for (let at = column; at < counters.length; at += CORE_COUNTERS.length) packets += counters[at];
    return { packets, flits: this.kernel.flitsSent.value };
  }

  get noc(): Board["noc"] {
    const { kernel, layout } = this;
    kernel.settleCounters();
    const { buffer } = this.memory;
    return {
      routerCounters: new Float64Array(buffer, kernel.counters.value, layout.routers * ROUTER_COUNTERS.length).slice(),
      linkFlits: new Float64Array(buffer, kernel.links.value, layout.routers * layout.ports).slice(),
      portsPerRouter: layout.ports,
    };
  }

  waves(line: Timeline): number {
    return line.steps.length + this.depth;
  }

  runLine(line: Timeline, waves: number): Float64Array {
    return runWaves(this, line, waves);
  }

  runWave(line: Timeline, wave: number): number {
    const { kernel, cycle } = this;
    this.fillSteps(line, wave);
    kernel.beginWave(wave, cycle);
    while (kernel.work() !== 0) this.reportDeadlock();
    const end = kernel.endWave();
    if (end < 0) throw new InvariantError(`core[${-1 - end}]`, Number(kernel.cycle.value), "the wave ended while its soma waits");
    this.barrierCycles += this.pace.barrierCycles;
    this.cycle = this.pace.nextWave(cycle, end);
    return this.cycle - cycle;
  }

  skipWave(cycles: number): void {
    this.cycle += cycles;
  }

  /** What each population does in the wave. */
  private fillSteps(line: Timeline, wave: number): void {
    const { eventStart } = this.trace;
    const { populations } = this.placement.topology;
    for (let p = 0; p < populations.length; p++) {
      const position = wave - populations[p].depth;
      if (position < 0 || position >= line.steps.length) {
        this.kernel.setStep(p, 0, 0, 0, 0, 0);
        continue;
      }
      const group = line.steps[position] * populations.length + p;
      this.kernel.setStep(p, 1, line.first[position], line.last[position], eventStart[group], eventStart[group + 1]);
    }
  }

  private reportDeadlock(): void {
    const waiting = describeDeadlock(this.kernel, this.layout, this.spec);
    if (waiting !== null) throw deadlocked(waiting, Number(this.kernel.cycle.value), this.spec.virtualChannels);
  }
}
