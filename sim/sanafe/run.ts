/**
 * Runs a bound SANA-FE network step by step: counts by unit, energy as count times price, and two times a step.
 *
 * A step: all neurons core by core (neuron phase), then all messages in (source core, send order) (message phase). Spikes of
 * step t are integrated in step t and seen by the soma in step t + 1. In a core whose buffer lies before `axon_out` the soma runs at the
 * end of the message phase instead, once a neuron and step, and what fires there leaves in the next step's neuron phase (our reading of
 * the description; no recorded run covers it). `simple` time = max over cores of the sums of generation
 * and of processing delays, plus synchronisation; `flit` time replays the same messages through the flit-level network.
 * Energies in J, times in s, as in the description. Not modelled: their message-queue estimate.
 */
import type { SanafeCore } from "./architecture.js";
import type { BoundNetwork } from "./bind.js";
import { FlitTimer, type Message } from "./flit-time.js";
import { Counts, countHops, priceStep, standingJ, type UnitEnergies, unitUse } from "./pricing.js";

export interface SanafeStep {
  readonly step: number;
  readonly fired: number;
  /** Neurons whose soma did update work; those that fired included. */
  readonly updated: number;
  /** Messages, one a firing neuron and destination core. */
  readonly packets: number;
  readonly hops: number;
  readonly synaptic_events: number;
  readonly energy_j: UnitEnergies;
  readonly time_s: { readonly simple: number; readonly flit: number };
}

export interface SanafeRun {
  readonly steps: readonly SanafeStep[];
  readonly totals: SanafeStep;
  /** [neuron, step] of every spike, steps ascending, neurons ascending within a step. */
  readonly spikes: readonly (readonly [number, number])[];
}

export function runSanafe(bound: BoundNetwork, steps: number, seed: number): SanafeRun {
  const { chip, order, coreStart } = bound;
  const { cores, tiles } = chip;
  const use = unitUse(bound);
  const counts = new Counts(use, cores.length, tiles.length);
  const standing = standingJ(cores);
  const somaModels = bound.somas(seed);
  const dendriteModels = bound.dendrites();
  const sync = chip.syncLatencyS(bound.tilesInUse);
  const processing = processingDelays(bound);
  const timer = new FlitTimer(chip);
  const spikes: [number, number][] = [];
  const out: SanafeStep[] = [];
  /** Neurons of cores buffered before axon_out that fired and have not sent yet. */
  const pending = new Uint8Array(bound.coreOf.length);

  for (let step = 1; step <= steps; step++) {
    counts.clear();
    const messages: Message[] = [];
    const generated = new Float64Array(cores.length);
    const fired: number[] = [];
    let updated = 0;
    /** Seconds that a neuron's units after its buffer work; those that fire join `fired`. */
    const workS = (core: SanafeCore, neuron: number): number => {
      const at = use.somaOf[neuron];
      const soma = use.somas[at];
      counts.somaAccesses[at]++;
      let seconds = soma.access.latencyS;
      if (core.bufferPosition === "dendrite") {
        const dendriteAt = use.dendriteOf[neuron];
        counts.dendriteUpdates[dendriteAt]++;
        seconds += use.dendrites[dendriteAt].update.latencyS;
      }
      const current = dendriteModels[neuron].take();
      const status = somaModels[neuron].update(step, current);
      if (status === "idle") return seconds;
      updated++;
      counts.somaUpdates[at]++;
      seconds += soma.update.latencyS;
      if (status !== "fired") return seconds;
      fired.push(neuron);
      counts.somaSpikes[at]++;
      return seconds + soma.spikeOut.latencyS;
    };
    for (const core of cores) {
      // Delay gathered since the last message of this core.
      let since = 0;
      for (const neuron of order.subarray(coreStart[core.id], coreStart[core.id + 1])) {
        if (core.bufferPosition === "axon_out") {
          if (pending[neuron] === 0) continue;
          pending[neuron] = 0;
        } else {
          const before = fired.length;
          since += workS(core, neuron);
          if (fired.length === before) continue;
        }
        for (let axon = bound.axonStart[neuron]; axon < bound.axonStart[neuron + 1]; axon++) {
          generated[core.id] += since + core.axonOut.latencyS;
          since = 0;
          counts.messagesOut[core.id]++;
          messages.push({
            source: core.id,
            target: bound.axonCore[axon],
            axon,
            readyS: generated[core.id],
            processingS: processing[axon],
          });
        }
      }
      generated[core.id] += since;
    }

    const processed = new Float64Array(cores.length);
    let hops = 0;
    let events = 0;
    for (const message of messages) {
      hops += countHops(counts, tiles[cores[message.source].tile], tiles[cores[message.target].tile]);
      counts.messagesIn[message.target]++;
      processed[message.target] += message.processingS;
      const core = cores[message.target];
      const runsDendrite = core.bufferPosition !== "dendrite" || core.bufferInsideUnit;
      for (let s = bound.synapseStart[message.axon]; s < bound.synapseStart[message.axon + 1]; s++) {
        const target = bound.synapseTarget[s];
        events++;
        counts.synapseEvents[use.synapseOf[s]]++;
        if (runsDendrite) counts.dendriteUpdates[use.dendriteOf[target]]++;
        dendriteModels[target].add(bound.synapseWeight[s], bound.synapseDelay[s], bound.synapseTap[s]);
      }
    }

    // Somas before the buffer: they see what has just arrived, after all of it has.
    const closing = new Float64Array(cores.length);
    for (const core of cores) {
      if (core.bufferPosition !== "axon_out") continue;
      for (const neuron of order.subarray(coreStart[core.id], coreStart[core.id + 1])) {
        const before = fired.length;
        closing[core.id] += workS(core, neuron);
        if (fired.length > before) pending[neuron] = 1;
      }
      processed[core.id] += closing[core.id];
    }

    let simple = 0;
    for (const core of cores) simple = Math.max(simple, generated[core.id], processed[core.id]);
    fired.sort((a, b) => a - b);
    for (const neuron of fired) spikes.push([neuron, step]);
    out.push({
      ...{ step, fired: fired.length, updated, packets: messages.length, hops, synaptic_events: events },
      energy_j: priceStep(counts, use, standing, cores, tiles),
      time_s: { simple: simple + sync, flit: timer.stepS(messages, generated, closing) + sync },
    });
  }
  return { steps: out, totals: totalOf(out), spikes };
}

/** A message's time in its destination core: message-in and, for each synapse, synapse and (unless buffered before it) dendrite. */
function processingDelays(bound: BoundNetwork): Float64Array {
  const { chip } = bound;
  return Float64Array.from(bound.axonCore, (coreId, axon) => {
    const core = chip.cores[coreId];
    let delay = core.axonIn.latencyS;
    for (let s = bound.synapseStart[axon]; s < bound.synapseStart[axon + 1]; s++) {
      delay += core.synapses[bound.synapseUnit[s]].processSpike.latencyS;
      if (core.bufferPosition === "dendrite" && !core.bufferInsideUnit) continue;
      delay += core.dendrites[bound.dendriteUnit[bound.synapseTarget[s]]].update.latencyS;
    }
    return delay;
  });
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
    time_s: { simple: sum((s) => s.time_s.simple), flit: sum((s) => s.time_s.flit) },
  };
}
