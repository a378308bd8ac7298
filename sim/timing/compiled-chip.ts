/**
 * The compiled board behind the common contract: cores, queues and network in one WebAssembly kernel, the same cycles and counts as chip.ts.
 *
 * Full queues stall their senders. A board is laid out once and set back to its beginning for every utterance. It tells no recorder; runs that are recorded use chip.ts.
 */

import { type Chip, type Core, type HardTick, isHardTick, isPlainIntake, type SpikeTrace } from "../../arch/index.js";
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
  /** Waves are each core's own: first beginnings are due. */
  startClock(periodCycles: number, waves: number, clearsQueues: number): void;
  beginTicks(): void;
  /** OVER, QUIET or BEGINS. */
  work(): number;
  /** Position of the core that begins a wave. */
  beginningCore(): number;
  begin(): void;
  lostMessages(): number;
  endWave(): number;
  settleCores(): void;
  readonly flitsSent: { readonly value: number };
}

/** What `work` ends with: all is done; the network has been quiet for long; a core begins a wave of its own. */
const OVER = 0;
const QUIET = 1;

/** Whether the compiled board can run such a program on such a network. */
export function canCompileChip(spec: NocSpec, program: Program): boolean {
  return canCompile(spec) && canLayOut(program) && program.usedCores.every(isPlain);
}

/** Spikes read their rows as they come. */
function isPlain({ scan, intake }: Core): boolean {
  return isPlainIntake(intake) && scan.policy === "event";
}

export class CompiledBoard implements Board {
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
    private readonly chip: Chip,
    private readonly placement: Placement,
    private readonly program: Program,
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

  get dropped(): number {
    return this.kernel.lostMessages();
  }

  runLine(line: Timeline, waves: number): Float64Array {
    const { tick } = this.chip;
    return isHardTick(tick) ? this.runAtTicks(tick, line, waves) : runWaves(this, line, waves);
  }

  /** Every core at its own ticks. */
  private runAtTicks(tick: HardTick, line: Timeline, waves: number): Float64Array {
    const { kernel, program } = this;
    const cores = program.usedCores.length;
    const begun = new Int32Array(cores);
    /** [waves + 1] cycle by which all cores have begun the wave, the last of them an idle one behind the end. */
    const startedBy = new Float64Array(waves + 1);
    kernel.startClock(tick.periodCycles, waves, tick.overrun === "drop" ? 1 : 0);
    kernel.beginTicks();
    for (let state = kernel.work(); state !== OVER; state = kernel.work()) {
      if (state === QUIET) {
        this.reportDeadlock();
        continue;
      }
      const position = kernel.beginningCore();
      const wave = begun[position]++;
      startedBy[wave] = Number(kernel.cycle.value);
      this.fillCore(line, wave === waves ? Number.POSITIVE_INFINITY : wave, program.usedCores[position]);
      kernel.begin();
    }
    this.cycle = Math.max(this.endWave(), startedBy[waves]);
    const ends = startedBy.subarray(1);
    return ends.map((end, wave) => (wave === waves - 1 ? this.cycle : end) - (wave === 0 ? 0 : ends[wave - 1]));
  }

  runWave(line: Timeline, wave: number): number {
    const { kernel, cycle } = this;
    this.fillSteps(line, wave);
    kernel.beginWave(wave, cycle);
    while (kernel.work() !== OVER) this.reportDeadlock();
    const end = this.endWave();
    this.barrierCycles += this.pace.barrierCycles;
    this.cycle = this.pace.nextWave(cycle, end);
    return this.cycle - cycle;
  }

  skipWave(cycles: number): void {
    this.cycle += cycles;
  }

  /** First cycle after the work of all cores. */
  private endWave(): number {
    const end = this.kernel.endWave();
    if (end < 0) throw new InvariantError(`core[${-1 - end}]`, Number(this.kernel.cycle.value), "the wave ended while its soma waits");
    return end;
  }

  /** What each population does in the wave. */
  private fillSteps(line: Timeline, wave: number): void {
    for (let p = 0; p < this.placement.topology.populations.length; p++) this.fillStep(line, wave, p);
  }

  /** What the populations of one core do in a wave. */
  private fillCore(line: Timeline, wave: number, { id }: Core): void {
    for (const { slice } of this.program.somaSlices[id]) this.fillStep(line, wave, slice.population);
  }

  private fillStep(line: Timeline, wave: number, p: number): void {
    const { eventStart } = this.trace;
    const { populations } = this.placement.topology;
    const position = wave - populations[p].depth;
    if (position < 0 || position >= line.steps.length) {
      this.kernel.setStep(p, 0, 0, 0, 0, 0);
      return;
    }
    const group = line.steps[position] * populations.length + p;
    this.kernel.setStep(p, 1, line.first[position], line.last[position], eventStart[group], eventStart[group + 1]);
  }

  private reportDeadlock(): void {
    const waiting = describeDeadlock(this.kernel, this.layout, this.spec);
    if (waiting !== null) throw deadlocked(waiting, Number(this.kernel.cycle.value), this.spec.virtualChannels);
  }
}
