/**
 * Runs a bound SANA-FE network step by step: counts by unit, energy as count times price, and two times a step.
 *
 * A step: all neurons core by core (neuron phase), then all messages in (source core, send order) (message phase). Spikes of
 * step t are integrated in step t and seen by the soma in step t + 1. `simple` time = max over cores of the sums of generation
 * and of processing delays, plus synchronisation; `flit` time replays the same messages through the flit-level network.
 * Energies in J, times in s, as in the description. Not modelled: their message-queue estimate.
 */
import type { SanafeCore, SanafeTile } from "./architecture.js";
import type { BoundNetwork } from "./bind.js";
import { FlitTimer, type Message } from "./flit-time.js";

export interface SanafeStep {
  readonly step: number;
  readonly fired: number;
  /** Neurons whose soma did update work; those that fired included. */
  readonly updated: number;
  /** Messages, one a firing neuron and destination core. */
  readonly packets: number;
  readonly hops: number;
  readonly synaptic_events: number;
  readonly energy_j: {
    readonly synapse: number;
    readonly dendrite: number;
    readonly soma: number;
    readonly network: number;
    readonly total: number;
  };
  readonly time_s: { readonly simple: number; readonly flit: number };
}

export interface SanafeRun {
  readonly steps: readonly SanafeStep[];
  readonly totals: SanafeStep;
  /** [neuron, step] of every spike, steps ascending, neurons ascending within a step. */
  readonly spikes: readonly (readonly [number, number])[];
}

/** Counts of one step, by unit; arrays run over all units of all cores. */
class Counts {
  readonly synapseEvents: Float64Array;
  readonly dendriteUpdates: Float64Array;
  readonly somaAccesses: Float64Array;
  readonly somaUpdates: Float64Array;
  readonly somaSpikes: Float64Array;
  readonly messagesIn: Float64Array;
  readonly messagesOut: Float64Array;
  /** [tiles][north, east, south, west] hops towards the tile. */
  readonly hops: Float64Array;

  constructor(units: { synapses: number; dendrites: number; somas: number; cores: number; tiles: number }) {
    this.synapseEvents = new Float64Array(units.synapses);
    this.dendriteUpdates = new Float64Array(units.dendrites);
    this.somaAccesses = new Float64Array(units.somas);
    this.somaUpdates = new Float64Array(units.somas);
    this.somaSpikes = new Float64Array(units.somas);
    this.messagesIn = new Float64Array(units.cores);
    this.messagesOut = new Float64Array(units.cores);
    this.hops = new Float64Array(units.tiles * 4);
  }

  clear(): void {
    for (const array of Object.values(this) as Float64Array[]) array.fill(0);
  }
}

const HOP_ORDER = ["north", "east", "south", "west"] as const;

/** First index of each core's units in arrays over all units. */
function offsets(cores: readonly SanafeCore[], section: "synapses" | "dendrites" | "somas"): { of: Int32Array; total: number } {
  const of = new Int32Array(cores.length);
  let total = 0;
  for (const core of cores) {
    of[core.id] = total;
    total += core[section].length;
  }
  return { of, total };
}

export function runSanafe(bound: BoundNetwork, steps: number, seed: number): SanafeRun {
  const { chip, order } = bound;
  const { cores, tiles } = chip;
  const [synapses, dendrites, somas] = [offsets(cores, "synapses"), offsets(cores, "dendrites"), offsets(cores, "somas")];
  const counts = new Counts({
    synapses: synapses.total,
    dendrites: dendrites.total,
    somas: somas.total,
    cores: cores.length,
    tiles: tiles.length,
  });
  const somaModels = bound.somas(seed);
  const dendriteModels = bound.dendrites();
  const sync = chip.syncLatencyS(bound.tilesInUse);
  const processing = processingDelays(bound);
  const timer = new FlitTimer(chip);
  const spikes: [number, number][] = [];
  const out: SanafeStep[] = [];

  for (let step = 1; step <= steps; step++) {
    counts.clear();
    const messages: Message[] = [];
    const generated = new Float64Array(cores.length);
    const fired: number[] = [];
    let updated = 0;
    for (const core of cores) {
      // Delay gathered since the last message of this core.
      let since = 0;
      for (const neuron of order[core.id] as readonly number[]) {
        const unit = bound.somaUnit[neuron] as number;
        const soma = core.somas[unit] as SanafeCore["somas"][number];
        const at = (somas.of[core.id] as number) + unit;
        counts.somaAccesses[at]++;
        since += soma.access.latencyS;
        if (core.bufferPosition === "dendrite") {
          const dendriteAt = bound.dendriteUnit[neuron] as number;
          counts.dendriteUpdates[(dendrites.of[core.id] as number) + dendriteAt]++;
          since += (core.dendrites[dendriteAt] as SanafeCore["dendrites"][number]).update.latencyS;
        }
        const status = (somaModels[neuron] as (typeof somaModels)[number]).update(
          step,
          (dendriteModels[neuron] as (typeof dendriteModels)[number]).take(),
        );
        if (status === "idle") continue;
        updated++;
        counts.somaUpdates[at]++;
        since += soma.update.latencyS;
        if (status !== "fired") continue;
        fired.push(neuron);
        counts.somaSpikes[at]++;
        since += soma.spikeOut.latencyS;
        for (let axon = bound.axonStart[neuron] as number; axon < (bound.axonStart[neuron + 1] as number); axon++) {
          generated[core.id] += since + core.axonOut.latencyS;
          since = 0;
          counts.messagesOut[core.id]++;
          messages.push({
            source: core.id,
            target: bound.axonCore[axon] as number,
            axon,
            readyS: generated[core.id] as number,
            processingS: processing[axon] as number,
          });
        }
      }
      generated[core.id] += since;
    }

    const processed = new Float64Array(cores.length);
    let hops = 0;
    let events = 0;
    for (const message of messages) {
      hops += countHops(
        counts,
        tiles[(cores[message.source] as SanafeCore).tile] as SanafeTile,
        tiles[(cores[message.target] as SanafeCore).tile] as SanafeTile,
      );
      counts.messagesIn[message.target]++;
      processed[message.target] += message.processingS;
      const core = cores[message.target] as SanafeCore;
      const runsDendrite = core.bufferPosition === "soma" || core.bufferInsideUnit;
      for (let s = bound.synapseStart[message.axon] as number; s < (bound.synapseStart[message.axon + 1] as number); s++) {
        const target = bound.synapseTarget[s] as number;
        events++;
        counts.synapseEvents[(synapses.of[core.id] as number) + (bound.synapseUnit[s] as number)]++;
        if (runsDendrite) counts.dendriteUpdates[(dendrites.of[core.id] as number) + (bound.dendriteUnit[target] as number)]++;
        (dendriteModels[target] as (typeof dendriteModels)[number]).add(
          bound.synapseWeight[s] as number,
          bound.synapseDelay[s] as number,
          bound.synapseTap[s] as number,
        );
      }
    }

    let simple = 0;
    for (const core of cores) simple = Math.max(simple, generated[core.id] as number, processed[core.id] as number);
    fired.sort((a, b) => a - b);
    for (const neuron of fired) spikes.push([neuron, step]);
    out.push({
      ...{ step, fired: fired.length, updated, packets: messages.length, hops, synaptic_events: events },
      energy_j: priceStep(counts, cores, tiles),
      time_s: { simple: simple + sync, flit: timer.stepS(messages, generated) + sync },
    });
  }
  return { steps: out, totals: totalOf(out), spikes };
}

/** A message's time in its destination core: message-in and, for each synapse, synapse and (unless buffered before it) dendrite. */
function processingDelays(bound: BoundNetwork): Float64Array {
  const { chip } = bound;
  return Float64Array.from(bound.axonCore, (coreId, axon) => {
    const core = chip.cores[coreId] as SanafeCore;
    let delay = core.axonIn.latencyS;
    for (let s = bound.synapseStart[axon] as number; s < (bound.synapseStart[axon + 1] as number); s++) {
      delay += (core.synapses[bound.synapseUnit[s] as number] as SanafeCore["synapses"][number]).processSpike.latencyS;
      if (core.bufferPosition === "dendrite" && !core.bufferInsideUnit) continue;
      delay += (core.dendrites[bound.dendriteUnit[bound.synapseTarget[s] as number] as number] as SanafeCore["dendrites"][number]).update
        .latencyS;
    }
    return delay;
  });
}

/** X first, then Y; hops are priced by the tile they lead to. */
function countHops(counts: Counts, from: SanafeTile, to: SanafeTile): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const at = to.id * 4;
  const [vertical, horizontal] = [at + (dy > 0 ? 0 : 2), at + (dx > 0 ? 1 : 3)];
  counts.hops[vertical] = (counts.hops[vertical] as number) + Math.abs(dy);
  counts.hops[horizontal] = (counts.hops[horizontal] as number) + Math.abs(dx);
  return Math.abs(dx) + Math.abs(dy);
}

function priceStep(counts: Counts, cores: readonly SanafeCore[], tiles: readonly SanafeTile[]): SanafeStep["energy_j"] {
  let [synapse, dendrite, soma, network] = [0, 0, 0, 0];
  let [s, d, m] = [0, 0, 0];
  for (const core of cores) {
    for (const unit of core.synapses)
      synapse += ((counts.synapseEvents[s++] as number) + (unit.updatesEveryStep ? 1 : 0)) * unit.processSpike.energyJ;
    for (const unit of core.dendrites)
      dendrite += ((counts.dendriteUpdates[d++] as number) + (unit.updatesEveryStep ? 1 : 0)) * unit.update.energyJ;
    for (const unit of core.somas) {
      soma += (counts.somaAccesses[m] as number) * unit.access.energyJ;
      soma += ((counts.somaUpdates[m] as number) + (unit.updatesEveryStep ? 1 : 0)) * unit.update.energyJ;
      soma += (counts.somaSpikes[m++] as number) * unit.spikeOut.energyJ;
    }
    network +=
      (counts.messagesIn[core.id] as number) * core.axonIn.energyJ + (counts.messagesOut[core.id] as number) * core.axonOut.energyJ;
  }
  for (const tile of tiles) {
    HOP_ORDER.forEach((direction, k) => {
      network += (counts.hops[tile.id * 4 + k] as number) * tile.hop[direction].energyJ;
    });
  }
  return { synapse, dendrite, soma, network, total: synapse + dendrite + soma + network };
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
