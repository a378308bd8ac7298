/**
 * Routes of a tree of meshes (arch/mesh-tree.ts): in dimension order to the gateway, up to the first common ancestor, down, in dimension order to the tile.
 *
 * Deadlock cannot be, with any number of VCs and without classes: no packet goes up after it went down, so a circle of waiting channels must come back
 * from a down link through some mesh to that mesh's up link. But turns of dimension order put one after the other are a minimal way, which
 * never comes back to the gateway that it left. A multicast packet's branches are the ways of its destinations.
 * Source of up before down: M. D. Schroeder et al., "Autonet", IEEE J. Selected Areas in Communications 9 (1991).
 */
import { gatewayOf, type MeshSize, meshCount, type Tree, treePlace } from "../../../arch/index.js";
import type { NocSpec } from "./noc.js";

/** Output port at `router` towards `core`. */
export type TreeRoute = (router: number, core: number) => number;

/** `coreRouter`, `corePort`: [cores]. `firstLocalPort`: behind E, W, N, S. */
export function createTreeRoute(
  spec: NocSpec,
  tree: Pick<Tree, "arity" | "levels">,
  {
    coreRouter,
    corePort,
    firstLocalPort,
  }: { readonly coreRouter: Int32Array; readonly corePort: Int32Array; readonly firstLocalPort: number },
): TreeRoute {
  const mesh: MeshSize = spec;
  const { width } = mesh;
  const tilesOfMesh = mesh.width * mesh.height;
  const tiles = tilesOfMesh * meshCount(tree);
  const places = spec.coresPerRouter.slice(tiles).map((_, i) => treePlace(mesh, tree, tiles + i));
  const inMesh = (router: number, to: number): number => {
    const [x, goalX] = [router % width, to % width];
    const [y, goalY] = [Math.floor(router / width), Math.floor(to / width)];
    const horizontal = spec.routing === "yx" ? y === goalY : x !== goalX;
    return horizontal ? (goalX > x ? 0 : 1) : goalY > y ? 2 : 3;
  };
  return (router, core) => {
    const to = coreRouter[core];
    if (to === router) return corePort[core];
    const goal = Math.floor(to / tilesOfMesh);
    if (router < tiles) {
      const here = Math.floor(router / tilesOfMesh);
      if (here === goal) return inMesh(router, to);
      const gateway = gatewayOf(mesh, here);
      return router === gateway ? firstLocalPort + spec.coresPerRouter[router] : inMesh(router, gateway);
    }
    const { level, place } = places[router - tiles];
    const below = Math.floor(goal / tree.arity ** (level - 1));
    return Math.floor(below / tree.arity) === place ? below % tree.arity : tree.arity;
  };
}
