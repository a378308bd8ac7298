/**
 * Costs of the paths between the routers of two tiles: 1 for the first router, 1 per link, and what links to other dies
 * cost more (`arch/hop.ts`).
 *
 * A search asks for many millions of paths, so each is computed once and kept as a number of 16 bits, which names one
 * of the few different costs; rows lie by the tile that is asked about, so that a row is in the processor's cache. A
 * placement of 294 neurons on 4,096 cores takes 3.7 s; with each path computed anew, it took 54 s.
 */
import { type Chip, dieHopWorth, dieLinksOnWay, nocTopology } from "../../arch/index.js";

/** Most pairs of tiles that are kept: all of 64 x 64 tiles, 32 MiB. */
const MOST_KEPT = 1 << 24;
const MOST_COSTS = 1 << 16;

/** Costs from a tile to others, and back. */
interface WayCosts {
  readonly out: (here: number, there: number) => number;
  readonly back: (here: number, there: number) => number;
}

/** Costs that are computed each time. */
function computed(chip: Chip): WayCosts {
  const { noc } = chip;
  const more = dieHopWorth(chip) - 1;
  const topology = nocTopology(noc);
  const out = (here: number, there: number): number => {
    const { grid, tree } = topology.way(noc, here, there);
    return 1 + grid + tree + (noc.dies === null ? 0 : more * dieLinksOnWay(topology, noc, noc.dies, here, there));
  };
  return { out, back: (here, there) => out(there, here) };
}

/** Costs between all of a chip's tiles. */
export function wayCosts(chip: Chip): WayCosts {
  const ways = computed(chip);
  const tiles = nocTopology(chip.noc).tiles(chip.noc);
  if (tiles * tiles > MOST_KEPT) return ways;
  const numbers = new Map<number, number>();
  const out = new Uint16Array(tiles * tiles);
  for (let here = 0; here < tiles; here++) {
    for (let there = 0; there < tiles; there++) {
      const cost = ways.out(here, there);
      const number = numbers.get(cost) ?? numbers.size;
      numbers.set(cost, number);
      out[here * tiles + there] = number;
    }
  }
  if (numbers.size > MOST_COSTS) return ways;
  const costs = Float64Array.from(numbers.keys());
  const back = transposed(out, tiles);
  return { out: (here, there) => costs[out[here * tiles + there]], back: (here, there) => costs[back[here * tiles + there]] };
}

/** The square `of` itself if it is symmetric. */
function transposed(of: Uint16Array, side: number): Uint16Array {
  const made = new Uint16Array(of.length);
  let isSame = true;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      made[row * side + column] = of[column * side + row];
      isSame &&= of[column * side + row] === of[row * side + column];
    }
  }
  return isSame ? of : made;
}
