/** Expected links between two different cores of an evenly used part of the chip, by closed forms over the topology. */
import { type Chip, gatewayOf, type MeshSize, meshCount, type Tree } from "../../arch/index.js";

export interface MeanWay {
  /** Links of meshes, rings and rows, and of a tree of meshes, both ways of it. */
  readonly grid: number;
  readonly tree: number;
  /** Share of all packets that the busiest link of a tree of meshes carries. */
  readonly treeShare: number;
}

/** Mean distance of two places drawn from a row of n. */
const open = (n: number): number => (n * n - 1) / (3 * n);

/** Means over pairs of different cores, the first `cores` of the chip. */
export function meanWay(chip: Chip, cores: number): MeanWay {
  const perTile = chip.cores.length / chip.coresPerTile.length;
  const tiles = Math.min(chip.coresPerTile.length, Math.ceil(cores / perTile));
  const { topology, tree } = chip.noc;
  const others = cores / Math.max(1, cores - 1);
  if (topology === "crossbar") return { grid: 0, tree: 0, treeShare: 0 };
  if (topology === "ring") return { grid: Math.min(chip.coresPerTile.length / 4, open(tiles)) * others, tree: 0, treeShare: 0 };
  if (tree !== null) return ofTree(chip.noc, tree, tiles, others);
  const width = Math.min(chip.noc.width, tiles);
  const height = Math.ceil(tiles / chip.noc.width);
  const line = (n: number): number => (topology === "torus" ? n / 4 : open(n));
  return { grid: (line(width) + line(height)) * others, tree: 0, treeShare: 0 };
}

function ofTree(mesh: MeshSize, tree: Pick<Tree, "arity" | "levels">, tiles: number, others: number): MeanWay {
  const size = mesh.width * mesh.height;
  const meshes = Math.min(meshCount(tree), Math.ceil(tiles / size));
  const width = Math.min(mesh.width, tiles);
  const height = Math.min(mesh.height, Math.ceil(tiles / mesh.width));
  let toGateway = 0;
  for (let tile = 0; tile < width * height; tile++) {
    const [x, y] = [tile % width, Math.floor(tile / width)];
    const gateway = gatewayOf(mesh, 0);
    toGateway += (Math.abs(x - (gateway % mesh.width)) + Math.abs(y - Math.floor(gateway / mesh.width))) / (width * height);
  }
  let links = 0;
  let treeShare = 0;
  const here = 1 / meshes;
  for (let level = 0; level < tree.levels; level++) {
    // blocks of arity^level meshes: two meshes are in different ones with probability `apart`
    const block = tree.arity ** level;
    const [whole, rest] = [Math.floor(meshes / block), meshes % block];
    const apart = 1 - (whole * block * block + rest * rest) / (meshes * meshes);
    links += 2 * apart * others;
    const share = Math.min(block, meshes) / meshes;
    treeShare = Math.max(treeShare, share * (1 - share) * others);
  }
  return { grid: (here * (open(width) + open(height)) + (1 - here) * 2 * toGateway) * others, tree: links, treeShare };
}
