/** Mesh: rows and columns of routers, each with links to its neighbours. */
import { GRID, gridDrawing, gridLinks, gridSteps, gridWay, meanInRow, onGrid, otherDirection, rowFor, straight } from "./grid.js";
import type { NocTopology } from "./topology.js";

export const mesh: NocTopology = {
  ...GRID,
  text: "rows and columns of routers",
  wraps: false,
  allowsOddEven: true,
  refusal: () => null,
  words: ({ width, height }) => `${width} x ${height} mesh`,
  links: (shape) => gridLinks(shape, "open"),
  twin: (shape) => rowFor(shape, otherDirection),
  way: (shape, from, to) => onGrid(gridSteps(shape, from, to)),
  meanWay: ({ width }, tiles, others) => gridWay((meanInRow(Math.min(width, tiles)) + meanInRow(Math.ceil(tiles / width))) * others),
  along: straight,
  drawing: gridDrawing([]),
};
