/**
 * Tree of meshes: arity^levels meshes of width x height tiles, whose gateways are connected by a tree of routers
 * without cores.
 *
 * Routers: the tiles, mesh after mesh (tile = x + width * (y + height * mesh)), then those of the tree, level after
 * level, the root last. A gateway is the router in the middle of its mesh, (floor((width - 1) / 2), floor((height - 1)
 * / 2)); its link up is the port after its cores. Ports of a router of the tree: its children 0 .. arity - 1, then its
 * parent, except for the root. Ports 0 .. 3 of a tile's router are E, W, N, S, then its cores, as in any mesh.
 *
 * Routes: in dimension order to the gateway, up to the first common ancestor, down, in dimension order to the tile. No
 * deadlock is possible, with any number of VCs and without VC classes: no packet goes up after it went down, so a cycle
 * of waiting channels would have to lead from a down link through a mesh to that mesh's up link. But a sequence of
 * dimension-order turns is a minimal route, which never returns to the gateway that it left. A multicast packet's
 * branches are the routes to its destinations. Source of up-before-down routing: M. D. Schroeder et al., "Autonet",
 * IEEE J. Selected Areas in Communications 9 (1991).
 */
import { wholePower } from "../../base/math.js";
import { GRID, GRID_KIND, GRID_PORTS, type Grid, gridDrawing, gridLinks, gridPortName, gridPortTo, gridSteps, meanInRow } from "./grid.js";
import type { Link, MeanWay, NocTopology, RouteByRouter, Shape, TreeShape, Way } from "./topology.js";

/** The tree that connects the meshes. */
export interface Tree extends TreeShape {
  readonly linkCycles: number;
  readonly linkLengthMm: number;
}

const TILE_LIMIT = 4096;

/** A shape of this topology always has a tree; other descriptions are refused. */
const treeOf = ({ tree }: Shape): TreeShape => tree as TreeShape;

const meshCount = ({ arity, levels }: TreeShape): number => wholePower(arity, levels);

const tilesOf = (shape: Shape): number => shape.width * shape.height * meshCount(treeOf(shape));

/** Number of routers of a level; level 1 is above the gateways, the last one is the root. */
const routersAt = ({ arity, levels }: TreeShape, level: number): number => wholePower(arity, levels - level);

function treeRouterCount(tree: TreeShape): number {
  let routers = 0;
  for (let level = 1; level <= tree.levels; level++) routers += routersAt(tree, level);
  return routers;
}

/** Levels up to the first common ancestor of two meshes; 0: the same mesh. */
function levelsApart({ arity }: TreeShape, from: number, to: number): number {
  let level = 0;
  let [a, b] = [from, to];
  while (a !== b) {
    a = Math.floor(a / arity);
    b = Math.floor(b / arity);
    level++;
  }
  return level;
}

/** Tile of a mesh's gateway. */
function gatewayOf({ width, height }: Grid, mesh: number): number {
  return Math.floor((width - 1) / 2) + width * (Math.floor((height - 1) / 2) + height * mesh);
}

function wayOf(shape: Shape, from: number, to: number): Way {
  const size = shape.width * shape.height;
  const inside = (a: number, b: number): number => gridSteps(shape, a % size, b % size);
  const [a, b] = [Math.floor(from / size), Math.floor(to / size)];
  if (a === b) return { grid: inside(from, to), tree: 0 };
  return { grid: inside(from, gatewayOf(shape, a)) + inside(gatewayOf(shape, b), to), tree: 2 * levelsApart(treeOf(shape), a, b) };
}

/**
 * Level of a router of the tree, and its place in the level. Its subtree holds arity^level meshes from place *
 * arity^level on.
 */
function placeOf(shape: Shape, router: number): { readonly level: number; readonly place: number } {
  const tree = treeOf(shape);
  let place = router - tilesOf(shape);
  let level = 1;
  for (; place >= routersAt(tree, level); level++) place -= routersAt(tree, level);
  return { level, place };
}

function linksOf(shape: Shape, coresPerRouter: readonly number[]): readonly Link[] {
  const tree = treeOf(shape);
  const size = shape.width * shape.height;
  const meshes = Array.from({ length: meshCount(tree) }, (_, mesh) => gridLinks(shape, "open", mesh * size));
  const joined: Link[] = [];
  let children = Array.from({ length: meshCount(tree) }, (_, at) => gatewayOf(shape, at));
  let next = tilesOf(shape);
  for (let level = 1; level <= tree.levels; level++) {
    for (const [i, from] of children.entries()) {
      const fromPort = level === 1 ? GRID_PORTS + coresPerRouter[from] : tree.arity;
      joined.push({
        from,
        fromPort,
        to: next + Math.floor(i / tree.arity),
        toPort: i % tree.arity,
        wire: "tree",
        tiles: 0,
        lengthTiles: 0,
      });
    }
    children = Array.from({ length: routersAt(tree, level) }, (_, i) => next + i);
    next += children.length;
  }
  return [...meshes.flat(), ...joined];
}

function meanWayOf(shape: Shape, tiles: number, others: number): MeanWay {
  const tree = treeOf(shape);
  const meshes = Math.min(meshCount(tree), Math.ceil(tiles / (shape.width * shape.height)));
  const width = Math.min(shape.width, tiles);
  const height = Math.min(shape.height, Math.ceil(tiles / shape.width));
  let toGateway = 0;
  for (let tile = 0; tile < width * height; tile++) {
    const [x, y] = [tile % width, Math.floor(tile / width)];
    const gateway = gatewayOf(shape, 0);
    toGateway += (Math.abs(x - (gateway % shape.width)) + Math.abs(y - Math.floor(gateway / shape.width))) / (width * height);
  }
  let links = 0;
  let treeShare = 0;
  const here = 1 / meshes;
  for (let level = 0; level < tree.levels; level++) {
    // blocks of arity^level meshes: two meshes are in different ones with probability `apart`
    const block = wholePower(tree.arity, level);
    const [whole, rest] = [Math.floor(meshes / block), meshes % block];
    const apart = 1 - (whole * block * block + rest * rest) / (meshes * meshes);
    links += 2 * apart * others;
    const share = Math.min(block, meshes) / meshes;
    treeShare = Math.max(treeShare, share * (1 - share) * others);
  }
  const grid = (here * (meanInRow(width) + meanInRow(height)) + (1 - here) * 2 * toGateway) * others;
  return { grid, tree: links, tiles: grid, treeShare };
}

function routesOf(shape: Shape, coresPerRouter: readonly number[], routing: "xy" | "yx"): RouteByRouter {
  const tree = treeOf(shape);
  const { width } = shape;
  const size = shape.width * shape.height;
  const tiles = tilesOf(shape);
  const places = coresPerRouter.slice(tiles).map((_, i) => placeOf(shape, tiles + i));
  const inMesh = (router: number, to: number): number => {
    const [x, goalX] = [router % width, to % width];
    const [y, goalY] = [Math.floor(router / width), Math.floor(to / width)];
    const horizontal = routing === "yx" ? y === goalY : x !== goalX;
    return horizontal ? (goalX > x ? 0 : 1) : goalY > y ? 2 : 3;
  };
  return (router, to) => {
    const goal = Math.floor(to / size);
    if (router < tiles) {
      const here = Math.floor(router / size);
      if (here === goal) return inMesh(router, to);
      const gateway = gatewayOf(shape, here);
      return router === gateway ? GRID_PORTS + coresPerRouter[router] : inMesh(router, gateway);
    }
    const { level, place } = places[router - tiles] as { level: number; place: number };
    const below = Math.floor(goal / wholePower(tree.arity, level - 1));
    return Math.floor(below / tree.arity) === place ? below % tree.arity : tree.arity;
  };
}

export const meshTree: NocTopology = {
  ...GRID,
  text: "several meshes, whose middle routers are connected by a tree of routers",
  wraps: false,
  allowsOddEven: false,
  hasTree: true,
  refusal: (shape) => {
    const { arity, levels } = treeOf(shape);
    if (tilesOf(shape) <= TILE_LIMIT) return null;
    const message = `${arity}^${levels} meshes of ${shape.width} x ${shape.height} tiles are more than ${TILE_LIMIT} tiles`;
    return { key: "tree", message, fix: "set a smaller arity or levels, or smaller meshes" };
  },
  words: ({ width, height, tree }) =>
    tree === null
      ? ""
      : `mesh-tree of ${meshCount(tree)} meshes of ${width} x ${height}, arity ${tree.arity}, links of the tree ${tree.linkCycles} cycles`,
  tiles: tilesOf,
  coresPerRouter: (shape, coresPerTile) => [...coresPerTile, ...new Array<number>(treeRouterCount(treeOf(shape))).fill(0)],
  links: linksOf,
  way: wayOf,
  meanWay: meanWayOf,
  routes: routesOf,
  portName: (shape, router, port, cores) => {
    if (router >= tilesOf(shape)) return port === treeOf(shape).arity ? "up" : `down ${port}`;
    return port === GRID_PORTS + cores ? "up" : gridPortName(port);
  },
  drawing: {
    ...gridDrawing(["meshes are one above the other; the tree that connects them is not drawn"]),
    portTo: (shape, from, to) => {
      const size = shape.width * shape.height;
      return Math.floor(from / size) === Math.floor(to / size) ? gridPortTo(shape, from, to) : null;
    },
    kinds: [GRID_KIND, { about: "of the tree", ports: ["up", "down"] }],
  },
};
