/**
 * The energy of an inference by layer: actions are priced where they happen, for the population that causes them
 * (`attribution.ts`).
 *
 * Senders pay for routers by flits × routers passed, and for the links of each kind (of a die, of a tree, between dies)
 * by flits × links of that kind on the way; populations behind the port pay for the host link and the port's queue. If
 * a core holds several populations, the leakage of its memories is divided by the words that each occupies; its clock,
 * the leakage of its logic and the words that it reads again in stalls are divided by work (synaptic operations and
 * neuron updates). Energy that no layer causes (the routers' clock and leakage, links at rest, cores without neurons)
 * has a row of its own. Rows sum to the total of `energy.ts` (up to rounding).
 *
 * Not modelled: the length of links on a die, by which their flits have different prices: senders share them by number.
 * Nor chips that lose messages. The trace says who sent them, but not which of them were taken. Nor overrun
 * ticks where only touched neurons are updated: the trace does not say in which step a message arrived.
 */
import {
  axonTablePrices,
  type Chip,
  type Core,
  type Precision,
  type Price,
  portPrices,
  routeTablePrices,
  type SpikeTrace,
} from "../../arch/index.js";
import { coreCount, coreLeakageNs } from "../activity.js";
import type { TimingRun } from "../board/index.js";
import { CORE_LEAKAGE, TABLE_LEAKAGE } from "../core-leakage.js";
import { coreLinesOf } from "../core-lines.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn } from "../counters.js";
import { DIE_BITS } from "../die-links.js";
import { axonCounterOf, chipPrices, controlCycles, coreClockCycles, LINK_FLITS, memoryClockPj, price, TREE_LINK_FLITS } from "../energy.js";
import type { Placement, Slice } from "../mapping/index.js";
import { stateRegions, synapseWords } from "../mapping/index.js";
import { PORT_LINES } from "../port-energy.js";
import type { Rest } from "../rest.js";
import { ATTRIBUTED, type AttributedCounter, attribute, type Ways } from "./attribution.js";

const GROUPS = ["memory", "datapath", "queue", "noc", "clock", "leakage"] as const;
type EnergyGroup = (typeof GROUPS)[number];

/** Energy by group, pJ per inference. */
export type LayerEnergy = { readonly layer: string; readonly neurons: number; readonly cores: number; readonly totalPj: number } & {
  readonly [group in EnergyGroup as `${group}Pj`]: number;
};

export const SHARED_LAYER = "network at rest, unused cores";

/**
 * `run`: of the utterances of `spikes`, each alone. Empty for an FPGA whose work is not priced, if messages are lost,
 * and if the causes of the run's counts cannot be told from its spikes.
 */
export function energyByLayer(
  chip: Chip,
  placement: Placement,
  precision: Precision,
  spikes: SpikeTrace,
  { total: counters, droppedMessages }: Pick<TimingRun, "total" | "droppedMessages">,
  rest: Rest | null = null,
): readonly LayerEnergy[] {
  if (droppedMessages.some((lost) => lost > 0)) return [];
  const { topology } = placement;
  // Prices are those of the network as trained, as in every result: helpers of a split fan-in belong to the placement.
  const priced = price(chip, precision, spikes.topology, counters, rest);
  if (priced.totalPj === null) return [];
  const made = attribute(chip, placement, precision, spikes);
  if (!isComplete(made, counters)) return [];
  const prices = chipPrices(chip, precision, spikes.topology);
  const shared = topology.populations.length;
  const energy = Array.from({ length: shared + 1 }, () => Object.fromEntries(GROUPS.map((group) => [group, 0])) as Tally);
  const give = (layer: number, group: EnergyGroup, pj: number): void => {
    energy[layer][group] += pj / counters.utterances;
  };
  const lines = coreLinesOf(chip, counters);
  for (const core of chip.cores) {
    const { prices: of } = prices.cores[core.id];
    const slices = placement.slices.filter((slice) => slice.core === core.id);
    const [axons, routes] = [axonTablePrices(chip, core), routeTablePrices(chip, core)];
    const looked = axonCounterOf(core);
    for (let population = 0; population < shared; population++) {
      for (const line of lines) {
        if (!isAttributed(line.counter) || line.group === "area") continue;
        const less = line.less !== null && isAttributed(line.less) ? made.of(core.id, population, line.less) : 0;
        give(population, line.group, (made.of(core.id, population, line.counter) - less) * of[line.price as keyof typeof of].value);
      }
      if (axons !== null && looked === "spikes_received")
        give(population, "memory", made.of(core.id, population, looked) * axons.axon_table_read_pj.value);
      if (routes !== null) give(population, "memory", made.of(core.id, population, "packets_sent") * routes.route_table_read_pj.value);
    }
    const { againPj, clockPj, controlPj, leakagePj } = coreCosts(chip, core, prices, counters);
    if (slices.length === 0) {
      give(shared, "clock", clockPj);
      give(shared, "datapath", controlPj);
      give(shared, "leakage", leakagePj.work + leakagePj.synapses + leakagePj.states);
    }
    const share = sharesOf(core, slices, placement, precision, (population) =>
      WORK.reduce((sum, name) => sum + made.of(core.id, population, name), 0),
    );
    for (const { population, work, synapses, states } of share) {
      give(population, "memory", againPj * work);
      give(population, "clock", clockPj * work);
      give(population, "datapath", controlPj * work);
      give(population, "leakage", leakagePj.work * work + leakagePj.synapses * synapses + leakagePj.states * states);
    }
  }
  const ofPort = portPrices(chip);
  if (ofPort !== null)
    for (const [p, counts] of made.port.entries())
      for (const { group, counter, price } of PORT_LINES) if (group !== "area") give(p, group, counts[counter] * ofPort[price].value);
  for (const row of priced.rows) {
    const { group, energyPj } = row;
    const pj = (energyPj ?? 0) * counters.utterances;
    if (priced.shared.has(row) && group !== "area") give(shared, group, pj);
    else if (group === "noc" && !PORT_LINES.some(({ component }) => component === row.component))
      for (const [p, part] of sharesOfWay(made.ways, WAY_OF[row.component] ?? "routers").entries()) give(p, group, pj * part);
  }
  return energy.map((tally, p): LayerEnergy => {
    const slices = placement.slices.filter((slice) => slice.population === p);
    const [memoryPj, datapathPj, queuePj, nocPj, clockPj, leakagePj] = GROUPS.map((group) => tally[group]) as [
      ...[number, number, number, number, number, number],
    ];
    return {
      layer: topology.populations[p]?.name ?? SHARED_LAYER,
      neurons: topology.populations[p]?.neurons ?? 0,
      cores: p === shared ? chip.cores.length - placement.usedCores.length : new Set(slices.map((slice) => slice.core)).size,
      ...{ memoryPj, datapathPj, queuePj, nocPj, clockPj, leakagePj },
      totalPj: memoryPj + datapathPj + queuePj + nocPj + clockPj + leakagePj,
    };
  });
}

/** Energy of a core that its populations share, pJ in the whole run. */
interface CoreCosts {
  /** Words read again in stalls. */
  readonly againPj: number;
  readonly clockPj: number;
  readonly controlPj: number;
  /** By what it is shared by. */
  readonly leakagePj: { readonly [by in keyof Omit<Shares, "population">]: number };
}

function coreCosts(chip: Chip, core: Core, all: ReturnType<typeof chipPrices>, counters: Counters): CoreCosts {
  const { prices } = all.cores[core.id];
  const times = coreLeakageNs(chip, counters, core.id);
  const leakagePj = { work: 0, synapses: 0, states: 0 };
  for (const { leaks, sharedBy, priceOf } of [...CORE_LEAKAGE, ...TABLE_LEAKAGE])
    leakagePj[sharedBy] += times[leaks] * (priceOf(chip, core, prices)?.value ?? 0);
  const again = (counter: CoreCounter, { value }: Price): number => coreCount(counters, core.id, counter) * value;
  return {
    againPj: again("synapse_rereads", prices.synapse_memory_read_pj) + again("state_rereads", prices.state_memory_read_pj),
    clockPj:
      coreClockCycles(chip, all, counters, core.id) * prices.core_clock_pj_per_cycle.value + memoryClockPj(chip, prices, counters, core.id),
    controlPj: controlCycles(counters, core.id) * prices.control_pj_per_cycle.value,
    leakagePj,
  };
}

/** Rows of the network that senders do not share by routers passed. */
const WAY_OF: { readonly [component in string]?: keyof Ways } = {
  [LINK_FLITS]: "tileLinks",
  [TREE_LINK_FLITS]: "treeLinks",
  [DIE_BITS.component]: "dieLinks",
};

/** Each population's part of all flits over routers, or over links of a kind; 0 if there are none. */
function sharesOfWay(ways: readonly Ways[], part: keyof Ways): readonly number[] {
  const all = ways.reduce((sum, way) => sum + way[part], 0);
  return ways.map((way) => (all === 0 ? 0 : way[part] / all));
}

/** Whether the populations' counts sum to those of the run, on every core. */
function isComplete(made: ReturnType<typeof attribute>, counters: Counters): boolean {
  for (let core = 0; core < made.cores; core++)
    for (const name of ATTRIBUTED) {
      let sum = 0;
      for (let population = 0; population < made.populations; population++) sum += made.of(core, population, name);
      if (sum !== counters.cores[core * CORE_COUNTERS.length + coreColumn[name]]) return false;
    }
  return true;
}

type Tally = { [group in EnergyGroup]: number };
const WORK = ["synaptic_macs", "synaptic_adds", "neuron_updates"] as const;
const isAttributed = (name: string): name is AttributedCounter => (ATTRIBUTED as readonly string[]).includes(name);

interface Shares {
  readonly population: number;
  readonly work: number;
  readonly synapses: number;
  readonly states: number;
}

/** Shares of a core's populations in its work and in the words of its memories; shares of neurons if both are 0. */
function sharesOf(
  core: Core,
  slices: readonly Slice[],
  { topology }: Placement,
  precision: Precision,
  workOf: (population: number) => number,
): Shares[] {
  const wordsOf = ({ population, firstNeuron, neurons }: Slice): { readonly synapses: number; readonly states: number } => ({
    synapses: synapseWords(topology, precision, core.synapseMemory.wordBits, population, firstNeuron, neurons),
    states: stateRegions(topology, precision, core.stateMemory.wordBits, population, neurons).totalWords,
  });
  const held = [...new Set(slices.map((slice) => slice.population))].map((population) => {
    const mine = slices.filter((slice) => slice.population === population);
    const words = mine.map(wordsOf);
    return {
      ...{ population, work: workOf(population), neurons: mine.reduce((sum, slice) => sum + slice.neurons, 0) },
      synapses: words.reduce((sum, word) => sum + word.synapses, 0),
      states: words.reduce((sum, word) => sum + word.states, 0),
    };
  });
  const part = (name: "work" | "synapses" | "states"): ((one: (typeof held)[number]) => number) => {
    const all = held.reduce((sum, one) => sum + one[name], 0);
    const neurons = held.reduce((sum, one) => sum + one.neurons, 0);
    return (one) => (all > 0 ? one[name] / all : one.neurons / neurons);
  };
  const [work, synapses, states] = [part("work"), part("synapses"), part("states")];
  return held.map((one) => ({ population: one.population, work: work(one), synapses: synapses(one), states: states(one) }));
}
