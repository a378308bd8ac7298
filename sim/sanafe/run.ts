/**
 * Runs a bound SANA-FE network step by step on the kernel `sanafe-step`: counts by unit, energy as count × price, and
 * time by the models asked for.
 *
 * A step processes all neurons, core by core (neuron phase), then all messages by source core and send order (message
 * phase). Spikes of step t are integrated in step t and seen by the soma in step t + 1. In a core whose buffer is
 * before `axon_out`, the soma runs at the end of the message phase instead, once per neuron and step, and its spikes
 * leave in the next step's neuron phase (our reading of the description; no recorded run covers it). Times: `simple` is
 * the maximum over cores of the sums of generation and of processing delays; `detailed` follows each message
 * (`kernel/detailed-time.part.as.ts`); `flit` replays the same messages through the flit-level network
 * (`flit-time.ts`). Each adds synchronisation. Sums have a fixed order. Energies in J, times in s, as in the
 * description. Not modelled: SANA-FE's estimate of message queues.
 */
import { inputError } from "../../base/errors.js";
import type { BoundNetwork } from "./bind.js";
import { FlitTimer } from "./flit-time.js";
import { Inputs } from "./inputs.js";
import { placeUnits, type UnitEnergies, type UnitHandles } from "./pricing.js";
import { arePlain, placeNeurons, placeSlots } from "./somas.js";
import { Spikes } from "./spikes.js";
import { StepKernel, StepTotal } from "./step-kernel.js";

/** Models of a step's time. */
export const SANAFE_TIMES = ["simple", "detailed", "flit"] as const;
export type SanafeTime = (typeof SANAFE_TIMES)[number];

interface SanafeStep {
  readonly step: number;
  readonly fired: number;
  /** Neurons whose soma did an update, including those that fired. */
  readonly updated: number;
  /** Messages, one per firing neuron and destination core. */
  readonly packets: number;
  readonly hops: number;
  readonly synaptic_events: number;
  readonly energy_j: UnitEnergies;
  /** Seconds by each model asked for. */
  readonly time_s: { readonly [time: string]: number };
}

export interface SanafeRun {
  readonly steps: readonly SanafeStep[];
  readonly totals: SanafeStep;
  /**
   * [neuron, step] of every spike, steps ascending, neurons ascending within a step. Throws InputError for more than
   * 2^24.
   */
  readonly spikes: readonly (readonly [number, number])[];
  /** The same one by one, however many. */
  readonly eachSpike: () => Iterable<readonly [neuron: number, step: number]>;
}

/** `times`: models of a step's time to compute; spikes, counts and energies do not depend on them. */
export function runSanafe(bound: BoundNetwork, steps: number, seed: number, times: readonly SanafeTime[] = ["simple", "flit"]): SanafeRun {
  const parts = sanafeParts(bound, steps, seed, times);
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
  }
}

/** Neurons and synaptic events between two stops of `sanafeParts`: about 10 ms of `quad`, 38 ms of 4,096 neurons. */
const PART_WORK = 250_000;
/** What a step takes at least, in the same unit. */
const STEP_WORK = 500;
/** A row of every step is kept, and printed by `--json`: a million steps of `quad` take 1.3 GB and give 200 MB. */
const MOST_STEPS = 1_000_000;

/** The run of `runSanafe` in parts: it stops after each with the number of steps that are done, and returns the run. */
export function* sanafeParts(
  bound: BoundNetwork,
  steps: number,
  seed: number,
  times: readonly SanafeTime[],
): Generator<number, SanafeRun, undefined> {
  if (steps > MOST_STEPS)
    throw inputError("--steps", `got ${steps}, at most ${MOST_STEPS} steps are run, each of which is kept`, "run fewer steps");
  const simulation = new Simulation(bound, seed, times);
  const out: SanafeStep[] = [];
  let work = 0;
  for (let step = 1; step <= steps; step++) {
    const done = simulation.run(step);
    out.push(done);
    work += STEP_WORK + bound.order.length + done.synaptic_events;
    if (work < PART_WORK) continue;
    work = 0;
    yield step;
  }
  const { spikes } = simulation;
  return {
    steps: out,
    totals: totalOf(out),
    get spikes() {
      return spikes.pairs();
    },
    eachSpike: () => spikes.each(),
  };
}

class Simulation {
  readonly spikes = new Spikes();
  private readonly host: StepKernel;
  private readonly inputs: Inputs;
  private readonly timers: readonly [SanafeTime, () => number][];
  private readonly isDetailed: boolean;
  private readonly syncS: number;
  /**
   * Views of the kernel's memory, which does not grow any more: a step's totals, neurons that fired, and the values
   * written before a step.
   */
  private readonly totals: Float64Array;
  private readonly fired: Int32Array;
  private readonly status: Uint8Array;
  private readonly jitter: Int32Array;

  constructor(
    private readonly bound: BoundNetwork,
    seed: number,
    times: readonly SanafeTime[],
  ) {
    const { chip, order, axonCore, synapseStart } = bound;
    const host = new StepKernel(bound, { axonCore, synapseStart, processingS: (axon) => processingS(bound, axon) });
    const { kernel } = host;
    const units = placeUnits(host, bound);
    const { status, jitter, rows } = placeNeurons(host, bound, units);
    const isPlain = arePlain(bound);
    if (!isPlain) placeSlots(host, bound);
    placeSynapses(host, bound, units, isPlain);
    const { FIRED, IDLE } = kernel;
    this.host = host;
    this.inputs = new Inputs(bound, seed, rows, { idle: IDLE.value, fired: FIRED.value });
    this.timers = this.timersOf(times);
    this.isDetailed = times.includes("detailed");
    this.syncS = chip.syncLatencyS(bound.tilesInUse);
    this.totals = host.doubles(kernel.totals.value, Object.keys(StepTotal).length);
    this.fired = host.words(kernel.spikes.value, order.length);
    this.status = host.bytes(status, order.length);
    this.jitter = host.words(jitter, order.length);
  }

  run(step: number): SanafeStep {
    const { totals } = this;
    this.inputs.write(step, this.status, this.jitter);
    this.host.kernel.step(step, this.isDetailed ? 1 : 0);
    const fired = totals[StepTotal.FIRED];
    this.spikes.begin(step);
    this.spikes.add(this.fired.subarray(0, fired));
    const [synapse, dendrite] = [totals[StepTotal.SYNAPSE_J], totals[StepTotal.DENDRITE_J]];
    const [soma, network] = [totals[StepTotal.SOMA_J], totals[StepTotal.NETWORK_J]];
    return {
      ...{ step, fired, updated: totals[StepTotal.UPDATED], packets: totals[StepTotal.PACKETS], hops: totals[StepTotal.HOPS] },
      synaptic_events: totals[StepTotal.SYNAPTIC_EVENTS],
      energy_j: { synapse, dendrite, soma, network, total: synapse + dendrite + soma + network },
      time_s: Object.fromEntries(this.timers.map(([time, stepS]) => [time, stepS() + this.syncS])),
    };
  }

  /** For each model of time asked for, a function that gives a step's seconds. */
  private timersOf(times: readonly SanafeTime[]): [SanafeTime, () => number][] {
    const { host, bound } = this;
    const made: { readonly [time in SanafeTime]: () => () => number } = {
      simple: () => () => this.totals[StepTotal.SIMPLE_S],
      detailed: () => () => {
        const stepS = this.totals[StepTotal.DETAILED_S];
        if (stepS < 0) throw inputError(bound.chip.file, "a step lasts longer than a number can say", "check its latencies");
        return stepS;
      },
      flit: () => {
        const timer = new FlitTimer(bound.chip, host, bound.axonCore.length);
        return () => timer.stepS(this.totals[StepTotal.PACKETS]);
      },
    };
    return SANAFE_TIMES.filter((time) => times.includes(time)).map((time) => [time, made[time]()]);
  }
}

/** Synapses in the order of axons. `isPlain`: no neuron has delays or compartments. */
function placeSynapses(host: StepKernel, bound: BoundNetwork, { synapses }: UnitHandles, isPlain: boolean): void {
  const { order, axonCore, synapseStart, synapseTarget, synapseWeight, synapseDelay, synapseTap } = bound;
  const count = synapseTarget.length;
  const placeOf = new Int32Array(order.length);
  order.forEach((neuron, place) => {
    placeOf[neuron] = place;
  });
  const hasFewNeurons = order.length <= 65_536;
  const targets = host.allocate((hasFewNeurons ? 2 : 4) * count);
  const targetPlaces = hasFewNeurons ? host.halfWords(targets, count) : host.words(targets, count);
  for (let s = 0; s < count; s++) targetPlaces[s] = placeOf[synapseTarget[s]];
  const isNarrow = synapseWeight instanceof Float32Array;
  const weights = host.allocate((isNarrow ? 4 : 8) * count);
  (isNarrow ? host.singles(weights, count) : host.doubles(weights, count)).set(synapseWeight);
  const [delays, taps] = isPlain ? [0, 0] : [host.place(synapseDelay), host.place(synapseTap)];
  let units = 0;
  if (synapses !== null) {
    units = host.allocate(4 * count);
    const unitOf = host.words(units, count);
    for (let axon = 0; axon < axonCore.length; axon++)
      for (let s = synapseStart[axon]; s < synapseStart[axon + 1]; s++) unitOf[s] = synapses(s, axonCore[axon]);
  }
  const [places, narrowPlaces] = hasFewNeurons ? [0, targets] : [targets, 0];
  host.kernel.setSynapses(places, narrowPlaces, isNarrow ? 0 : weights, isNarrow ? weights : 0, delays, taps, units);
}

/**
 * Time of an axon's message in its destination core: message-in and, per synapse, the synapse unit and (unless buffered
 * before it) the dendrite.
 */
function processingS({ chip, axonCore, synapseStart, synapseUnit, synapseTarget, dendriteUnit }: BoundNetwork, axon: number): number {
  const core = chip.cores[axonCore[axon]];
  const runsDendrite = core.bufferPosition !== "dendrite" || core.bufferInsideUnit;
  let delayS = core.axonIn.latencyS;
  for (let s = synapseStart[axon]; s < synapseStart[axon + 1]; s++) {
    delayS += core.synapses[synapseUnit[s]].processSpike.latencyS;
    if (runsDendrite) delayS += core.dendrites[dendriteUnit[synapseTarget[s]]].update.latencyS;
  }
  return delayS;
}

/** The sums over all steps; `step` is the number of steps. */
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
