/**
 * Ring: a closed line over all tiles in the order of their numbers. Over several rows it is laid out as a loop of tiles
 * beside each other; one row is folded, as of a torus. Not modelled: the one link of two tiles in a loop over an odd
 * number of tiles.
 */
import { GRID, gridDrawing, gridLinks, gridPortTo, gridWay, oneRowFor, onGrid } from "./grid.js";
import type { NocTopology } from "./topology.js";
import { alongRing, aroundRing, meanInRing } from "./torus.js";

const tiles = GRID.tiles;

export const ring: NocTopology = {
  ...GRID,
  text: "a closed line over all tiles; one row of more than two is folded as in a torus",
  wraps: true,
  allowsOddEven: false,
  refusal: () => null,
  words: ({ width, height }) => `${width} x ${height} ring`,
  grid: (shape) => [tiles(shape), 1],
  links: (shape) => gridLinks({ width: tiles(shape), height: 1 }, shape.width > 1 && shape.height > 1 ? "loop" : "folded"),
  twin: oneRowFor,
  way: (shape, from, to) => onGrid(aroundRing(from, to, tiles(shape))),
  meanWay: (shape, used, others) => gridWay(meanInRing(tiles(shape), used) * others),
  along: alongRing,
  drawing: {
    ...gridDrawing(["from the end of a row the ring continues with the next"]),
    portTo: (shape, from, to) => (Math.abs(to - from) === 1 ? gridPortTo({ width: tiles(shape), height: 1 }, from, to) : null),
  },
};
