/**
 * Mapping with little traffic: simulated annealing moves the groups of the balanced mapping between cores to reduce
 * spikes x hops.
 *
 * A spike costs one unit per router that it passes, for every other core that needs it; a link to another die costs as
 * many units as its energy and its cycles are worth (`arch/hop.ts`). Not modelled: links that a multicast tree shares;
 * waiting. A move swaps the contents of two cores if both still fit, and if no unit of theirs then has more work than
 * the busiest unit of the balanced mapping. Deterministic by `mapping.seed`.
 * Source: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, Science 220 (1983); geometric cooling.
 */

import {
  type Chip,
  type Core,
  coreKind,
  denseShare,
  dieHopWorth,
  portEnd,
  portPopulations,
  synapsesIn,
  unlikeCores,
} from "../../arch/index.js";
import { exp, log, pow } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { type Activity, spikesOf } from "./activity.js";
import { busierOf, mapBalanced, sliceCycles, type UnitCycles } from "./balanced.js";
import { emptyRoom, largestFit, type MappingTask, occupy } from "./fit.js";
import { type Placement, placement, type Slice } from "./placement.js";
import { wayCosts } from "./way-costs.js";

/** Tile of each core. */
function tilesOf(chip: Chip): Int32Array {
  return Int32Array.from(chip.cores, (core) => core.tile);
}

/** Spikes from group to group, [groups][groups]; a group is the content of one core. */
function flows(task: MappingTask, activity: Activity, groups: readonly (readonly Slice[])[]): Float64Array {
  const { topology } = task;
  const n = groups.length;
  const flow = new Float64Array(n * n);
  groups.forEach((sources, a) => {
    for (const slice of sources) {
      const spikes = spikesOf(activity, slice.population, slice.firstNeuron, slice.neurons);
      groups.forEach((targets, b) => {
        if (a === b) return;
        const share = Math.max(
          0,
          ...targets.flatMap((target) =>
            topology.projections
              .filter((p) => p.source === slice.population && p.target === target.population)
              .map((p) => {
                const sources = topology.populations[p.source].neurons;
                if (p.sparse === null) return denseShare(p, 0, sources);
                // a source reaches a slice of k of N targets with probability 1 - (1 - k/N)^fan-out
                const fanOut = synapsesIn(p.sparse) / sources;
                return 1 - pow(1 - target.neurons / topology.populations[p.target].neurons, fanOut);
              }),
          ),
        );
        flow[a * n + b] += spikes * share;
      });
    }
  });
  return flow;
}

/** Spikes from the port to each group. */
function portFlows(task: MappingTask, activity: Activity, groups: readonly (readonly Slice[])[]): Float64Array {
  const { chip, topology } = task;
  if (chip.port === null) return new Float64Array(groups.length);
  const behind = portPopulations(chip, topology).map((p): Slice => {
    return { population: p, firstNeuron: 0, neurons: topology.populations[p].neurons, core: portEnd(chip) };
  });
  return flows(task, activity, [...groups, behind]).slice(groups.length * (groups.length + 1), -1);
}

/** Sum over a placement's spikes of the cost of their paths; on one die, of the routers passed. */
export function trafficOf(task: MappingTask, activity: Activity, made: Placement): number {
  const tiles = tilesOf(task.chip);
  const { out: way } = wayCosts(task.chip);
  const { port } = task.chip;
  const groups = made.usedCores.map((core) => made.slices.filter((slice) => slice.core === core));
  const flow = flows(task, activity, groups);
  let sum = 0;
  portFlows(task, activity, groups).forEach((spikes, a) => {
    if (port !== null) sum += spikes * way(port.tile, tiles[made.usedCores[a]]);
  });
  for (let a = 0; a < groups.length; a++) {
    for (let b = 0; b < groups.length; b++) {
      sum += flow[a * groups.length + b] * way(tiles[made.usedCores[a]], tiles[made.usedCores[b]]);
    }
  }
  return sum;
}

/**
 * The groups with which each one exchanges spikes: `first[a] .. first[a + 1] - 1` are those of group `a`, ascending.
 */
interface Partners {
  readonly first: Int32Array;
  readonly group: Int32Array;
  /** Spikes to the partner, and from it. */
  readonly sent: Float64Array;
  readonly taken: Float64Array;
}

function partnersOf(flow: Float64Array, n: number): Partners {
  const first = new Int32Array(n + 1);
  const pairs: { readonly group: number; readonly sent: number; readonly taken: number }[] = [];
  for (let a = 0; a < n; a++) {
    for (let group = 0; group < n; group++) {
      const [sent, taken] = [flow[a * n + group], flow[group * n + a]];
      if (group !== a && (sent !== 0 || taken !== 0)) pairs.push({ group, sent, taken });
    }
    first[a + 1] = pairs.length;
  }
  return {
    first,
    group: Int32Array.from(pairs, ({ group }) => group),
    sent: Float64Array.from(pairs, ({ sent }) => sent),
    taken: Float64Array.from(pairs, ({ taken }) => taken),
  };
}

function groupFits(task: MappingTask, core: Core, group: readonly Slice[]): boolean {
  const room = emptyRoom(task, core);
  for (const slice of group) {
    if (largestFit(task, room, slice.population, slice.firstNeuron, slice.neurons) < slice.neurons) return false;
    occupy(task, room, slice);
  }
  return true;
}

/** Cycles of the busier unit of `core` with a group. */
function groupCycles(task: MappingTask, activity: Activity, core: Core, group: readonly Slice[]): number {
  const cycles = group.map((slice) => sliceCycles(task, activity, core, slice));
  const sum = (unit: keyof UnitCycles): number => cycles.reduce((all, one) => all + one[unit], 0);
  return busierOf({ somaCycles: sum("somaCycles"), synapseCycles: sum("synapseCycles") });
}

/**
 * By group, the kinds of cores that can hold it, without more work than the busiest unit has where the groups are now.
 */
function allowedKinds(
  task: MappingTask,
  activity: Activity,
  groups: readonly (readonly Slice[])[],
  coreOf: Int32Array,
): readonly ReadonlySet<string>[] {
  const { chip } = task;
  const kinds = unlikeCores(chip);
  if (kinds.length === 1) return groups.map(() => new Set(kinds.map(coreKind)));
  const most = Math.max(...groups.map((group, i) => groupCycles(task, activity, chip.cores[coreOf[i]], group)));
  return groups.map((group) => {
    const holds = kinds.filter((core) => groupFits(task, core, group) && groupCycles(task, activity, core, group) <= most);
    return new Set(holds.map(coreKind));
  });
}

const COOLING = 0.88;
const ROUNDS = 60;
const MOVES_PER_CORE = 8;

/** Rounds of the annealing; `dearest`: at which multiple of its usual temperature it starts. */
const roundsFrom = (dearest: number): number => ROUNDS + Math.ceil(log(dearest) / -log(COOLING));

/** Starts hotter if links to other dies are expensive, and ends as cold as without them. */
const startsHotter = (chip: Chip): number => Math.max(1, dieHopWorth(chip));

/**
 * Number of pairs of groups whose paths the annealing compares, at most: each of `groups` exchanges spikes with all
 * others. A move asks for the group's cost on both cores, and for that of the group with which it swaps.
 */
export function comparedPaths(chip: Chip, groups: number): number {
  const cores = chip.cores.length;
  return roundsFrom(startsHotter(chip)) * MOVES_PER_CORE * cores * 2 * (1 + groups / cores) * groups;
}

export function mapMinTraffic(task: MappingTask, activity: Activity): Placement {
  const start = mapBalanced(task, activity);
  const groups = start.usedCores.map((core) => start.slices.filter((slice) => slice.core === core));
  const n = groups.length;
  const flow = flows(task, activity, groups);
  const fromPort = portFlows(task, activity, groups);
  const partners = partnersOf(flow, n);
  const tiles = tilesOf(task.chip);
  const ways = wayCosts(task.chip);
  const { port } = task.chip;
  const coreOf = Int32Array.from(start.usedCores);
  const kindOf = task.chip.cores.map(coreKind);
  const allowed = allowedKinds(task, activity, groups, coreOf);
  const groupAt = new Int32Array(task.chip.cores.length).fill(-1);
  coreOf.forEach((core, group) => {
    groupAt[core] = group;
  });
  /** Cost of group `a` on `core`, with all other groups in place; group `b` is left out. */
  const cost = (a: number, core: number, b: number): number => {
    const here = tiles[core];
    let sum = port === null ? 0 : fromPort[a] * ways.out(port.tile, here);
    for (let i = partners.first[a]; i < partners.first[a + 1]; i++) {
      const group = partners.group[i];
      if (group === b) continue;
      const there = tiles[coreOf[group]];
      sum += partners.sent[i] * ways.out(here, there) + partners.taken[i] * ways.back(here, there);
    }
    return sum;
  };
  const rng = createRng(task.request.seed, "min-traffic");
  const total = [flow, fromPort].reduce((all, spikes) => spikes.reduce((sum, value) => sum + value, all), 0);
  let best = coreOf.slice();
  let now = 0;
  let least = 0;
  const dearest = startsHotter(task.chip);
  let temperature = (total / Math.max(1, n)) * dearest;
  const isAlone = n < 2 && port === null;
  const rounds = isAlone || total === 0 ? 0 : roundsFrom(dearest);
  const movesARound = MOVES_PER_CORE * task.chip.cores.length;
  for (let round = 0; round < rounds; round++, temperature *= COOLING) {
    for (let move = 0; move < movesARound; move++) {
      const a = rng.int(0, n - 1);
      const to = rng.int(0, task.chip.cores.length - 1);
      const from = coreOf[a];
      const b = groupAt[to];
      const chance = rng.float();
      if (to === from) continue;
      if (!allowed[a].has(kindOf[to]) || (b >= 0 && !allowed[b].has(kindOf[from]))) continue;
      let change = cost(a, to, b) - cost(a, from, b);
      if (b >= 0) change += cost(b, from, a) - cost(b, to, a);
      if (change > 0 && chance >= exp(-change / temperature)) continue;
      coreOf[a] = to;
      groupAt[to] = a;
      groupAt[from] = b;
      if (b >= 0) coreOf[b] = from;
      now += change;
      if (now < least) {
        least = now;
        best = coreOf.slice();
      }
    }
  }
  const slices = groups.flatMap((group, i) => group.map((slice) => ({ ...slice, core: best[i] })));
  return placement(task.topology, "min-traffic", slices);
}
