/**
 * Mean work of a core of each kind in a full wave. Each kind computes the whole network with its own parameters
 * (`expected-load.ts`), of which its cores hold a share. What does not fit goes to DRAM if the chip has one.
 *
 * Shares: as far as cores have space, under the balanced mapping a faster one holds more, and under others all hold
 * equally much. Capacities are summed over the cores in use: a memory counts by the part of the network that it can
 * hold.
 * Not modelled: that a core which is full in one resource leaves others empty, unless it takes less by its share.
 */
import { type Chip, type Core, coreCounts, type Dram, type Precision } from "../../arch/index.js";
import type { ActivityProfile } from "./activity-profile.js";
import { type Demand, demandOf } from "./expected-load.js";
import { type Load, MEANS } from "./load.js";
import { spilledReads } from "./spilled-reads.js";
import { withStepPackets } from "./step-packets.js";

/** What cores send, which is the same for all kinds: packets, as means over the cores in use. */
type Sending = Pick<Load, "packets" | "flits" | "copies" | "spikes">;

export interface KindLoad {
  readonly core: Core;
  readonly count: number;
  /** Mean work of a core of this kind. */
  readonly load: Load;
  readonly sending: Sending;
}

type Memory = "synapseWords" | "stateWords";

const memoryOf = { synapseWords: "synapseMemory", stateWords: "stateMemory" } as const;

/** Bits of a memory that the whole network takes on cores of one kind. */
const bitsOf = (demand: Demand, memory: Memory): number => demand[memory] * demand.core[memoryOf[memory]].wordBits;

interface Kind {
  readonly demand: Demand;
  readonly count: number;
}

/** Words of a memory on all cores: as many words of `kind`'s as they hold of the network. */
function wordsHeld(kinds: readonly Kind[], { demand }: Kind, memory: Memory): number {
  const whole = bitsOf(demand, memory);
  const bits = kinds.reduce((sum, { demand: other, count }) => {
    const need = bitsOf(other, memory);
    return sum + count * other.core[memoryOf[memory]].sizeBits * (need === 0 ? 1 : whole / need);
  }, 0);
  return bits / demand.core[memoryOf[memory]].wordBits;
}

const hasEntries = (kinds: readonly Kind[], need: number, entriesOf: (core: Core) => number | null): boolean =>
  need <= kinds.reduce((sum, { demand, count }) => sum + count * (entriesOf(demand.core) ?? need), 0);

/** Means over `cores` cores that are all of `kind`; null: the network does not fit the cores of all kinds. */
function meanLoad(kinds: readonly Kind[], kind: Kind, dram: Dram | null, cores: number): Load | null {
  const { core, axons, routes, states, rows, synapseWords, stateWords } = kind.demand;
  const sum = { ...kind.demand.sum };
  if (!hasEntries(kinds, sum.neurons, ({ maxNeurons }) => maxNeurons)) return null;
  if (!hasEntries(kinds, axons, ({ axonEntries }) => axonEntries)) return null;
  if (!hasEntries(kinds, routes, ({ routeEntries }) => routeEntries)) return null;
  const room = wordsHeld(kinds, kind, "synapseWords");
  if (synapseWords > room) {
    if (dram === null) return null;
    const spilled = spilledReads(rows, room, core, dram, sum.events / cores);
    sum.synapseWords -= spilled.words;
    sum.dramBits = spilled.bits;
    sum.dramWait = spilled.wait;
  }
  const lack = stateWords - wordsHeld(kinds, kind, "stateWords");
  if (lack > 0) {
    if (dram === null || lack > states.away) return null;
    const share = lack / states.away;
    sum.dramStateBits = share * states.bits;
    // all cores share the channel
    const exchanged = sum.dramStateBits / dram.bitsPerCycle - (share * sum.soma) / cores;
    sum.somaDramWait = Math.max(share * states.wait, cores * exchanged);
    sum.somaWords += share * states.words;
  }
  for (const name of MEANS) sum[name] /= cores;
  return sum;
}

/** The part of the network that a core can hold. */
function mostOf(demand: Demand, dram: Dram | null): number {
  const { core, sum, axons, routes } = demand;
  const memories = dram === null ? (["synapseWords", "stateWords"] as const) : [];
  return Math.min(
    core.maxNeurons / sum.neurons,
    (core.axonEntries ?? Number.POSITIVE_INFINITY) / axons,
    (core.routeEntries ?? Number.POSITIVE_INFINITY) / routes,
    ...memories.map((memory) => core[memoryOf[memory]].sizeBits / bitsOf(demand, memory)),
  );
}

/**
 * What a core of each kind holds, relative to the mean over all `cores`: in proportion to `weights`, and at most `most`
 * unless all are full.
 */
export function sharesOf(counts: readonly number[], weights: readonly number[], most: readonly number[]): readonly number[] {
  const shares = [...most];
  let open = counts.map((_, k) => k);
  let left = counts.reduce((sum, count) => sum + count, 0);
  while (open.length > 0) {
    const whole = open.reduce((sum, k) => sum + counts[k] * weights[k], 0);
    const shareOf = (k: number): number => (left * weights[k]) / whole;
    const below = open.filter((k) => shareOf(k) <= most[k]);
    if (below.length === open.length) {
      for (const k of open) shares[k] = shareOf(k);
      return shares;
    }
    for (const k of open) if (shareOf(k) > most[k]) left -= counts[k] * most[k];
    open = below;
  }
  const all = counts.reduce((sum, count) => sum + count, 0);
  const held = counts.reduce((sum, count, k) => sum + count * most[k], 0);
  return most.map((part) => (all * part) / held);
}

/**
 * Loads of the kinds among the cores `used`, if every population is cut into `parts` pieces; null if it does not fit.
 * `speedOf`: relative speed of a core, for the balanced mapping.
 */
export function kindLoads(
  used: readonly Core[],
  chip: Chip,
  dram: Dram | null,
  precision: Precision,
  profile: ActivityProfile,
  parts: number,
  speedOf?: (core: Core) => number,
): readonly KindLoad[] | null {
  const kinds = coreCounts({ cores: used }).map(({ core, count }): Kind => {
    return { count, demand: demandOf(core, chip, dram, precision, profile, parts, used.length) };
  });
  const most = kinds.map(({ demand }) => mostOf(demand, dram));
  const weights = kinds.map(({ demand }) => speedOf?.(demand.core) ?? 1);
  const shares = sharesOf(
    kinds.map(({ count }) => count),
    weights,
    most.map((part) => part * used.length),
  );
  const loads: KindLoad[] = [];
  for (const [k, kind] of kinds.entries()) {
    const found = meanLoad(kinds, kind, dram, used.length);
    if (found === null) return null;
    const mean = withStepPackets(chip, found);
    const load = { ...mean };
    for (const name of MEANS) load[name] *= shares[k];
    const { packets, flits, copies, spikes } = mean;
    loads.push({ core: kind.demand.core, count: kind.count, load, sending: { packets, flits, copies, spikes } });
  }
  return loads;
}
