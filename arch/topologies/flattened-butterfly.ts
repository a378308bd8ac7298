/**
 * Flattened butterfly: each router has links to all other routers of its row and column, so a packet takes one hop per
 * dimension.
 *
 * Ports of a router: one per other column, in the order of the columns, then one per other row, then its cores. A link
 * over d tiles is d times as long as one between neighbours: d times `noc.link_cycles` and `noc.link_length_mm`.
 * Latency without load is 3 + (H + 1) R + D c + L - 1 cycles for H = 0 .. 2 hops over D tiles, R router stages, c link
 * cycles per tile and L flits. Routes are in dimension order; a packet that has left a dimension never enters it again,
 * so no deadlock is possible with any number of VCs.
 * Source: J. Kim, W. J. Dally, D. Abts, "Flattened Butterfly", ISCA 2007, section 2; on chip with longer wires: J. Kim,
 * J. Balfour, W. J. Dally, MICRO 2007.
 * Not modelled: non-minimal and bypass routes of those papers.
 */
import { GRID, gridSteps, meanInRow, rowFor } from "./grid.js";
import type { Link, NocTopology, Shape } from "./topology.js";

/** Most routers per row and per column: more would need more ports than the cost tables of routers cover. */
const SIDE_LIMIT = 16;

/** The `i`-th place other than `own`. */
const other = (own: number, i: number): number => (i < own ? i : i + 1);
/** The inverse of `other`: the index of `place` among the other places. */
const indexOf = (own: number, place: number): number => (place < own ? place : place - 1);

function linksOf({ width, height }: Shape): readonly Link[] {
  const links: Link[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = x + width * y;
      for (let to = x + 1; to < width; to++)
        links.push({
          from,
          fromPort: indexOf(x, to),
          to: to + width * y,
          toPort: indexOf(to, x),
          wire: "tile",
          tiles: to - x,
          lengthTiles: to - x,
        });
      const rows = width - 1;
      for (let to = y + 1; to < height; to++)
        links.push({
          from,
          fromPort: rows + indexOf(y, to),
          to: x + width * to,
          toPort: rows + indexOf(to, y),
          wire: "tile",
          tiles: to - y,
          lengthTiles: to - y,
        });
    }
  }
  return links;
}

const firstLocalPort = ({ width, height }: Shape): number => width - 1 + (height - 1);

function portName({ width, height }: Shape, router: number, port: number): string {
  if (port < width - 1) return `column ${other(router % width, port)}`;
  if (port < width - 1 + (height - 1)) return `row ${other(Math.floor(router / width), port - (width - 1))}`;
  return `core ${port - (width - 1 + (height - 1))}`;
}

export const flattenedButterfly: NocTopology = {
  ...GRID,
  text: "links from each router to all others of its row and column, one hop per dimension",
  wraps: false,
  allowsOddEven: false,
  refusal: ({ width, height }) =>
    Math.max(width, height) <= SIDE_LIMIT
      ? null
      : {
          key: width > SIDE_LIMIT ? "width" : "height",
          message: `a flattened butterfly has at most ${SIDE_LIMIT} routers per row and column, got ${width} x ${height}`,
          fix: `set it to ${SIDE_LIMIT} or less, or noc.topology: mesh`,
        },
  words: ({ width, height }) => `${width} x ${height} flattened butterfly`,
  firstLocalPort,
  links: linksOf,
  twin: (shape) => rowFor(shape),
  way: ({ width }, from, to) => ({
    grid: (from % width === to % width ? 0 : 1) + (Math.floor(from / width) === Math.floor(to / width) ? 0 : 1),
    tree: 0,
  }),
  // Two random places of a row of n differ with probability 1 - 1 / n.
  meanWay: ({ width }, tiles, others) => {
    const [columns, rows] = [Math.min(width, tiles), Math.ceil(tiles / width)];
    const grid = (1 - 1 / columns + (1 - 1 / rows)) * others;
    return { grid, tree: 0, tiles: (meanInRow(columns) + meanInRow(rows)) * others, treeShare: 0 };
  },
  routes:
    ({ width }, _, routing) =>
    (router, to) => {
      const [x, goalX] = [router % width, to % width];
      const [y, goalY] = [Math.floor(router / width), Math.floor(to / width)];
      const horizontal = routing === "yx" ? y === goalY : x !== goalX;
      return horizontal ? indexOf(x, goalX) : width - 1 + indexOf(y, goalY);
    },
  along: (from, to) => (from === to ? [] : [to]),
  portName,
  drawing: {
    portTo: (shape, from, to) => {
      const { width } = shape;
      if (gridSteps(shape, from, to) !== 1) return null;
      return from % width === to % width ? `row ${Math.floor(to / width)}` : `column ${to % width}`;
    },
    notes: ["links to tiles farther away are not drawn"],
    kinds: [{ about: "", ports: ["column", "row"] }],
  },
};
