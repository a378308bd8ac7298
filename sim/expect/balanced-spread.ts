/**
 * The balanced mapping with activity spread evenly over the neurons of each population: numbers of parts with the cores
 * that they use, in order of the work on the busiest core; at a tie, fewer parts first. The pieces of a population are
 * alike, so cores of a kind fill group by group.
 *
 * Rule: `sim/mapping/balanced.ts`. Not modelled: pieces that do not fit the core that the rule takes.
 */
import { type Chip, type Core, coreKind, type MappingRequest, type Precision } from "../../arch/index.js";
import {
  type Activity,
  busierOf,
  heldBy,
  kindsBySize,
  partCounts,
  placedPopulations,
  sliceCycles,
  type UnitCycles,
} from "../mapping/index.js";
import type { ActivityProfile } from "./activity-profile.js";

interface EvenSpread {
  readonly parts: number;
  readonly cores: number;
  /** Cycles per step of the busiest unit of all cores. */
  readonly worst: number;
  /**
   * That number divided by the mean over the cores in use, of their somas or of their synapse units, if greater; if
   * cores differ, by what each of the chip's first so many would take if all took equally long.
   */
  readonly imbalance: number;
  /** Speed of a core relative to the first kind's. */
  readonly speedOf: (core: Core) => number;
}

export function balancedSpreads(
  chip: Chip,
  precision: Precision,
  request: MappingRequest,
  profile: ActivityProfile,
): readonly EvenSpread[] {
  const topology = heldBy(chip, precision, profile.topology);
  const activity = evenActivity(profile);
  const total = chip.cores.length;
  const kinds = kindsBySize(chip);
  const biggest = Math.min(request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY, kinds[0].core.maxNeurons);
  const populations = placedPopulations({ chip, topology });
  const kindNames = kinds.map(({ core }) => coreKind(core));
  const kindOf = kinds.length === 1 ? null : chip.cores.map((core) => kindNames.indexOf(coreKind(core)));
  const cyclesOf = (population: number, neurons: number): readonly UnitCycles[] =>
    kinds.map(({ core }) => sliceCycles({ topology, precision }, activity, core, { population, firstNeuron: 0, neurons, core: 0 }));
  return partCounts(total)
    .map((parts): EvenSpread => {
      const pieces = populations.flatMap((population): Pieces[] => {
        const { neurons } = topology.populations[population];
        const count = Math.min(neurons, Math.max(parts, Math.ceil(neurons / biggest)));
        const [size, larger] = [Math.floor(neurons / count), neurons % count];
        const equal = { population, count: count - larger, cycles: cyclesOf(population, size) };
        return larger === 0 ? [equal] : [{ population, count: larger, cycles: cyclesOf(population, size + 1) }, equal];
      });
      const cores = Math.min(
        total,
        pieces.reduce((all, { count }) => all + count, 0),
      );
      const counts = kinds.map(({ count }) => count);
      const worst = worstOf(pieces, counts);
      const busy = kinds.map((_, k) => {
        const sum = (unit: keyof UnitCycles): number => pieces.reduce((all, { count, cycles }) => all + count * cycles[k][unit], 0);
        return Math.max(sum("somaCycles"), sum("synapseCycles"));
      });
      const speeds = busy.map((cycles) => (cycles === 0 ? 1 : busy[0] / cycles));
      const together = kindOf === null ? cores : kindOf.slice(0, cores).reduce((all, k) => all + speeds[k], 0);
      const imbalance = busy[0] === 0 ? 1 : (worst * together) / busy[0];
      const byKind = new Map(kindNames.map((name, k) => [name, speeds[k]]));
      return { parts, cores, worst, imbalance, speedOf: (core) => byKind.get(coreKind(core)) ?? 1 };
    })
    .sort((a, b) => a.worst - b.worst || a.parts - b.parts);
}

interface Pieces {
  readonly population: number;
  readonly count: number;
  /** Of each piece, by kind of core. */
  readonly cycles: readonly UnitCycles[];
}

/** Cores of one kind with equal work that hold pieces of the same populations. */
interface Group {
  readonly kind: number;
  somaCycles: number;
  synapseCycles: number;
  cores: number;
  /** One bit per population; of more than 31 populations some share a bit. */
  held: number;
}

/** The group whose cores take the next piece, of `cycles` by kind and the population of `bit`. */
function leastBusy(groups: readonly Group[], cycles: readonly UnitCycles[], bit: number): Group {
  let [best] = groups;
  let [leastHeld, leastBusier, leastBoth] = [bit, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const group of groups) {
    const more = cycles[group.kind];
    const somaCycles = group.somaCycles + more.somaCycles;
    const synapseCycles = group.synapseCycles + more.synapseCycles;
    const held = group.held & bit;
    const busier = Math.max(somaCycles, synapseCycles);
    const both = somaCycles + synapseCycles;
    const order = held - leastHeld || busier - leastBusier || both - leastBoth;
    if (order < 0) [best, leastHeld, leastBusier, leastBoth] = [group, held, busier, both];
  }
  return best;
}

/** Cycles of the busiest unit if the pieces are placed as by the balanced mapping, on `counts` cores of each kind. */
function worstOf(pieces: readonly Pieces[], counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const groups = counts.map((cores, kind): Group => ({ kind, somaCycles: 0, synapseCycles: 0, cores, held: 0 }));
  const meanOf = ({ cycles }: Pieces): number => counts.reduce((sum, count, k) => sum + (count / total) * busierOf(cycles[k]), 0);
  for (const { population, count, cycles } of [...pieces].sort((a, b) => meanOf(b) - meanOf(a))) {
    const bit = 1 << (population % 31);
    for (let left = count; left > 0; ) {
      const group = leastBusy(groups, cycles, bit);
      const taken = Math.min(left, group.cores);
      if (taken < group.cores) groups.push({ ...group, cores: group.cores - taken });
      group.somaCycles += cycles[group.kind].somaCycles;
      group.synapseCycles += cycles[group.kind].synapseCycles;
      group.cores = taken;
      group.held |= bit;
      left -= taken;
    }
  }
  return Math.max(...groups.map(busierOf));
}

const activities = new WeakMap<ActivityProfile, Activity>();
function evenActivity(profile: ActivityProfile): Activity {
  let known = activities.get(profile);
  if (known === undefined) {
    const spikesBefore = profile.topology.populations.map(({ neurons }, p) =>
      Float64Array.from({ length: neurons + 1 }, (_, i) => (i * profile.spikes[p]) / neurons),
    );
    known = { steps: 1, spikesBefore };
    activities.set(profile, known);
  }
  return known;
}
