/** Where the cores of a chip lie on a drawing: rows and columns of tiles, for ordinary and for coupled chips. */
import type { AnyExperiment } from "./coupled-experiment.js";

export interface FloorPlan {
  /** Tiles in x and in y; tile t lies at (t mod width, t div width), north is up. */
  readonly width: number;
  readonly height: number;
  readonly coresPerTile: number;
  /** What joins the tiles. */
  readonly topology: "mesh" | "torus" | "ring" | "crossbar";
  /** What runs on its links. */
  readonly unit: "flits" | "packets";
  readonly tileOf: (core: number) => number;
}

/** A coupled chip without a grid is one core. */
export function floorPlanOf(chip: AnyExperiment["chip"]): FloorPlan {
  if ("noc" in chip) {
    const { width, height, topology } = chip.noc;
    return {
      ...{ width, height, topology, unit: "flits", coresPerTile: Math.max(...chip.coresPerTile) },
      tileOf: (core) => (chip.cores[core] as (typeof chip.cores)[number]).tile,
    };
  }
  const grid = chip.model === "ranc" ? chip.grid : { width: 1, height: 1 };
  return { width: grid.width, height: grid.height, topology: "mesh", unit: "packets", coresPerTile: 1, tileOf: (core) => core };
}
