/**
 * Runs a bound SANA-FE network step by step: counts by unit, energy as count times price, and the times that are asked
 * for.
 *
 * A step: all neurons core by core (neuron phase), then all messages in (source core, send order) (message phase).
 * Spikes of step t are integrated in step t and seen by the soma in step t + 1. In a core whose buffer lies before
 * `axon_out` the soma runs at the end of the message phase instead, once per neuron and step, and what fires there
 * leaves in the next step's neuron phase (our reading of the description; no recorded run covers it). Times: `simple`
 * is the maximum over cores of the sums of generation and of processing delays; `detailed` follows each message
 * (`detailed-time.ts`); `flit` replays the same messages through the flit-level network (`flit-time.ts`). Each adds
 * synchronisation. Sums are in a fixed order. Energies in J, times in s, as in the description. Not modelled: their
 * message-queue estimate.
 */
import type { SanafeCore, SomaUnit } from "./architecture.js";
import type { BoundNetwork } from "./bind.js";
import { Dendrites } from "./dendrites.js";
import { DetailedTimer } from "./detailed-time.js";
import { FlitTimer } from "./flit-time.js";
import { Messages } from "./messages.js";
import { Counts, Prices, type UnitEnergies, unitUse } from "./pricing.js";
import { FIRED, IDLE, type Row, Somas } from "./somas.js";
import { Spikes } from "./spikes.js";

/** Models of a step's time. */
export const SANAFE_TIMES = ["simple", "detailed", "flit"] as const;
/** A model of a step's time. */
export type SanafeTime = (typeof SANAFE_TIMES)[number];

interface SanafeStep {
  readonly step: number;
  readonly fired: number;
  /** Neurons whose soma did update work; those that fired included. */
  readonly updated: number;
  /** Messages, one per firing neuron and destination core. */
  readonly packets: number;
  readonly hops: number;
  readonly synaptic_events: number;
  readonly energy_j: UnitEnergies;
  /** Seconds by each model that was asked for. */
  readonly time_s: { readonly [time: string]: number };
}

export interface SanafeRun {
  readonly steps: readonly SanafeStep[];
  readonly totals: SanafeStep;
  /** [neuron, step] of every spike, steps ascending, neurons ascending within a step. */
  readonly spikes: readonly (readonly [number, number])[];
}

/** `times`: what is computed of a step's time; spikes, counts and energies do not depend on it. */
export function runSanafe(bound: BoundNetwork, steps: number, seed: number, times: readonly SanafeTime[] = ["simple", "flit"]): SanafeRun {
  const simulation = new Simulation(bound, seed, times);
  const out: SanafeStep[] = [];
  for (let step = 1; step <= steps; step++) out.push(simulation.run(step));
  const { spikes } = simulation;
  return {
    steps: out,
    totals: totalOf(out),
    get spikes() {
      return spikes.pairs();
    },
  };
}

class Simulation {
  readonly spikes = new Spikes();
  private readonly counts: Counts;
  private readonly prices: Prices;
  private readonly use: ReturnType<typeof unitUse>;
  private readonly somas: Somas;
  private readonly dendrites: Dendrites;
  /**
   * Neurons of all cores that begin a step with their somas, in rows that pass from core to core: the first work on a
   * row costs as much as on several neurons, and cores often have few.
   */
  private readonly rows: readonly Row[];
  /** Neurons of the other cores, by core. */
  private readonly lateRows: readonly (readonly Row[])[];
  /** What a neuron does in a step, by its place in the order of cores. */
  private readonly status: Uint8Array;
  private readonly messages: Messages;
  /** Cores with neurons, ascending. */
  private readonly used: Int32Array;
  private readonly timers: readonly [SanafeTime, () => number][];
  private readonly syncS: number;
  /** Of cores: seconds of the neuron phase, of the messages that reach them, and of what follows those. */
  private readonly generatedS: Float64Array;
  private readonly processedS: Float64Array;
  private readonly closingS: Float64Array;
  /** Of neurons: seconds of a step in which they are idle, are updated, fire. */
  private readonly idleS: Float64Array;
  private readonly updatedS: Float64Array;
  private readonly firedS: Float64Array;
  private readonly hasLateSomas: boolean;
  /** Neurons of cores buffered before axon_out that fired and have not sent yet. */
  private readonly pending: Uint8Array;
  private fired = 0;
  private updated = 0;

  constructor(
    private readonly bound: BoundNetwork,
    seed: number,
    times: readonly SanafeTime[],
  ) {
    const { chip, coreStart, coreOf } = bound;
    const { cores } = chip;
    this.used = Int32Array.from(cores.map(({ id }) => id).filter((id) => coreStart[id + 1] > coreStart[id]));
    this.use = unitUse(bound);
    this.counts = new Counts(bound, this.use);
    this.prices = new Prices(bound, this.use, this.used);
    this.somas = new Somas(bound, seed);
    this.dendrites = new Dendrites(bound);
    const isLate = (core: SanafeCore): boolean => core.bufferPosition === "axon_out";
    this.rows = stretches(cores, (core) => !isLate(core)).flatMap(([from, end]) =>
      this.somas.rowsOf(bound.order, coreStart[from], coreStart[end]),
    );
    this.lateRows = cores.map((core) => (isLate(core) ? this.somas.rowsOf(bound.order, coreStart[core.id], coreStart[core.id + 1]) : []));
    this.status = new Uint8Array(bound.order.length);
    this.messages = new Messages(cores.length, this.used, bound.axonCore, processingDelays(bound));
    this.idleS = Float64Array.from(coreOf, (core, neuron) => {
      const accessS = this.use.somas[this.use.somaOf[neuron]].access.latencyS;
      const isBehind = cores[core].bufferPosition === "dendrite";
      return isBehind ? accessS + this.use.dendrites[this.use.dendriteOf[neuron]].update.latencyS : accessS;
    });
    const somaOf = (neuron: number): SomaUnit => this.use.somas[this.use.somaOf[neuron]];
    this.updatedS = this.idleS.map((idleS, neuron) => idleS + somaOf(neuron).update.latencyS);
    this.firedS = this.updatedS.map((updatedS, neuron) => updatedS + somaOf(neuron).spikeOut.latencyS);
    this.syncS = chip.syncLatencyS(bound.tilesInUse);
    this.generatedS = new Float64Array(cores.length);
    this.processedS = new Float64Array(cores.length);
    this.closingS = new Float64Array(cores.length);
    this.hasLateSomas = this.lateRows.some((rows) => rows.length > 0);
    this.pending = new Uint8Array(this.hasLateSomas ? coreOf.length : 0);
    this.timers = this.timersOf(times);
  }

  run(step: number): SanafeStep {
    const { messages } = this;
    this.counts.clear();
    messages.clear();
    this.fired = 0;
    this.updated = 0;
    this.spikes.begin(step);
    this.update(this.rows, step);
    for (const core of this.used) this.neuronPhase(core);
    const { hops, events } = this.messagePhase();
    if (this.hasLateSomas) this.lateSomas(step);
    return {
      ...{ step, fired: this.fired, updated: this.updated, packets: messages.count, hops, synaptic_events: events },
      energy_j: this.prices.step(this.counts),
      time_s: Object.fromEntries(this.timers.map(([time, stepS]) => [time, stepS() + this.syncS])),
    };
  }

  /** How each model of time that is asked for finds a step's seconds. */
  private timersOf(times: readonly SanafeTime[]): [SanafeTime, () => number][] {
    const { messages, generatedS, closingS, bound } = this;
    const made: { readonly [time in SanafeTime]: () => () => number } = {
      simple: () => () => this.used.reduce((most, core) => Math.max(most, generatedS[core], this.processedS[core]), 0),
      detailed: () => {
        const timer = new DetailedTimer(bound.chip);
        return () => timer.stepS(messages, generatedS, closingS);
      },
      flit: () => {
        const timer = new FlitTimer(bound.chip);
        return () => timer.stepS(messages, generatedS, closingS);
      },
    };
    return SANAFE_TIMES.filter((time) => times.includes(time)).map((time) => [time, made[time]()]);
  }

  /** What the somas of a core have done, and the messages of those that fired. */
  private neuronPhase(core: number): void {
    const { messages, pending, bound, status } = this;
    const { order, coreStart, axonStart } = bound;
    const part = bound.chip.cores[core];
    const isLate = part.bufferPosition === "axon_out";
    const outS = part.axonOut.latencyS;
    const end = coreStart[core + 1];
    messages.firstOf[core] = messages.count;
    // Delay gathered since the last message of this core.
    let sinceS = 0;
    let generatedS = 0;
    for (let at = coreStart[core]; at < end; at++) {
      const neuron = order[at];
      if (isLate) {
        if (pending[neuron] === 0) continue;
        pending[neuron] = 0;
      } else {
        const did = status[at];
        sinceS += did === IDLE ? this.idleS[neuron] : this.workS(neuron, did);
        if (did !== FIRED) continue;
      }
      const axonEnd = axonStart[neuron + 1];
      for (let axon = axonStart[neuron]; axon < axonEnd; axon++) {
        generatedS += sinceS + outS;
        sinceS = 0;
        messages.push(axon, generatedS);
      }
    }
    messages.endOf[core] = messages.count;
    this.counts.messagesOut[core] = messages.count - messages.firstOf[core];
    this.generatedS[core] = generatedS + sinceS;
  }

  /** `status` of the neurons of some rows: what each does in a step. */
  private update(rows: readonly Row[], step: number): void {
    for (const row of rows) {
      const { sums, isWritten } = this.dendrites.take(row.neurons);
      this.somas.update(row, step, sums, isWritten, this.status);
    }
  }

  /** Counts what a neuron did that was not idle; seconds that its units after its buffer worked. */
  private workS(neuron: number, status: number): number {
    const { counts } = this;
    const unit = this.use.somaOf[neuron];
    this.updated++;
    counts.somaUpdates[unit]++;
    if (status !== FIRED) return this.updatedS[neuron];
    this.fired++;
    this.spikes.push(neuron);
    counts.somaSpikes[unit]++;
    return this.firedS[neuron];
  }

  private messagePhase(): { hops: number; events: number } {
    const { messages, processedS, used, counts } = this;
    const { axon, axonCore, processingS } = messages;
    const { synapseStart } = this.bound;
    for (const core of used) processedS[core] = 0;
    let hops = 0;
    let events = 0;
    for (const source of used) {
      const end = messages.endOf[source];
      for (let i = messages.firstOf[source]; i < end; i++) {
        const one = axon[i];
        const target = axonCore[one];
        hops += counts.addHops(source, target);
        processedS[target] += processingS[one];
        const from = synapseStart[one];
        const to = synapseStart[one + 1];
        events += to - from;
        counts.addEvents(target, from, to);
      }
    }
    for (const core of used) counts.messagesIn[core] = messages.inOf[core];
    if (this.dendrites.isPlain) this.addPlainEvents();
    else this.addEvents();
    return { hops, events };
  }

  /** Events of dendrites that keep a sum per neuron: most of a step's work, so that the loop has nothing else in it. */
  private addPlainEvents(): void {
    const { count, axon } = this.messages;
    const { synapseStart, synapseTarget, synapseWeight } = this.bound;
    const { sums, isWritten } = this.dendrites;
    for (let i = 0; i < count; i++) {
      const end = synapseStart[axon[i] + 1];
      for (let s = synapseStart[axon[i]]; s < end; s++) {
        const neuron = synapseTarget[s];
        sums[neuron] += synapseWeight[s];
        isWritten[neuron] = 1;
      }
    }
  }

  private addEvents(): void {
    const { count, axon } = this.messages;
    const { synapseStart, synapseTarget, synapseWeight, synapseDelay, synapseTap } = this.bound;
    for (let i = 0; i < count; i++) {
      const end = synapseStart[axon[i] + 1];
      for (let s = synapseStart[axon[i]]; s < end; s++)
        this.dendrites.add(synapseTarget[s], synapseWeight[s], synapseDelay[s], synapseTap[s]);
    }
  }

  /** Somas before the buffer: they see what has just arrived, after all of it has. */
  private lateSomas(step: number): void {
    const { order, coreStart } = this.bound;
    const { status } = this;
    for (const core of this.used) {
      const rows = this.lateRows[core];
      if (rows.length === 0) continue;
      let closingS = 0;
      this.update(rows, step);
      for (let at = coreStart[core]; at < coreStart[core + 1]; at++) {
        const neuron = order[at];
        closingS += status[at] === IDLE ? this.idleS[neuron] : this.workS(neuron, status[at]);
        if (status[at] === FIRED) this.pending[neuron] = 1;
      }
      this.closingS[core] = closingS;
      this.processedS[core] += closingS;
    }
  }
}

/** Neighbours among the cores of which something holds: from one up to, not with, another. */
function stretches(cores: readonly SanafeCore[], holds: (core: SanafeCore) => boolean): [from: number, end: number][] {
  const found: [number, number][] = [];
  cores.forEach((core, i) => {
    if (!holds(core)) return;
    if (i > 0 && holds(cores[i - 1])) found[found.length - 1][1] = i + 1;
    else found.push([i, i + 1]);
  });
  return found;
}

/**
 * A message's time in its destination core: message-in and, for each synapse, synapse and (unless buffered before it)
 * dendrite.
 */
function processingDelays(bound: BoundNetwork): Float64Array {
  const { chip, axonCore, synapseStart, synapseUnit, synapseTarget, dendriteUnit } = bound;
  const delays = new Float64Array(axonCore.length);
  for (let axon = 0; axon < axonCore.length; axon++) {
    const core = chip.cores[axonCore[axon]];
    const runsDendrite = core.bufferPosition !== "dendrite" || core.bufferInsideUnit;
    let delay = core.axonIn.latencyS;
    for (let s = synapseStart[axon]; s < synapseStart[axon + 1]; s++) {
      delay += core.synapses[synapseUnit[s]].processSpike.latencyS;
      if (runsDendrite) delay += core.dendrites[dendriteUnit[synapseTarget[s]]].update.latencyS;
    }
    delays[axon] = delay;
  }
  return delays;
}

/** The sums of all steps; `step` is the number of steps. */
function totalOf(steps: readonly SanafeStep[]): SanafeStep {
  const sum = (of: (step: SanafeStep) => number): number => steps.reduce((total, step) => total + of(step), 0);
  return {
    step: steps.length,
    fired: sum((s) => s.fired),
    updated: sum((s) => s.updated),
    packets: sum((s) => s.packets),
    hops: sum((s) => s.hops),
    synaptic_events: sum((s) => s.synaptic_events),
    energy_j: {
      synapse: sum((s) => s.energy_j.synapse),
      dendrite: sum((s) => s.energy_j.dendrite),
      soma: sum((s) => s.energy_j.soma),
      network: sum((s) => s.energy_j.network),
      total: sum((s) => s.energy_j.total),
    },
    time_s: Object.fromEntries(Object.keys(steps[0]?.time_s ?? {}).map((time) => [time, sum(({ time_s }) => time_s[time])])),
  };
}
