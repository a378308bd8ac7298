/**
 * The balanced mapping with activity spread evenly over the neurons of each population: numbers of parts with the cores
 * that they use, in order of the work on the busiest core; at a tie, fewer parts first. The pieces of a population are
 * alike, so cores fill group by group.
 *
 * Rule: `sim/mapping/balanced.ts`. Not modelled: pieces that do not fit the core with the least work.
 */
import type { Chip, MappingRequest, Precision } from "../../arch/index.js";
import { type Activity, heldBy, partCounts, placedPopulations, sliceWork } from "../mapping/index.js";
import type { ActivityProfile } from "./activity-profile.js";

interface EvenSpread {
  readonly parts: number;
  readonly cores: number;
  /** Cycles per step of the busiest core. */
  readonly worst: number;
  /** That number divided by the mean over the cores in use. */
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
  const populations = placedPopulations({ chip, topology }).map((population) => {
    const { neurons } = topology.populations[population];
    const whole = sliceWork({ topology, precision }, activity, core, { population, firstNeuron: 0, neurons, core: 0 });
    const one = sliceWork({ topology, precision }, activity, core, { population, firstNeuron: 0, neurons: 1, core: 0 });
    return { neurons, one, each: neurons === 1 ? 0 : (whole - one) / (neurons - 1) };
  });
  return partCounts(total)
    .map((parts): EvenSpread => {
      const pieces = populations.flatMap(({ neurons, one, each }): Pieces[] => {
        const count = Math.min(neurons, Math.max(parts, Math.ceil(neurons / biggest)));
        const [size, larger] = [Math.floor(neurons / count), neurons % count];
        const work = one + each * (size - 1);
        return [
          { count: larger, work: work + each },
          { count: count - larger, work },
        ];
      });
      const cores = Math.min(
        total,
        pieces.reduce((sum, { count }) => sum + count, 0),
      );
      const worst = worstOf(pieces, total);
      const whole = pieces.reduce((sum, { count, work }) => sum + count * work, 0);
      return { parts, cores, worst, imbalance: whole === 0 ? 1 : (worst * cores) / whole };
    })
    .sort((a, b) => a.worst - b.worst || a.parts - b.parts);
}

interface Pieces {
  readonly count: number;
  readonly work: number;
}

/** Work of the busiest core if the longest pieces are placed first, each on the core with the least work. */
function worstOf(pieces: readonly Pieces[], cores: number): number {
  let groups: { load: number; cores: number }[] = [{ load: 0, cores }];
  for (const { count, work } of [...pieces].sort((a, b) => b.work - a.work)) {
    for (let left = count; left > 0; ) {
      groups.sort((a, b) => a.load - b.load);
      const [least] = groups;
      const taken = Math.min(left, least.cores);
      least.cores -= taken;
      groups.push({ load: least.load + work, cores: taken });
      groups = groups.filter((group) => group.cores > 0);
      left -= taken;
    }
  }
  return Math.max(...groups.map(({ load }) => load));
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
