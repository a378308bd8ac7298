/** Where the cores of a chip lie on a drawing: rows and columns of tiles, for ordinary and for coupled chips. */
import type { AnyExperiment } from "./coupled-experiment.js";
import { tileCount } from "./noc-shape.js";

export interface FloorPlan {
  /** Tiles in x and in y; tile t lies at (t mod width, t div width), north is up. Meshes of a tree lie one above the other. */
  readonly width: number;
  readonly height: number;
  /** Rows of one mesh. */
  readonly meshRows: number;
  readonly coresPerTile: number;
  /** What joins the tiles. */
  readonly topology: "mesh" | "torus" | "ring" | "crossbar" | "mesh-tree";
  /** What runs on its links. */
  readonly unit: "flits" | "packets";
  readonly tileOf: (core: number) => number;
}

/** A coupled chip without a grid is one core. */
export function floorPlanOf(chip: AnyExperiment["chip"]): FloorPlan {
  if ("noc" in chip) {
    const { width, height, topology } = chip.noc;
    return {
      ...{
        width,
        height: tileCount(chip.noc) / width,
        meshRows: height,
        topology,
        unit: "flits",
        coresPerTile: Math.max(...chip.coresPerTile),
      },
      tileOf: (core) => (chip.cores[core] as (typeof chip.cores)[number]).tile,
    };
  }
  const grid = chip.model === "ranc" ? chip.grid : { width: 1, height: 1 };
  const { width, height } = grid;
  return { width, height, meshRows: height, topology: "mesh", unit: "packets", coresPerTile: 1, tileOf: (core) => core };
}
