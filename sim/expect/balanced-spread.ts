/**
 * The balanced mapping with activity spread evenly over the neurons of each population: numbers of parts with the cores
 * that they use, in order of the work on the busiest core; at a tie, fewer parts first. The pieces of a population are
 * alike, so cores fill group by group.
 *
 * Rule: `sim/mapping/balanced.ts`. Not modelled: pieces that do not fit the core that the rule takes.
 */
import type { Chip, MappingRequest, Precision } from "../../arch/index.js";
import { type Activity, heldBy, partCounts, placedPopulations, sliceCycles, type UnitCycles } from "../mapping/index.js";
import type { ActivityProfile } from "./activity-profile.js";

interface EvenSpread {
  readonly parts: number;
  readonly cores: number;
  /** Cycles per step of the busiest unit of all cores. */
  readonly worst: number;
  /** That number divided by the mean over the cores in use: of their somas or of their synapse units, if greater. */
  readonly imbalance: number;
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
  const [core] = chip.cores;
  const biggest = Math.min(request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY, core.maxNeurons);
  const populations = placedPopulations({ chip, topology });
  const cyclesOf = (population: number, neurons: number): UnitCycles =>
    sliceCycles({ topology, precision }, activity, core, { population, firstNeuron: 0, neurons, core: 0 });
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
      const worst = worstOf(pieces, total);
      const sum = (unit: keyof UnitCycles): number => pieces.reduce((cycles, piece) => cycles + piece.count * piece.cycles[unit], 0);
      const busier = Math.max(sum("somaCycles"), sum("synapseCycles"));
      return { parts, cores, worst, imbalance: busier === 0 ? 1 : (worst * cores) / busier };
    })
    .sort((a, b) => a.worst - b.worst || a.parts - b.parts);
}
interface Pieces {
  readonly population: number;
  readonly count: number;
  /** Of each piece. */
  readonly cycles: UnitCycles;
}

/** Cores with equal work that hold pieces of the same populations. */
interface Group {
  somaCycles: number;
  synapseCycles: number;
  cores: number;
  /** One bit per population; of more than 31 populations some share a bit. */
  held: number;
}

const busierOf = ({ somaCycles, synapseCycles }: UnitCycles): number => Math.max(somaCycles, synapseCycles);

/** The group whose cores take the next piece, of `more` cycles and the population of `bit`. */
function leastBusy(groups: readonly Group[], more: UnitCycles, bit: number): Group {
  let [best] = groups;
  let [leastHeld, leastBusier, leastBoth] = [bit, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const group of groups) {
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

/** Cycles of the busiest unit if the pieces are placed as by the balanced mapping. */
function worstOf(pieces: readonly Pieces[], cores: number): number {
  const groups: Group[] = [{ somaCycles: 0, synapseCycles: 0, cores, held: 0 }];
  for (const { population, count, cycles } of [...pieces].sort((a, b) => busierOf(b.cycles) - busierOf(a.cycles))) {
    const bit = 1 << (population % 31);
    for (let left = count; left > 0; ) {
      const group = leastBusy(groups, cycles, bit);
      const taken = Math.min(left, group.cores);
      if (taken < group.cores) groups.push({ ...group, cores: group.cores - taken });
      group.somaCycles += cycles.somaCycles;
      group.synapseCycles += cycles.synapseCycles;
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
