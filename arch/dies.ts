/**
 * A network over several dies: which links leave a die, their throughput, and how many of them a route has. Tiles are
 * divided evenly: die (x, y) has the tiles of columns x C .. (x + 1) C - 1 and rows y R .. (y + 1) R - 1 of the
 * network's grid. Pure.
 *
 * A link between dies is busy for `flitCycles` cycles per flit, and each bit arrives `latencyCycles` later; credits
 * return in `latencyCycles` on separate wires. Not modelled: packets of the link's own (framing, check sums), a clock
 * of its own, bandwidth of credits.
 */

import type { Dies, Noc } from "./chip.js";
import { bitsPerCycleOf, latencyCyclesOf } from "./link-units.js";
import type { RootDocument } from "./schema.js";
import type { Link, NocTopology, Shape } from "./topologies/topology.js";

/** null: the whole network is on one die. */
export function diesOf({ noc, chip }: RootDocument): Dies | null {
  if (noc.dies === undefined) return null;
  const { columns, rows, bandwidth_gbit_s, latency_ns } = noc.dies;
  return {
    columns,
    rows,
    bitsPerCycle: bitsPerCycleOf(bandwidth_gbit_s, chip.clock_mhz),
    latencyCycles: dieLatencyCyclesOf(latency_ns, chip.clock_mhz),
  };
}

/** Cycles between dies: no link takes less than one. */
const dieLatencyCyclesOf = (latencyNs: number, clockMhz: number): number => Math.max(1, latencyCyclesOf(latencyNs, clockMhz));

/** Cycles for which a flit occupies a link between dies. */
export const dieFlitCycles = ({ bitsPerCycle }: Dies, { flitWidthBits }: Pick<Noc, "flitWidthBits">): number =>
  Math.max(1, Math.ceil(flitWidthBits / bitsPerCycle));

/** Number of dies in x and y. */
export type DieGrid = Pick<Dies, "columns" | "rows">;

/** Die of a place in a row of `places`, which are divided evenly. */
const dieOf = (place: number, places: number, dies: number): number => Math.floor((place * dies) / places);

/** Links between routers, with die links where a link leaves a die. `links`: those of the same network on one die. */
export function overDies(links: readonly Link[], topology: NocTopology, shape: Shape, dies: DieGrid | null): readonly Link[] {
  if (dies === null) return links;
  const [columns, rows] = topology.grid(shape);
  const die = (router: number): number =>
    dieOf(router % columns, columns, dies.columns) + dies.columns * dieOf(Math.floor(router / columns), rows, dies.rows);
  return links.map((link) => (die(link.from) === die(link.to) ? link : { ...link, wire: "die" }));
}

/** Links between dies on a mean route. */
export interface DieWay {
  /** Number of links between dies on the route. */
  readonly links: number;
  /** Share of all packets that pass the busiest of these links. */
  readonly busiestShare: number;
}
export const ON_ONE_DIE: DieWay = { links: 0, busiestShare: 0 };

/** Number of links between dies on the route between two tiles. */
export function dieLinksOnWay(topology: NocTopology, shape: Shape, dies: DieGrid | null, from: number, to: number): number {
  const { along } = topology;
  if (dies === null || along === null) return 0;
  const [columns, rows] = topology.grid(shape);
  const crossed = (start: number, end: number, places: number, parts: number): number =>
    stepsOf([start, ...along(start, end, places)]).filter(([a, b]) => dieOf(a, places, parts) !== dieOf(b, places, parts)).length;
  const across = crossed(from % columns, to % columns, columns, dies.columns);
  return across + crossed(Math.floor(from / columns), Math.floor(to / columns), rows, dies.rows);
}

const stepsOf = (places: readonly number[]): readonly (readonly [number, number])[] =>
  places.slice(1).map((place, i) => [places[i], place] as const);

/**
 * Mean route of packets between any two of the first `tiles` tiles; `others`: cores / (cores - 1), as no packet goes to
 * its own core.
 */
export function meanDieWay(topology: NocTopology, shape: Shape, dies: DieGrid | null, tiles: number, others: number): DieWay {
  if (dies === null) return ON_ONE_DIE;
  const [columns, rows] = topology.grid(shape);
  const [wide, high] = [Math.min(columns, tiles), Math.ceil(tiles / columns)];
  const across = meanInDimension(topology, wide, columns, dies.columns);
  const up = meanInDimension(topology, high, rows, dies.rows);
  return {
    links: (across.links + up.links) * others,
    // each row has one link between two columns, and each column one between two rows
    busiestShare: Math.max(across.busiestShare / high, up.busiestShare / wide) * others,
  };
}

/** Mean route over all pairs of the first `used` of `places` in a row. */
function meanInDimension({ along }: NocTopology, used: number, places: number, parts: number): DieWay {
  if (along === null || parts === 1) return ON_ONE_DIE;
  const packets = new Map<number, number>();
  for (let from = 0; from < used; from++) {
    for (let to = 0; to < used; to++) {
      for (const [a, b] of stepsOf([from, ...along(from, to, places)])) {
        if (dieOf(a, places, parts) !== dieOf(b, places, parts)) packets.set(a * places + b, (packets.get(a * places + b) ?? 0) + 1);
      }
    }
  }
  const pairs = used * used;
  let [sum, most] = [0, 0];
  for (const count of packets.values()) {
    sum += count;
    most = Math.max(most, count);
  }
  return { links: sum / pairs, busiestShare: most / pairs };
}
