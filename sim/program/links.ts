/**
 * On a chip whose waves wait for their sources: each core's neighbours, and the packets with which it reports its
 * finished waves to them.
 *
 * A neighbour gets spikes from the core, or sends spikes to it, in some step. A step packet has a header, like a spike,
 * and the number of spikes that it announces: at most one per neuron of the core.
 */
import { type Chip, portEnd } from "../../arch/index.js";
import { log2 } from "../../base/math.js";
import type { SomaSlice } from "./blocks.js";
import type { Routes } from "./routes.js";

interface Neighbour {
  /** Core id, or the port's. */
  readonly id: number;
  /** Sends spikes to the core. */
  readonly sends: boolean;
  /** Gets spikes of the core. */
  readonly gets: boolean;
}

export interface Links {
  /** Ids ascending. */
  readonly neighbours: readonly Neighbour[];
  /** Flits of a step packet. */
  readonly flits: number;
}

/** Cores that get spikes of these slices in some step. */
function targetsOf(slices: readonly SomaSlice[], { populationStart, routeOf, entryStart, entryCore }: Routes): Set<number> {
  const routes = new Set<number>();
  for (const { slice } of slices) {
    const first = populationStart[slice.population] + slice.firstNeuron;
    for (const ways of routeOf) for (const route of ways.subarray(first, first + slice.neurons)) routes.add(route);
  }
  const cores = new Set<number>();
  for (const route of routes) for (let entry = entryStart[route]; entry < entryStart[route + 1]; entry++) cores.add(entryCore[entry]);
  return cores;
}

/** By core id, then the port's; empty if waves do not wait for their sources. */
export function linksOf(chip: Chip, somaSlices: readonly (readonly SomaSlice[])[], routes: Routes): readonly Links[] {
  if (chip.sourcePace === null) return [];
  const { headerBits, flitWidthBits } = chip.noc;
  const ends = chip.port === null ? chip.cores.length : portEnd(chip) + 1;
  const targets = somaSlices.map((slices) => targetsOf(slices, routes));
  const sources = Array.from({ length: ends }, () => new Set<number>());
  targets.forEach((to, from) => void to.forEach((id) => void sources[id].add(from)));
  return somaSlices.map((slices, id) => {
    const ids = [...new Set([...targets[id], ...sources[id]])].filter((other) => other !== id).sort((a, b) => a - b);
    const neurons = slices.reduce((sum, { slice }) => sum + slice.neurons, 0);
    return {
      neighbours: ids.map((other) => ({ id: other, sends: sources[id].has(other), gets: targets[id].has(other) })),
      flits: Math.ceil((headerBits + countBits(neurons)) / flitWidthBits),
    };
  });
}

/** Bits of a number of spikes, at most `spikes`. */
export const countBits = (spikes: number): number => Math.ceil(log2(spikes + 1));
