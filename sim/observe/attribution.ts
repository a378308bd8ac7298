/**
 * Which population causes a core's counts: the actions of a run by core and population, from the spike trace and the
 * placed network alone.
 *
 * Nothing here depends on time, so no simulation is needed; the sums over populations equal the timing engine's counts.
 * Work on synapses and accumulators belongs to the receiving population, neuron updates to the updated population, and
 * a spike's way (queues, packets, flits over routers) to the sending population.
 * Shapes: counts [cores][populations][ATTRIBUTED.length], ways and port [populations]. A multicast tree has the ways of
 * its unicasts.
 */
import {
  areUnits,
  type Chip,
  dieLinksBetween,
  linksOnWay,
  nocTopology,
  type Precision,
  portEnd,
  type SpikeTrace,
} from "../../arch/index.js";
import type { CoreCounter } from "../counters.js";
import type { Placement } from "../mapping/index.js";
import { withPartialSums } from "../mapping/index.js";
import { layOut, nocSpec } from "../noc/index.js";
import { BatchPlan, type Block, buildProgram, dramBitsOf, type Items, type Program, rowReads, type SomaSlice } from "../program/index.js";

/** Counters with known causes: all except those of cycles. */
export const ATTRIBUTED = [
  ...([
    "synapse_reads",
    "dram_bits",
    "dram_state_bits",
    "state_reads",
    "state_writes",
    "synaptic_macs",
    "synaptic_adds",
    "decoded_weights",
    "generated_addresses",
  ] as const),
  ...([
    "element_multiplies",
    "requantisations",
    "parameter_memory_reads",
    "element_adds",
    "lut_reads",
    "neuron_updates",
    "spikes_sent",
    "packets_sent",
    "spikes_received",
  ] as const),
  ...(["input_queue_pushes", "input_queue_pops", "output_queue_pushes", "output_queue_pops"] as const),
] as const satisfies readonly CoreCounter[];
export type AttributedCounter = (typeof ATTRIBUTED)[number];
const column = Object.fromEntries(ATTRIBUTED.map((name, i) => [name, i])) as { readonly [name in AttributedCounter]: number };

/** Flits over routers, and over the links of each kind. `tileLinks`: of a die, in a crossbar those of its ends. */
const WAYS = ["routers", "tileLinks", "treeLinks", "dieLinks"] as const;
export type Ways = Record<(typeof WAYS)[number], number>;

class Attribution {
  readonly counts: Float64Array;
  readonly ways: readonly Ways[];
  /** Counts of populations behind the port. */
  readonly port: readonly { events: number; packets: number; bits: number }[];

  constructor(
    readonly cores: number,
    readonly populations: number,
  ) {
    this.counts = new Float64Array(cores * populations * ATTRIBUTED.length);
    this.ways = Array.from({ length: populations }, () => ({ routers: 0, tileLinks: 0, treeLinks: 0, dieLinks: 0 }));
    this.port = Array.from({ length: populations }, () => ({ events: 0, packets: 0, bits: 0 }));
  }

  of(core: number, population: number, name: AttributedCounter): number {
    return this.counts[this.place(core, population, name)];
  }

  add(core: number, population: number, name: AttributedCounter, count: number): void {
    this.counts[this.place(core, population, name)] += count;
  }

  /** Adds `flits` of a population over a way. */
  pass(population: number, flits: number, way: Ways): void {
    for (const part of WAYS) this.ways[population][part] += flits * way[part];
  }

  private place(core: number, population: number, name: AttributedCounter): number {
    return (core * this.populations + population) * ATTRIBUTED.length + column[name];
  }
}

/** The way from core to core, or from the port. */
type WayOf = (from: number, to: number) => Ways;

/** Spikes on one route from one core: those with payloads beyond ±1, and the others. */
interface Flow {
  readonly route: number;
  readonly core: number;
  readonly source: SomaSlice;
  macs: number;
  adds: number;
}

/** Counts of all utterances of `spikes`, each alone on the chip. */
export function attribute(chip: Chip, placement: Placement, precision: Precision, spikes: SpikeTrace): Attribution {
  const trace = withPartialSums(placement.topology, spikes);
  const program = buildProgram(chip, placement, precision);
  const { populations } = placement.topology;
  const made = new Attribution(chip.cores.length, populations.length);
  const onlyAdds = areUnits(precision.weightBits);
  const slices = new Slices(chip, program, placement);
  const behindPort = new Map((program.somaSlices[portEnd(chip)] ?? []).map((soma) => [soma.slice.population, soma]));
  const byDepth = populations.map((_, p) => p).sort((a, b) => populations[a].depth - populations[b].depth);
  const flows = new Map<number, Flow>();
  for (let u = 0; u + 1 < trace.stepStart.length; u++) {
    for (const slice of slices.all) slice.begin();
    for (let step = trace.stepStart[u]; step < trace.stepStart[u + 1]; step++) {
      const variant = step === trace.stepStart[u + 1] - 1 ? 1 : 0;
      for (const p of byDepth) {
        const group = step * populations.length + p;
        const [from, to] = [trace.eventStart[group], trace.eventStart[group + 1]];
        for (const slice of slices.of[p]) slice.update(made, step);
        const entering = behindPort.get(p);
        for (let e = from; e < to; e++) {
          const slice = entering === undefined ? slices.holding(p, trace.neuron[e]) : null;
          if (slice !== null && !slice.updates(trace.neuron[e])) continue;
          const source = slice?.soma ?? (entering as SomaSlice);
          const { core } = source.slice;
          if (slice === null) made.port[p].events++;
          else made.add(core, p, "spikes_sent", 1);
          const route = program.routeOf[variant][program.populationStart[p] + trace.neuron[e]];
          const key = route * program.somaSlices.length + core;
          const flow = flows.get(key) ?? { route, core, source, macs: 0, adds: 0 };
          flows.set(key, flow);
          flow[!onlyAdds && Math.abs(trace.payload[e]) > 1 ? "macs" : "adds"]++;
          if (slices.tracksTouched) slices.markTargets(program, route, step, populations[p].depth);
        }
      }
    }
  }
  const spec = nocSpec(chip);
  const { coreRouter } = layOut(spec);
  const { coreLinks } = nocTopology(chip.noc);
  const wayOf: WayOf = (from, to) => {
    const [here, there] = [coreRouter[from], coreRouter[to]];
    const { grid, tree } = linksOnWay(spec, here, there);
    const dieLinks = dieLinksBetween(chip.noc, here, there);
    return { routers: grid + tree + 1, tileLinks: grid - dieLinks + (coreLinks ? 2 : 0), treeLinks: tree, dieLinks };
  };
  const waves =
    spikes.stepStart[spikes.stepStart.length - 1] + (spikes.stepStart.length - 1) * Math.max(...populations.map(({ depth }) => depth));
  for (const { id, scan } of program.usedCores) {
    if (scan.policy !== "dense") continue;
    for (const [p, words] of program.axons[id].words.entries()) made.add(id, p, "synapse_reads", waves * words);
    for (const [p, bits] of program.axons[id].dramBits.entries()) made.add(id, p, "dram_bits", waves * bits);
  }
  for (const flow of flows.values()) addFlow(made, program, flow, chip, wayOf);
  addStepPackets(made, program, waves, portEnd(chip), wayOf);
  return made;
}

/** Step packets of a core; they count for its last population, which finishes last. */
function addStepPackets(made: Attribution, program: Program, waves: number, port: number, wayOf: WayOf): void {
  for (const [id, { neighbours, flits }] of program.links.entries()) {
    const sender = program.somaSlices[id].at(-1)?.slice.population;
    if (sender === undefined) continue;
    const packets = waves * neighbours.length;
    for (const neighbour of neighbours) made.pass(sender, waves * flits, wayOf(id, neighbour.id));
    if (id === port) made.port[sender].packets += packets;
    else for (const name of ["packets_sent", "output_queue_pushes", "output_queue_pops"] as const) made.add(id, sender, name, packets);
  }
}

/** Adds the actions of a flow's spikes on their way and at their destinations. */
function addFlow(made: Attribution, program: Program, flow: Flow, chip: Chip, wayOf: WayOf): void {
  const { route, core, source, macs, adds } = flow;
  const sender = source.slice.population;
  const spikes = macs + adds;
  let remotes = 0;
  for (let entry = program.entryStart[route]; entry < program.entryStart[route + 1]; entry++) {
    const at = program.entryCore[entry];
    for (const name of ["input_queue_pushes", "input_queue_pops", "spikes_received"] as const) made.add(at, sender, name, spikes);
    if (at !== core) {
      remotes++;
      made.pass(sender, spikes * source.flits, wayOf(core, at));
    }
    for (let s = program.segmentStart[entry]; s < program.segmentStart[entry + 1]; s++) {
      const block = program.blocks[program.segmentBlock[s]];
      const [from, to] = [program.segmentFrom[s], program.segmentTo[s]];
      const target = block.target.slice.population;
      const items = block.items === null ? block.rowItems : to - from;
      const words = block.items === null ? block.rowStateWords : sparseWords(block, block.items, from, to);
      made.add(at, target, "synaptic_macs", macs * items * block.weightsPerItem);
      made.add(at, target, "synaptic_adds", adds * items * block.weightsPerItem);
      if (block.code.cycles > 0) made.add(at, target, "decoded_weights", spikes * items * block.weightsPerItem);
      if (block.generates) made.add(at, target, "generated_addresses", spikes * items);
      if (chip.cores[at].scan.policy !== "dense") {
        if (block.isSpilled) made.add(at, target, "dram_bits", spikes * dramBitsOf(block, items, chip.spill));
        else made.add(at, target, "synapse_reads", spikes * rowReads(block, from, from + items));
      }
      made.add(at, target, "state_reads", spikes * words);
      made.add(at, target, "state_writes", spikes * words);
    }
  }
  const packets = spikes * (chip.noc.multicast === "tree" ? Math.min(remotes, 1) : remotes);
  if (source.crossing !== null) {
    made.port[sender].packets += packets;
    made.port[sender].bits += packets * source.crossing.bits;
    return;
  }
  for (const name of ["packets_sent", "output_queue_pushes", "output_queue_pops"] as const) made.add(core, sender, name, packets);
}

/** State words of accumulators that a sparse row touches, each once, or once per group if they are refetched. */
function sparseWords({ target, weightsPerItem, groupItems, refetches }: Block, items: Items, from: number, to: number): number {
  const { itemsPerWord, wordsPerItem } = target.accumulators;
  items.read(from, to);
  const { targets, first: start } = items;
  let words = 0;
  let last = -1;
  for (let item = 0; item < to - from; item++) {
    if (refetches.state && item % groupItems === 0) last = -1;
    const accumulator = (targets[start + item] - target.slice.firstNeuron) * weightsPerItem;
    const end = accumulator + weightsPerItem;
    const first = wordsPerItem > 1 ? accumulator * wordsPerItem : Math.floor(accumulator / itemsPerWord);
    const until = wordsPerItem > 1 ? end * wordsPerItem - 1 : Math.floor((end - 1) / itemsPerWord);
    words += Math.max(0, until - Math.max(first, last + 1) + 1);
    last = Math.max(last, until);
  }
  return words;
}

/** A slice's updates step by step; with the policy `touched`, those of neurons that have had input in the utterance. */
class SliceUpdates {
  private readonly plan: BatchPlan;
  private readonly now: Uint8Array;
  /** By parity of the step: neurons with input for it. */
  private readonly marks: readonly [Uint8Array, Uint8Array];
  private readonly order: Int32Array;

  constructor(
    readonly soma: SomaSlice,
    units: number,
  ) {
    const { neurons } = soma.slice;
    this.plan = new BatchPlan(soma, units);
    this.now = new Uint8Array(neurons);
    this.marks = [new Uint8Array(neurons), new Uint8Array(neurons)];
    this.order = Int32Array.from({ length: neurons }, (_, n) => n);
    this.plan.plan(this.order, neurons);
  }

  begin(): void {
    this.now.fill(0);
    for (const marks of this.marks) marks.fill(0);
  }

  /** Marks neurons of the slice, from `first` on, that have input for step `step`. */
  mark(step: number, first: number, count: number): void {
    this.marks[step & 1].fill(1, first, first + count);
  }

  /** Whether a neuron is updated in the step of the last call of `update`. */
  updates(neuron: number): boolean {
    return !this.soma.findsTouched || this.now[neuron - this.soma.slice.firstNeuron] === 1;
  }

  update(made: Attribution, step: number): void {
    const { soma, plan, now, order } = this;
    const { core, population, neurons } = soma.slice;
    if (soma.findsTouched) {
      const marks = this.marks[step & 1];
      for (let n = 0; n < neurons; n++) now[n] |= marks[n];
      marks.fill(0);
      let count = 0;
      for (let n = 0; n < neurons; n++) if (now[n] === 1) order[count++] = n;
      plan.plan(order, count);
    }
    made.add(core, population, "neuron_updates", plan.neurons);
    made.add(core, population, "state_reads", plan.words + plan.dramWords);
    made.add(core, population, "state_writes", plan.words + plan.dramWords);
    made.add(core, population, "dram_state_bits", 2 * plan.dramBits);
    made.add(core, population, "requantisations", plan.neurons * soma.requantises);
    made.add(core, population, "parameter_memory_reads", soma.multiplies > 0 ? plan.neurons : 0);
    made.add(core, population, "element_multiplies", plan.neurons * soma.multiplies);
    made.add(core, population, "element_adds", plan.neurons * soma.additions);
    made.add(core, population, "lut_reads", plan.neurons * soma.lutReads);
  }
}

/** Slices by population, by core, and by neuron. */
class Slices {
  readonly all: readonly SliceUpdates[];
  readonly of: readonly (readonly SliceUpdates[])[];
  readonly tracksTouched: boolean;
  private readonly byCore: readonly (readonly SliceUpdates[])[];
  private readonly depthOf: readonly number[];

  constructor(chip: Chip, program: Program, { topology }: Placement) {
    this.byCore = chip.cores.map(({ id, neuronUpdate }) =>
      program.somaSlices[id].map((soma) => new SliceUpdates(soma, neuronUpdate.units)),
    );
    this.all = this.byCore.flat();
    this.of = topology.populations.map((_, p) => this.all.filter(({ soma }) => soma.slice.population === p));
    this.depthOf = topology.populations.map(({ depth }) => depth);
    this.tracksTouched = this.all.some(({ soma }) => soma.findsTouched);
  }

  holding(population: number, neuron: number): SliceUpdates {
    const found = this.of[population].find(
      ({ soma: { slice } }) => neuron >= slice.firstNeuron && neuron < slice.firstNeuron + slice.neurons,
    );
    if (found === undefined) throw new Error(`neuron ${neuron} of population ${population} has no core`);
    return found;
  }

  /**
   * A spike of step `step` marks its targets: those of feed-forward rows for the same step, those of recurrent rows for
   * the next.
   */
  markTargets(program: Program, route: number, step: number, depth: number): void {
    const [first, end] = [program.entryStart[route], program.entryStart[route + 1]];
    for (let s = program.segmentStart[first]; s < program.segmentStart[end]; s++) {
      const { target, targetIndex, delayWaves, items } = program.blocks[program.segmentBlock[s]];
      const slice = this.byCore[target.slice.core][targetIndex];
      const at = step + depth + delayWaves - this.depthOf[target.slice.population];
      if (items === null) {
        slice.mark(at, 0, target.slice.neurons);
        continue;
      }
      const [from, to] = [program.segmentFrom[s], program.segmentTo[s]];
      items.read(from, to);
      for (let k = items.first; k < items.first + to - from; k++) slice.mark(at, items.targets[k] - target.slice.firstNeuron, 1);
    }
  }
}
