/**
 * Synthetic traffic: who sends to whom, and when.
 *
 * Nodes are cores. On the grid a core has the position (x, y) of its router; a pattern keeps its place among the
 * router's cores. A ring is a grid of one row, a crossbar one row of its cores, a tree of meshes the grid of its meshes
 * one above the other; transpose folds such a row into a square. uniform: any core, the source included. transpose: (y,
 * x). bitcomp: cores - 1 - source. neighbor: ((x + 1) mod width, (y + 1) mod height). tornado: (x + ceil(width / 2) -
 * 1) mod width, y likewise. bitrev: the source's bits in reverse order. shuffle: its bits rotated
 * left by one place. hotspot: one core of the middle router has weight sqrt(cores) + 1, the others 1. Throws
 * `InputError` for transpose on a grid that is not square, for grid patterns on routers of different numbers of cores,
 * and for patterns of bits if the number of cores is not a power of two.
 * Source: W. J. Dally, B. Towles, Principles and Practices of Interconnection Networks (2004), 3.2.
 */

import { nocTopology } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { log } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";
import type { NocSpec } from "./noc.js";
import type { TrafficPattern } from "./traffic-patterns.js";

/** Draws the destination core of a packet of `source`. */
type DestinationOf = (source: number) => number;

export function createDestinations(pattern: TrafficPattern, spec: NocSpec, rng: Rng): DestinationOf {
  const cores = spec.coresPerRouter.reduce((sum, n) => sum + n, 0);
  const topology = nocTopology(spec);
  // one switch: its cores are in a line
  const single = topology.coreLinks;
  const [width, height] = single ? [cores, 1] : [spec.width, topology.tiles(spec) / spec.width];
  const coresPerRouter = single ? new Array<number>(cores).fill(1) : spec.coresPerRouter.slice(0, width * height);
  const local = coresPerRouter[0];
  const onGrid = (move: (x: number, y: number) => readonly [number, number]): DestinationOf => {
    if (coresPerRouter.some((n) => n !== local)) {
      throw inputError("--traffic", `${pattern} needs the same number of cores at every router`, "use uniform, hotspot or bitcomp");
    }
    const table = Int32Array.from({ length: cores }, (_, core) => {
      const router = Math.floor(core / local);
      const [x, y] = move(router % width, Math.floor(router / width));
      return (y * width + x) * local + (core % local);
    });
    return (source) => table[source];
  };
  const onBits = (move: (source: number, bits: number) => number): DestinationOf => {
    const bits = 31 - Math.clz32(cores);
    if (1 << bits !== cores) {
      throw inputError("--traffic", `${pattern} needs a power of two of nodes, got ${cores}`, "use uniform, hotspot or bitcomp");
    }
    return (source) => move(source, bits);
  };
  const tornado = (at: number, size: number): number => (at + Math.ceil(size / 2) - 1) % size;
  switch (pattern) {
    case "uniform":
      return () => rng.int(0, cores - 1);
    case "bitcomp":
      return (source) => cores - 1 - source;
    case "neighbor":
      return onGrid((x, y) => [(x + 1) % width, (y + 1) % height]);
    case "tornado":
      return onGrid((x, y) => [tornado(x, width), tornado(y, height)]);
    case "bitrev":
      return onBits((source, bits) => {
        let reversed = 0;
        for (let bit = 0; bit < bits; bit++) reversed = (reversed << 1) | ((source >> bit) & 1);
        return reversed;
      });
    case "shuffle":
      return onBits((source, bits) => ((source << 1) | (source >> (bits - 1))) & (cores - 1));
    case "transpose": {
      const line = height === 1;
      const side = line ? Math.round(Math.sqrt(width)) : height;
      if (side * side !== width * height) {
        const got = line ? `${width} nodes` : `${width} x ${height}`;
        throw inputError("--traffic", `transpose needs a square grid, got ${got}`, "use uniform or bitcomp");
      }
      return onGrid((x, y) => (line ? [(x % side) * side + Math.floor(x / side), 0] : [y, x]));
    }
    case "hotspot": {
      const middle = Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2);
      const hot = coresPerRouter.slice(0, middle).reduce((sum, n) => sum + n, 0);
      const weight = Math.round(Math.sqrt(cores)) + 1;
      return () => {
        const draw = rng.int(0, cores + weight - 2);
        return draw < cores ? draw : hot;
      };
    }
  }
}

/**
 * Bernoulli arrivals: each node starts a packet in each cycle with `probability`. Yields (cycle, node) in order, from
 * geometric gaps, with one draw per packet.
 */
export function createArrivals(
  probability: number,
  nodes: number,
  rng: Rng,
): { readonly atCycle: number; readonly node: number; next(): void } {
  const scale = probability < 1 ? 1 / log(1 - probability) : 0;
  let place = -1;
  const arrivals = {
    atCycle: 0,
    node: 0,
    next(): void {
      place += 1 + (probability < 1 ? Math.floor(log(1 - rng.float()) * scale) : 0);
      arrivals.atCycle = Math.floor(place / nodes);
      arrivals.node = place - arrivals.atCycle * nodes;
    },
  };
  arrivals.next();
  return arrivals;
}

/** Random streams of arrival times and of destinations in a run; neither depends on the other's draws. */
export function trafficStreams(seed: number, replication: number): { readonly times: Rng; readonly destinations: Rng } {
  const name = (of: string): string => (replication === 0 ? `noc ${of}` : `noc ${of} ${replication}`);
  return { times: createRng(seed, name("arrivals")), destinations: createRng(seed, name("destinations")) };
}
