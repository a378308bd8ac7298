/**
 * Torus: a mesh whose rows and columns are closed by wrap-around links. It is laid out folded, as is standard: rows and
 * columns of more than two tiles have wires of two tiles, instead of one wire that runs back over all of them. Cycles
 * stay `noc.link_cycles` per link.
 * Source: W. J. Dally, B. Towles, Principles and Practices of Interconnection Networks, 2004, chapters 5 and 7; BookSim
 * has two cycles on every link of a torus for it.
 * Not modelled: the two links at the ends of a folded row, which are one tile long.
 */
import { GRID, gridDrawing, gridLinks, gridWay, meanInRow, onGrid } from "./grid.js";
import type { NocTopology } from "./topology.js";

/** Number of links on the shorter way around a ring of `size`. */
export function aroundRing(from: number, to: number, size: number): number {
  const apart = Math.abs(from - to);
  return Math.min(apart, size - apart);
}

/**
 * Mean distance of two random places (they may be the same) among `used` consecutive ones of a ring of `size`: that in
 * a row, less what the way around saves those that are more than half the ring apart.
 */
export function meanInRing(size: number, used: number): number {
  const far = Math.max(0, used - 1 - Math.floor(size / 2));
  return meanInRow(used) - (far * (far + 1) * (2 * (far + 2) - 3 * (size % 2))) / (3 * used * used);
}

/** Places after `from` on the shorter way around a ring of `size`; of two equal ways, the ascending one. */
export function alongRing(from: number, to: number, size: number): readonly number[] {
  const up = (to - from + size) % size;
  const steps = Math.min(up, size - up);
  const step = up <= size - up ? 1 : size - 1;
  return Array.from({ length: steps }, (_, i) => (from + (i + 1) * step) % size);
}

export const torus: NocTopology = {
  ...GRID,
  text: "a mesh with wrap-around links, folded: wires of rows and columns of more than two tiles are two tiles long",
  wraps: true,
  allowsOddEven: false,
  refusal: () => null,
  words: ({ width, height }) => `${width} x ${height} torus`,
  links: (shape) => gridLinks(shape, "folded"),
  way: ({ width, height }, from, to) =>
    onGrid(aroundRing(from % width, to % width, width) + aroundRing(Math.floor(from / width), Math.floor(to / width), height)),
  meanWay: ({ width, height }, tiles, others) =>
    gridWay((meanInRing(width, Math.min(width, tiles)) + meanInRing(height, Math.ceil(tiles / width))) * others),
  along: alongRing,
  drawing: gridDrawing(["wrap-around links are not drawn"]),
};
