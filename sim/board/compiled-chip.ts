/**
 * The board: cores, queues and network of a chip in one WebAssembly kernel (chip-kernel.as.ts), whose rules
 * docs/timing.md lists.
 *
 * A board is laid out once and reset for every utterance. It runs a trace, or it computes spikes from the messages that
 * its cores take. A recorder, if there is one, gets all events.
 */

import { type Chip, hasOwnWaves, isHardTick, portEnd } from "../../arch/index.js";
import { InfeasibleError, InvariantError } from "../../base/errors.js";
import { createWasmMemory, instantiateKernel } from "../../base/kernel-file.js";
import type { WasmMemory } from "../../base/wasm.js";
import { CORE_COUNTERS, coreColumn, type PortCounters, ROUTER_COUNTERS } from "../counters.js";
import type { Placement } from "../mapping/index.js";
import type { NocSpec } from "../noc/index.js";
import { describeDeadlock, layOut, type NocExports, type NocLayout, wire } from "../noc/index.js";
import type { Program, SpikeSource, Timeline } from "../program/index.js";
import { type BoardEvents, type ChipLayout, kernelOf, layOutChip } from "./chip-tables.js";
import { LiveSteps, type StepKernel, type Steps, TracedSteps } from "./compiled-steps.js";
import { FIELDS } from "./event-log.js";
import { type Board, Pace, runWaves } from "./pace.js";
import type { Recorder } from "./recorder.js";
import type { TableKernel } from "./table-kernel.js";

/** Events that the kernel keeps until the host reads them. */
const KEPT_EVENTS = 1 << 14;

interface ChipExports extends TableKernel, StepKernel, NocExports {
  resetCores(): void;
  /** Sets the cycles from the rest of all units to the scans. */
  syncScans(cycles: number): void;
  handOverEvents(): void;
  observeFlits(buffer: number, capacity: number): void;
  handOverFlits(): void;
  beginWave(wave: number, start: number): void;
  /** Each core has waves of its own, which begin at ticks; the first ones are due. */
  startClock(periodCycles: number, waves: number, clearsQueues: number): void;
  /** The same if waves wait for their sources: all cores begin at once. */
  startBehindSources(waves: number): void;
  beginTicks(): void;
  /** OVER, QUIET or BEGINS. */
  work(): number;
  /** Position of the core that begins a wave. */
  beginningCore(): number;
  begin(): void;
  lostMessages(): number;
  lateWaves(): number;
  endWave(): number;
  settleCores(): void;
  readonly flitsSent: { readonly value: number };
}

/** Results of `work`: all is done; the network has been quiet for long; a core begins a wave of its own. */
const OVER = 0;
const QUIET = 1;

export class CompiledBoard implements Board {
  cycle = 0;
  barrierCycles = 0;
  firstIdleAtCycle = 0;
  private readonly memory: WasmMemory;
  private readonly kernel: ChipExports;
  private readonly layout: NocLayout;
  private readonly at: ChipLayout;
  private readonly steps: Steps;
  /** null: the run replays a trace. */
  private readonly live: LiveSteps | null;
  /** Number of the running utterance, for recordings. */
  private utterance = 0;
  private readonly pace: Pace;
  private readonly depth: number;
  private readonly cores: number;

  constructor(
    private readonly chip: Chip,
    placement: Placement,
    private readonly program: Program,
    spikes: BoardEvents,
    private readonly spec: NocSpec,
    /** Gets all events; costs nothing if absent. */
    private readonly recorder: Recorder | null = null,
  ) {
    const memory = createWasmMemory();
    this.memory = memory;
    let eventsAt = 0;
    let flitsAt = 0;
    const drain = (count: number): void => this.hear(new Float64Array(memory.buffer, eventsAt, count * FIELDS));
    const drainFlits = (count: number): void => recorder?.appendFlits(new Float64Array(memory.buffer, flitsAt, count * FIELDS));
    const isLive = "most" in spikes;
    const isObserved = isLive || recorder !== null;
    const kernel = instantiateKernel(isObserved ? "observed-chip-kernel" : kernelOf(chip, program), memory, {
      drain,
      drainFlits,
    }) as ChipExports;
    this.kernel = kernel;
    this.layout = layOut(spec);
    this.at = layOutChip(memory, kernel, chip, program, spikes);
    if (isObserved) {
      eventsAt = kernel.reserve(8 * FIELDS * KEPT_EVENTS);
      const routes = kernel.reserve(4 * (isLive ? spikes.most : spikes.neuron.length));
      kernel.observe(eventsAt, KEPT_EVENTS, routes, recorder === null ? 0 : 1);
    }
    if (recorder?.recordsFlits) {
      flitsAt = kernel.reserve(8 * FIELDS * KEPT_EVENTS);
      kernel.observeFlits(flitsAt, KEPT_EVENTS);
    }
    this.live = isLive ? new LiveSteps(kernel, memory, program, this.at, () => kernel.handOverEvents()) : null;
    this.steps = isLive
      ? (this.live as LiveSteps)
      : new TracedSteps(kernel, memory, this.at, program, spikes, placement.topology.populations);
    this.pace = new Pace(chip, program.usedCores, program.leastBarrierCycles);
    kernel.syncScans(this.pace.scanSyncCycles);
    this.depth = Math.max(...placement.topology.populations.map((population) => population.depth));
    this.cores = chip.cores.length;
    this.reset();
  }

  /** Resets the chip. `utterance`: number of the utterance that runs next, for recordings. */
  reset(utterance = 0): void {
    wire(this.kernel, this.spec, this.layout);
    this.kernel.resetCores();
    this.utterance = utterance;
    this.cycle = 0;
    this.barrierCycles = 0;
  }

  /** Resets the chip; `source` computes the spikes of the run that follows. */
  play(source: SpikeSource): void {
    this.live?.play(source);
    this.reset();
  }

  private hear(events: Float64Array): void {
    this.recorder?.append(events);
    this.live?.hear(events);
  }

  /** Records an event of a wave of the whole chip. */
  private record(kind: "wave" | "worked", cycle: number, wave: number): void {
    if (this.recorder === null) return;
    this.kernel.handOverEvents();
    this.recorder.record(kind, cycle, -1, this.utterance, wave);
  }

  get counters(): Float64Array {
    this.kernel.settleCores();
    return new Float64Array(this.memory.buffer, this.at.counters, this.cores * CORE_COUNTERS.length).slice();
  }

  get port(): PortCounters | null {
    if (this.chip.port === null) return null;
    this.kernel.settleCores();
    const columns = CORE_COUNTERS.length;
    const row = new Float64Array(this.memory.buffer, this.at.counters + 8 * this.cores * columns, columns);
    return {
      events: row[coreColumn.spikes_sent],
      packets: row[coreColumn.packets_sent],
      bits: row[coreColumn.dram_bits],
      busyCycles: row[coreColumn.soma_busy_cycles],
      stallCycles: row[coreColumn.soma_stall_output_cycles],
    };
  }

  get messages(): Board["messages"] {
    const { counters } = this;
    const column = CORE_COUNTERS.indexOf("packets_sent");
    let packets = this.port?.packets ?? 0;
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

  get lateWaves(): number {
    return this.kernel.lateWaves();
  }

  get dropped(): number {
    return this.kernel.lostMessages();
  }

  runLine(line: Timeline, waves: number): Float64Array {
    return hasOwnWaves(this.chip) ? this.runOwnWaves(line, waves) : runWaves(this, line, waves);
  }

  private startClock(waves: number): void {
    const { tick } = this.chip;
    if (isHardTick(tick)) this.kernel.startClock(tick.periodCycles, waves, tick.overrun === "drop" ? 1 : 0);
    else this.kernel.startBehindSources(waves);
  }

  /** Runs waves that each core begins by itself, at its ticks or behind its sources. */
  private runOwnWaves(line: Timeline, waves: number): Float64Array {
    const { kernel, program } = this;
    // the port comes last
    const ids = [...program.usedCores.map(({ id }) => id), ...(this.chip.port === null ? [] : [portEnd(this.chip)])];
    const cores = ids.length;
    const begun = new Int32Array(cores);
    /** [waves + 1] cycle by which all cores have begun the wave; the last one is idle, behind the end */
    const startedBy = new Float64Array(waves + 1);
    const begunBy = new Int32Array(waves + 1);
    this.startClock(waves);
    kernel.beginTicks();
    for (let state = kernel.work(); state !== OVER; state = kernel.work()) {
      if (state === QUIET) {
        this.reportDeadlock();
        continue;
      }
      const position = kernel.beginningCore();
      const wave = begun[position]++;
      startedBy[wave] = Number(kernel.cycle.value);
      if (wave === waves && begunBy[wave] === 0) this.firstIdleAtCycle = startedBy[wave];
      this.steps.fillCore(line, wave === waves ? Number.POSITIVE_INFINITY : wave, ids[position]);
      kernel.begin();
      if (++begunBy[wave] < cores) continue;
      if (wave > 0) this.record("worked", startedBy[wave], wave - 1);
      if (wave < waves) this.record("wave", startedBy[wave], wave);
    }
    this.cycle = Math.max(this.endWave(), startedBy[waves]);
    const ends = startedBy.subarray(1);
    return ends.map((end, wave) => (wave === waves - 1 ? this.cycle : end) - (wave === 0 ? 0 : ends[wave - 1]));
  }

  runWave(line: Timeline, wave: number): number {
    const { kernel, cycle } = this;
    this.record("wave", cycle, wave);
    this.steps.fillWave(line, wave);
    kernel.beginWave(wave, cycle);
    while (kernel.work() !== OVER) this.reportDeadlock();
    const end = this.endWave();
    this.record("worked", end, wave);
    this.barrierCycles += this.pace.barrierCycles + this.pace.scanSyncCycles;
    this.cycle = this.pace.nextWave(cycle, end);
    return this.cycle - cycle;
  }

  skipWave(cycles: number): void {
    this.cycle += cycles;
  }

  /** Ends the wave; returns the first cycle after the work of all cores. */
  private endWave(): number {
    const end = this.kernel.endWave();
    if (end < 0) throw new InvariantError(`core[${-1 - end}]`, Number(this.kernel.cycle.value), "the wave ended while its soma waits");
    if (this.recorder === null) return end;
    this.kernel.handOverEvents();
    if (this.recorder.recordsFlits) this.kernel.handOverFlits();
    return end;
  }

  private reportDeadlock(): void {
    const waiting = describeDeadlock(this.kernel, this.layout, this.spec);
    if (waiting !== null) throw deadlocked(waiting, Number(this.kernel.cycle.value), this.spec.virtualChannels);
  }
}

/** Error of a run in which packets wait for each other in a circle. */
function deadlocked(waiting: string, cycle: number, virtualChannels: number): InfeasibleError {
  return new InfeasibleError(
    "NOC_DEADLOCK",
    "network on chip",
    `a way out of a circle of waiting at cycle ${cycle}: ${waiting}`,
    `${virtualChannels} virtual channels`,
    "set noc.virtual_channels: 2 or more on a torus or ring",
  );
}
