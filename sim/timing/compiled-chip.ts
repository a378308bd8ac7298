/**
 * The compiled board behind the common contract: cores, queues and network in one WebAssembly kernel, the same cycles and counts as chip.ts.
 *
 * A board is laid out once and set back to its beginning for every utterance. It tells no recorder; runs that are recorded use chip.ts. Waves that
 * are known (known-waves.ts) need not run again; the kernel stays behind, and catches up before the next wave that must run.
 */
import { type Chip, InvariantError, type SpikeTrace } from "../../arch/index.js";
import { CORE_COUNTERS, ROUTER_COUNTERS } from "../counters.js";
import { createWasmMemory, instantiateKernel, type WasmMemory } from "../functional/kernel-file.js";
import type { Placement } from "../mapping/placement.js";
import { type Board, barrierCycles } from "./board.js";
import { deadlocked } from "./chip.js";
import { type ChipTables, canLayOut, layOutChip, type TableKernel } from "./chip-tables.js";
import { bankPeriod, KnownWaves } from "./known-waves.js";
import { canCompile, describeDeadlock, type NocExports, wire } from "./noc/compiled.js";
import { layOut, type NocLayout } from "./noc/layout.js";
import type { NocSpec } from "./noc/noc.js";
import type { Program } from "./program.js";
import type { Timeline } from "./timeline.js";

interface ChipExports extends TableKernel, NocExports {
  resetCores(): void;
  beginWave(wave: number, start: number): void;
  /** 0: the wave's work is over; 1: quiet for long. */
  work(): number;
  endWave(): number;
  /** Lets the time until the next wave pass; 1: nothing is under way then. */
  rest(until: number): number;
  stateBytes(): number;
  /** Writes the state to an address; a hash of it. */
  saveState(to: number): bigint;
  loadState(from: number): void;
  settleCores(): void;
  readonly flitsSent: { readonly value: number };
}

/** Whether the compiled board can run such a program on such a network. */
export function canCompileChip(spec: NocSpec, program: Program): boolean {
  return canCompile(spec) && canLayOut(program);
}

/** null: some core updates touched neurons only, which the waves before have touched. */
function knownWavesOf({ usedCores, somaSlices }: Program): KnownWaves | null {
  const touched = usedCores.some(({ id, neuronUpdate }) => neuronUpdate.policy === "touched" && somaSlices[id].some((s) => s.hasInputs));
  if (touched) return null;
  const slices = usedCores.flatMap(({ id, stateMemory: { banks } }) =>
    somaSlices[id].map(({ buffers, accumulatorWords }) => ({ buffers, accumulatorWords, banks })),
  );
  return new KnownWaves(bankPeriod(slices));
}

/** The kernel's `stateBytes`, which it can tell only when the network has been created. */
function stateBytes({ routers, ports, cores }: NocLayout, { virtualChannels, multicast }: NocSpec): number {
  const outputs = ports * virtualChannels;
  return 8 * Math.ceil((routers * (3 * ports + outputs + outputs * (multicast === "tree" ? ports : 1))) / 8) + 8 * cores;
}

export class CompiledBoard implements Board {
  cycle = 0;
  barrierCycles = 0;
  private readonly memory: WasmMemory;
  private readonly kernel: ChipExports;
  private readonly layout: NocLayout;
  private readonly tables: ChipTables;
  private readonly barrier: number;
  private readonly depth: number;
  private readonly cores: number;
  /** null: what a wave asks for depends on more than its step. */
  private readonly known: KnownWaves | null;
  /** Where the kernel writes its state and reads it. */
  private readonly stateAt: number;
  /** Hash of the state at `cycle`; null: something is under way. */
  private state: bigint | null = null;
  /** Waves that the kernel has not run, and the state that the last of them leaves; null: not kept. */
  private ahead: { readonly line: Timeline; readonly wave: number; readonly start: number }[] = [];
  private left: Uint8Array | null = null;

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
    this.tables = layOutChip(this.memory, this.kernel, chip, program, trace);
    this.barrier = barrierCycles(chip.barrier, program.usedCores.length);
    this.depth = Math.max(...placement.topology.populations.map((population) => population.depth));
    this.cores = chip.cores.length;
    this.known = knownWavesOf(program);
    this.stateAt = this.kernel.reserve(stateBytes(this.layout, spec));
    this.reset();
  }

  /** Sets the chip to its beginning. */
  reset(): void {
    wire(this.kernel, this.spec, this.layout);
    this.kernel.resetCores();
    this.cycle = 0;
    this.barrierCycles = 0;
    this.ahead = [];
    this.state = this.stateNow();
  }

  get counters(): Float64Array {
    this.kernel.settleCores();
    return new Float64Array(this.memory.buffer, this.tables.counters, this.cores * CORE_COUNTERS.length).slice();
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

  runWave(line: Timeline, wave: number): number {
    this.catchUp();
    const { cycle, state: before, known } = this;
    this.run(line, wave, cycle);
    this.state = this.stateNow();
    const step = this.middleStep(line, wave);
    if (known !== null && before !== null && step >= 0 && !known.has(step)) {
      const left = this.state !== null && line.last[wave] === 1 ? this.stateCopy() : null;
      known.keep(step, wave, { before, after: this.state, cycles: this.cycle - cycle, left });
    }
    return this.cycle - cycle;
  }

  waveCycles(line: Timeline, wave: number): number {
    const step = this.middleStep(line, wave);
    const seen = this.known === null || this.state === null || step < 0 ? null : this.known.find(step, wave, this.state);
    if (seen === null) return this.runWave(line, wave);
    this.ahead.push({ line, wave, start: this.cycle });
    this.left = seen.left;
    this.state = seen.after;
    this.cycle += seen.cycles;
    this.barrierCycles += this.barrier;
    return seen.cycles;
  }

  /** Brings the kernel to the state at `cycle`. */
  private catchUp(): void {
    const { ahead, left, cycle, barrierCycles } = this;
    this.ahead = [];
    if (ahead.length === 0) return;
    if (left === null) for (const { line, wave, start } of ahead) this.run(line, wave, start);
    else {
      new Uint8Array(this.memory.buffer, this.stateAt, left.length).set(left);
      this.kernel.loadState(this.stateAt);
    }
    if (this.cycle !== cycle) throw new InvariantError("board", cycle, `a known wave ended in cycle ${this.cycle} when it was run`);
    this.barrierCycles = barrierCycles;
  }

  private run(line: Timeline, wave: number, start: number): void {
    const { kernel } = this;
    this.fillSteps(line, wave);
    kernel.beginWave(wave, start);
    while (kernel.work() !== 0) this.reportDeadlock();
    const end = kernel.endWave();
    if (end < 0) throw new InvariantError(`core[${-1 - end}]`, Number(kernel.cycle.value), "the wave ended while its soma waits");
    this.barrierCycles += this.barrier;
    this.cycle = end + this.barrier;
  }

  private stateNow(): bigint | null {
    const { kernel, known } = this;
    return known !== null && kernel.rest(this.cycle) === 1 ? kernel.saveState(this.stateAt) : null;
  }

  private stateCopy(): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.stateAt, this.kernel.stateBytes()).slice();
  }

  /** Step of a wave in which all populations work on one utterance; -1 of any other. */
  private middleStep(line: Timeline, wave: number): number {
    if (wave < this.depth || wave >= line.steps.length) return -1;
    for (let position = wave; position > wave - this.depth; position--) if (line.first[position] === 1) return -1;
    return line.steps[wave];
  }

  /** What each population does in the wave. */
  private fillSteps(line: Timeline, wave: number): void {
    const { eventStart } = this.trace;
    const { populations } = this.placement.topology;
    const steps = new Int32Array(this.memory.buffer, this.tables.populations, 8 * populations.length);
    for (let p = 0; p < populations.length; p++) {
      const position = wave - populations[p].depth;
      const active = position >= 0 && position < line.steps.length;
      steps[8 * p] = active ? 1 : 0;
      if (!active) continue;
      const group = line.steps[position] * populations.length + p;
      steps[8 * p + 1] = line.first[position];
      steps[8 * p + 2] = line.last[position];
      steps[8 * p + 3] = eventStart[group];
      steps[8 * p + 4] = eventStart[group + 1];
    }
  }

  private reportDeadlock(): void {
    const waiting = describeDeadlock(this.memory, this.kernel, this.layout, this.spec);
    if (waiting !== null) throw deadlocked(waiting, Number(this.kernel.cycle.value), this.spec.virtualChannels);
  }
}
