/**
 * The breadboard: cores, network, DRAM and barrier or tick of one chip in timestep mode. The only file that knows two parts.
 *
 * A cycle: the cores with work evaluate (they see queues and injection space as the cycle found them), the DRAM grants what they asked for, the
 * network works, then queues commit and deliveries are appended. Cycles in which no core has work are left to the network; when it is empty too, they are skipped.
 * Waves are the whole chip's (`runWave`), or, under a hard tick, each core's own (`runLine`).
 * Throws `InfeasibleError` on a deadlock of the network (a torus or ring with one virtual channel can).
 */

import { type Chip, coresPerRouter, type HardTick, isHardTick, nocTopology } from "../../arch/index.js";
import { InfeasibleError, InvariantError } from "../../base/errors.js";
import { CORE_COUNTERS } from "../counters.js";
import type { Placement } from "../mapping/placement.js";
import { type Board, Pace, runWaves } from "./board.js";
import { TimestepCore } from "./core.js";
import type { NocKernel, NocSpec } from "./noc/noc.js";
import type { Recorder } from "./observe/recorder.js";
import { entryFor, Messages } from "./outlet.js";
import { DramChannel } from "./parts/dram.js";
import type { Program } from "./program.js";
import { runScans } from "./scans.js";
import type { SpikeSource } from "./spike-source.js";
import { StepClock } from "./step-clock.js";
import type { Timeline } from "./timeline.js";

/** Cycles after which a network that delivers nothing is asked for a deadlock. */
const PATIENCE_CYCLES = 1 << 16;

/** What the chip's network is built from. */
export function nocSpec(chip: Chip): NocSpec {
  const { noc } = chip;
  const [width, height] = nocTopology(noc).grid(noc);
  return {
    topology: noc.topology,
    tree: noc.tree,
    width,
    height,
    routing: noc.routing,
    coresPerRouter: coresPerRouter(chip),
    virtualChannels: noc.virtualChannels,
    middleVc: "upper",
    vcBufferFlits: noc.vcBufferFlits,
    allocator: noc.allocator,
    routingDelayCycles: noc.routingDelayCycles,
    vcAllocationDelayCycles: noc.vcAllocationDelayCycles,
    switchAllocationDelayCycles: noc.switchAllocationDelayCycles,
    switchTraversalDelayCycles: noc.switchTraversalDelayCycles,
    creditDelayCycles: noc.creditDelayCycles,
    linkCycles: noc.linkCycles,
    multicast: noc.multicast,
    injectionQueuePackets: Math.max(...chip.cores.map((core) => core.outputQueue.depth)),
  };
}

export class Breadboard implements Board {
  /** [cores][CORE_COUNTERS] */
  readonly counters: Float64Array;
  readonly messages = new Messages();
  /** Cycles spent in barriers. */
  barrierCycles = 0;
  /** First cycle of the next wave. */
  cycle = 0;
  private readonly cores: readonly TimestepCore[];
  /** Position in `cores` of each core id; -1: the core holds nothing. */
  private readonly indexOf: Int32Array;
  /** Earliest cycle with work, by position. */
  private readonly nextAt: Float64Array;
  private readonly dram: DramChannel | null;
  private readonly pace: Pace;
  private readonly depth: number;
  private readonly multicast: boolean;
  /** Positions of the cores that wait for space in their output queue; each once. */
  private readonly blocked: Int32Array;
  private readonly isBlocked: Uint8Array;
  private blockedCount = 0;
  /** Core ids, and slots of the network's injection queue beyond the core's own depth, by position. */
  private readonly ids: Int32Array;
  private readonly hidden: Float64Array;
  /** Positions of the cores that evaluated in the running cycle. */
  private readonly dirty: number[] = [];
  private readonly accepting: Uint8Array;

  constructor(
    private readonly chip: Chip,
    placement: Placement,
    private readonly program: Program,
    private readonly spikes: SpikeSource,
    readonly noc: NocKernel,
    /** Order in which cores evaluate within a cycle: any order gives the same run. */
    order: (ids: readonly number[]) => readonly number[] = (ids) => ids,
    /** Told what happens when; costs nothing when absent. */
    private readonly recorder: Recorder | null = null,
    /** Name of what runs, for recordings. */
    private readonly utterance = 0,
  ) {
    this.dram = chip.spill === null ? null : new DramChannel(chip.spill);
    this.counters = new Float64Array(chip.cores.length * CORE_COUNTERS.length);
    this.cores = order(program.usedCores.map((core) => core.id)).map(
      (id) => new TimestepCore(chip.cores[id], program, spikes, noc, this.messages, this.counters, recorder, this.dram),
    );
    this.indexOf = new Int32Array(chip.cores.length).fill(-1);
    this.cores.forEach((core, i) => {
      this.indexOf[core.id] = i;
    });
    this.nextAt = new Float64Array(this.cores.length);
    this.blocked = new Int32Array(this.cores.length);
    this.ids = Int32Array.from(this.cores, (core) => core.id);
    this.hidden = Float64Array.from(this.cores, (core) => core.outlet.hidden);
    this.isBlocked = new Uint8Array(this.cores.length);
    this.pace = new Pace(chip, program.usedCores.length);
    this.depth = Math.max(...placement.topology.populations.map((population) => population.depth));
    this.multicast = noc.spec.multicast === "tree";
    this.accepting = new Uint8Array(chip.cores.length).fill(1);
  }

  /** Waves that a timeline takes: one a position, and the pipeline's depth until the last one is through. */
  waves(line: Timeline): number {
    return line.steps.length + this.depth;
  }

  /** Runs one wave of a timeline, barrier included; returns its cycles. */
  runWave(line: Timeline, wave: number): number {
    const start = this.cycle;
    if (this.recorder !== null) this.recorder.record("wave", start, -1, this.utterance, wave);
    this.noc.skipTo(start);
    this.messages.count = 0;
    for (const core of this.cores) {
      this.spikes.fill(core.soma.slices, core.soma.steps, line, wave);
      core.startWave(wave, start);
    }
    this.work(start, null);
    const over = this.cores.reduce((latest, core) => Math.max(latest, core.doneAt), start);
    let end = over;
    runScans(
      this.cores.map(({ synapse }) => synapse).filter(({ gathers }) => gathers),
      over,
      this.dram,
    );
    for (const core of this.cores) {
      core.endWave();
      end = Math.max(end, core.doneAt);
    }
    if (this.recorder !== null) this.recorder.record("worked", end, -1, this.utterance, wave);
    this.barrierCycles += this.pace.barrierCycles;
    this.cycle = this.pace.nextWave(start, end);
    return this.cycle - start;
  }

  skipWave(cycles: number): void {
    this.cycle += cycles;
  }

  get dropped(): number {
    return this.cores.reduce((sum, { queue }) => sum + queue.lost, 0);
  }

  runLine(line: Timeline, waves: number): Float64Array {
    const { tick } = this.chip;
    return isHardTick(tick) ? this.runAtTicks(tick, line, waves) : runWaves(this, line, waves);
  }

  /** Every core at its own ticks. */
  private runAtTicks(tick: HardTick, line: Timeline, waves: number): Float64Array {
    const { cores, spikes } = this;
    const begun = new Int32Array(waves + 1);
    const begin = (i: number, wave: number, cycle: number): void => {
      const core = cores[i];
      if (wave > 0) core.endWave();
      if (tick.overrun === "drop") core.queue.clear();
      spikes.fill(core.soma.slices, core.soma.steps, line, wave);
      if (wave === waves) for (const step of core.soma.steps) step.active = false;
      core.startWave(wave, cycle);
      core.resume(cycle);
      this.nextAt[i] = core.nextAt;
      this.accept(core, core.queue.isOpen);
      if (++begun[wave] === cores.length) this.recordBegin(wave, waves, cycle);
    };
    const phases = cores.map(({ id }) => Math.floor((id * tick.spreadCycles) / this.chip.cores.length));
    const clock = new StepClock(cores, tick.periodCycles, phases, waves, begin);
    this.work(0, clock);
    for (const core of cores) {
      core.endWave();
      this.cycle = Math.max(this.cycle, core.doneAt);
    }
    const ends = clock.startedBy.subarray(1);
    this.cycle = Math.max(this.cycle, ends[waves - 1]);
    return ends.map((end, wave) => (wave === waves - 1 ? this.cycle : end) - (wave === 0 ? 0 : ends[wave - 1]));
  }

  /** The last core has begun a wave of its own. */
  private recordBegin(wave: number, waves: number, cycle: number): void {
    if (this.recorder === null) return;
    if (wave > 0) this.recorder.record("worked", cycle, -1, this.utterance, wave - 1);
    if (wave < waves) this.recorder.record("wave", cycle, -1, this.utterance, wave);
  }

  /** Works until nothing is left to do: in this wave, or in all that the clock has cores begin. */
  private work(start: number, clock: StepClock | null): void {
    const { cores, noc, dirty, nextAt, messages } = this;
    const count = cores.length;
    for (let i = 0; i < count; i++) nextAt[i] = cores[i].nextAt;
    let cycle = start;
    let quiet = 0;
    for (;;) {
      clock?.advance(cycle);
      let next = Number.POSITIVE_INFINITY;
      dirty.length = 0;
      for (let i = 0; i < count; i++) {
        const at = nextAt[i];
        if (at > cycle) {
          if (at < next) next = at;
          continue;
        }
        cores[i].evaluate(cycle);
        dirty.push(i);
      }
      this.dram?.grant();
      let changesAccept = false;
      for (const i of dirty) {
        if (this.settle(i, cycle)) changesAccept = true;
        clock?.note(i);
        if (nextAt[i] < next) next = nextAt[i];
      }
      if (clock !== null) next = Math.min(next, clock.nextAt);
      if (messages.inFlight === 0) {
        if (changesAccept) this.acceptAll();
        if (next === Number.POSITIVE_INFINITY) break;
        cycle = next;
        noc.skipTo(cycle);
        continue;
      }
      const until = changesAccept ? cycle + 1 : Math.min(next, cycle + PATIENCE_CYCLES);
      const delivered = noc.run(until);
      cycle = until === cycle + 1 ? until : noc.atCycle;
      messages.inFlight -= delivered;
      for (let i = 0; i < delivered; i++) this.deliver(noc.deliveredTag(i), noc.deliveredCore(i), cycle - 1);
      if (changesAccept) this.acceptAll();
      if (this.blockedCount > 0) this.wakeBlocked(cycle);
      if (delivered > 0 || next < Number.POSITIVE_INFINITY) quiet = 0;
      else if (++quiet > 2) this.reportDeadlock(cycle);
    }
    for (const core of cores) {
      if (core.soma.busy) throw new InvariantError(core.name, cycle, `the wave ended while it waits for ${core.waitingFor}`);
    }
  }

  /** Wakes the cores whose output queue has space again. */
  private wakeBlocked(cycle: number): void {
    const { blocked, cores, noc, ids, hidden } = this;
    let left = 0;
    for (let k = 0; k < this.blockedCount; k++) {
      const i = blocked[k];
      if (noc.injectionSpace(ids[i]) > hidden[i]) {
        this.isBlocked[i] = 0;
        cores[i].soma.nextAt = cycle;
        this.nextAt[i] = cycle;
      } else blocked[left++] = i;
    }
    this.blockedCount = left;
  }

  /** Tells the network what it may eject in this cycle, then commits the queue; true if that changes for the next cycle. */
  private settle(index: number, cycle: number): boolean {
    const core = this.cores[index];
    const { queue } = core;
    if (!queue.changed && core.outlet.loopedBack === 0) {
      this.nextAt[index] = core.nextAt;
      this.noteBlocked(core, index);
      return false;
    }
    const now = queue.accepts(core.outlet.loopedBack);
    core.commit(cycle);
    this.nextAt[index] = core.nextAt;
    this.noteBlocked(core, index);
    this.accept(core, now);
    return now !== queue.isOpen;
  }

  private noteBlocked(core: TimestepCore, index: number): void {
    if (!core.soma.blockedOnOutput || this.isBlocked[index] === 1) return;
    this.isBlocked[index] = 1;
    this.blocked[this.blockedCount++] = index;
  }

  /** Tells the network what the committed queues of this cycle's cores accept. */
  private acceptAll(): void {
    for (const i of this.dirty) this.accept(this.cores[i], this.cores[i].queue.isOpen);
  }

  private accept(core: TimestepCore, accepts: boolean): void {
    if ((this.accepting[core.id] === 1) === accepts) return;
    this.accepting[core.id] = accepts ? 1 : 0;
    this.noc.setAccept(core.id, accepts);
  }

  private deliver(tag: number, id: number, cycle: number): void {
    const index = this.indexOf[id];
    if (index < 0) throw new InvariantError(`core[${id}]`, cycle, "a packet came to a core without neurons");
    const core = this.cores[index];
    if (this.recorder !== null) this.recorder.record("deliver", cycle, id, this.messages.event[tag], 0);
    core.deliver(entryFor(this.program, this.messages, this.multicast, tag, id), this.messages.event[tag], cycle);
    core.commit(cycle);
    this.nextAt[index] = core.nextAt;
    this.accept(core, core.queue.isOpen);
  }

  private reportDeadlock(cycle: number): void {
    const waiting = this.noc.deadlock();
    if (waiting !== null) throw deadlocked(waiting, cycle, this.noc.spec.virtualChannels);
  }
}

/** The end of a run whose network waits in a circle. */
export function deadlocked(waiting: string, cycle: number, virtualChannels: number): InfeasibleError {
  return new InfeasibleError(
    "NOC_DEADLOCK",
    "network on chip",
    `a way out of a circle of waiting at cycle ${cycle}: ${waiting}`,
    `${virtualChannels} virtual channels`,
    "set noc.virtual_channels: 2 or more on a torus or ring",
  );
}
