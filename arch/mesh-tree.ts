/**
 * Geometry of a tree of meshes: arity^levels meshes, each of width x height tiles, joined at their gateways by a tree of routers without cores.
 *
 * Routers: the tiles, mesh after mesh (tile = x + width * (y + height * mesh)), then those of the tree, level after level, the root last. A gateway is the
 * router in the middle of its mesh, (floor((width - 1) / 2), floor((height - 1) / 2)); its link up is the port behind its cores. Ports of a tree's router: its
 * children 0 .. arity - 1, then its parent, which the root lacks. Ports 0 .. 3 of a tile's router are E, W, N, S, then its cores, as in any mesh.
 */

/** What joins the meshes. */
export interface Tree {
  /** Children of each router of the tree. */
  readonly arity: number;
  /** Levels of routers above the gateways. */
  readonly levels: number;
  readonly linkCycles: number;
  readonly linkLengthMm: number;
}

/** One mesh of the tree's, in tiles. */
export interface MeshSize {
  readonly width: number;
  readonly height: number;
}

type Shape = Pick<Tree, "arity" | "levels">;

export const meshCount = ({ arity, levels }: Shape): number => arity ** levels;

export function treeRouterCount(tree: Shape): number {
  let routers = 0;
  for (let level = 1; level <= tree.levels; level++) routers += routersAt(tree, level);
  return routers;
}

/** Routers of a level; level 1 lies above the gateways, the last one holds the root. */
function routersAt({ arity, levels }: Shape, level: number): number {
  return arity ** (levels - level);
}

/** Levels up to the first common ancestor of two meshes; 0: the same mesh. */
export function levelsApart({ arity }: Shape, from: number, to: number): number {
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
export function gatewayOf({ width, height }: MeshSize, mesh: number): number {
  return Math.floor((width - 1) / 2) + width * (Math.floor((height - 1) / 2) + height * mesh);
}

/** Links between two tiles: those inside meshes and those of the tree. */
export function linksBetween(mesh: MeshSize, tree: Shape, from: number, to: number): { readonly grid: number; readonly tree: number } {
  const tiles = mesh.width * mesh.height;
  const inside = (a: number, b: number): number =>
    Math.abs((a % mesh.width) - (b % mesh.width)) + Math.abs(Math.floor(a / mesh.width) - Math.floor(b / mesh.width));
  const [a, b] = [Math.floor(from / tiles), Math.floor(to / tiles)];
  if (a === b) return { grid: inside(from, to), tree: 0 };
  return { grid: inside(from, gatewayOf(mesh, a)) + inside(gatewayOf(mesh, b), to), tree: 2 * levelsApart(tree, a, b) };
}

/** A router of the tree: its level, and its place in it. Its subtree holds the meshes place * arity^level and on, arity^level of them. */
export function treePlace(mesh: MeshSize, tree: Shape, router: number): { readonly level: number; readonly place: number } {
  let place = router - mesh.width * mesh.height * meshCount(tree);
  let level = 1;
  for (; place >= routersAt(tree, level); level++) place -= routersAt(tree, level);
  return { level, place };
}

/** One undirected link of the tree: a gateway or a router, its parent, and the ports by which they see each other. */
export interface TreeLink {
  readonly child: number;
  readonly childPort: number;
  readonly parent: number;
  readonly parentPort: number;
}

/** All links of the tree. `coresPerRouter`: [routers], those of the tree included. */
export function treeLinks(mesh: MeshSize, tree: Shape, coresPerRouter: readonly number[]): readonly TreeLink[] {
  const links: TreeLink[] = [];
  let children = Array.from({ length: meshCount(tree) }, (_, at) => gatewayOf(mesh, at));
  let next = mesh.width * mesh.height * meshCount(tree);
  for (let level = 1; level <= tree.levels; level++) {
    for (const [i, child] of children.entries()) {
      const childPort = level === 1 ? GRID_PORTS + (coresPerRouter[child] as number) : tree.arity;
      links.push({ child, childPort, parent: next + Math.floor(i / tree.arity), parentPort: i % tree.arity });
    }
    children = Array.from({ length: routersAt(tree, level) }, (_, i) => next + i);
    next += children.length;
  }
  return links;
}

/** Ports E, W, N, S of a tile's router. */
export const GRID_PORTS = 4;
