/** What the topology of a chip's network says about its routers and links. */
import type { Chip } from "./chip.js";

/** Cores at each router, in router order: one router a tile; a crossbar is one switch for all. */
export function coresPerRouter(chip: Chip): readonly number[] {
  return chip.noc.topology === "crossbar" ? [chip.cores.length] : chip.coresPerTile;
}

/** Ports of each router, in router order: neighbours, and the router's cores. */
export function routerPorts(chip: Chip): readonly number[] {
  const { width, height, topology } = chip.noc;
  const along = (at: number, size: number): number =>
    size === 1 ? 0 : topology === "torus" ? 2 : (at > 0 ? 1 : 0) + (at < size - 1 ? 1 : 0);
  return coresPerRouter(chip).map((cores, router) => {
    if (topology === "crossbar") return cores;
    if (topology === "ring") return cores + (chip.coresPerTile.length === 1 ? 0 : 2);
    return cores + along(router % width, width) + along(Math.floor(router / width), height);
  });
}

/** Directed links: between routers; of a crossbar between each core and the switch. */
export function linkCount(chip: Chip): number {
  if (chip.noc.topology === "crossbar") return chip.cores.length === 1 ? 0 : 2 * chip.cores.length;
  const cores = coresPerRouter(chip);
  return routerPorts(chip).reduce((sum, ports, router) => sum + ports - (cores[router] as number), 0);
}
