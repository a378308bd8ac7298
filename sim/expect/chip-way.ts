/** Mean paths between cores of a chip, and from its port. */
import { type Chip, type DieWay, dieLinksBetween, linksOnWay, type MeanWay, meanDieWay, nocTopology } from "../../arch/index.js";

/** A mean path, and its part between dies. */
export interface ChipWay extends MeanWay {
  readonly between: DieWay;
}

/** Means over pairs of different cores among the first `cores` of the chip. */
export function meanWay({ cores: all, coresPerTile, noc }: Chip, cores: number): ChipWay {
  const perTile = all.length / coresPerTile.length;
  const tiles = Math.min(coresPerTile.length, Math.ceil(cores / perTile));
  const others = cores / Math.max(1, cores - 1);
  const topology = nocTopology(noc);
  return { ...topology.meanWay(noc, tiles, others), between: meanDieWay(topology, noc, noc.dies, tiles, others) };
}

export const hopsOf = (mean: MeanWay): number => mean.grid + mean.tree;

/** The mean path from the port to the first `cores` cores of the chip; null: there is no port. */
export function portWay({ cores: all, noc, port }: Chip, cores: number): ChipWay | null {
  if (port === null) return null;
  const sum = { grid: 0, tree: 0, between: 0 };
  for (const { tile } of all.slice(0, cores)) {
    const { grid, tree } = linksOnWay(noc, port.tile, tile);
    sum.grid += grid / cores;
    sum.tree += tree / cores;
    sum.between += dieLinksBetween(noc, port.tile, tile) / cores;
  }
  // the first link of all paths may be one between dies: its share is that of packets that leave the port's die
  const between = { links: sum.between, busiestShare: Math.min(1, sum.between) };
  return { grid: sum.grid, tree: sum.tree, tiles: sum.grid, treeShare: 0, between };
}
