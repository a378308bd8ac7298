/** Crossbar: one switch with a port for every core of the chip. */
import { GRID, gridPortName, gridWay, oneRowFor, onGrid } from "./grid.js";
import { MOST_ENDS, type NocTopology } from "./topology.js";

export const crossbar: NocTopology = {
  ...GRID,
  text: "one switch with a port for each core",
  wraps: false,
  allowsOddEven: false,
  coreLinks: true,
  refusal: (_, cores) =>
    cores <= MOST_ENDS
      ? null
      : {
          key: "topology",
          message: `a crossbar has at most ${MOST_ENDS} ports, but the chip has ${cores} cores`,
          fix: "set noc.topology: mesh",
        },
  words: ({ width, height }) => `${width} x ${height} crossbar`,
  grid: () => [1, 1],
  coresPerRouter: (_, coresPerTile) => [coresPerTile.reduce((sum, cores) => sum + cores, 0)],
  links: () => [],
  twin: oneRowFor,
  way: () => onGrid(0),
  meanWay: () => gridWay(0),
  portName: (_shape, _router, port) => gridPortName(port),
  drawing: { portTo: () => null, notes: null, kinds: [] },
};
