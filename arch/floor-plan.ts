/**
 * Places the cores of a chip on a drawing: rows and columns of tiles, and their links, for boards and coupled chips.
 */
import type { Experiment } from "./experiment.js";
import { type AnyExperiment, type CoupledExperiment, coupledGrid, ofKind } from "./kinds/registry.js";
import { flitCyclesOn, nocTopology, tileCount } from "./noc-shape.js";
import { mesh } from "./topologies/mesh.js";
import type { TopologyDrawing } from "./topologies/topology.js";

export interface FloorPlan {
  /**
   * Tiles in x and y; tile t is at (t mod width, t div width), north is up. The meshes of a tree are one above the
   * other.
   */
  readonly width: number;
  readonly height: number;
  readonly coresPerTile: number;
  /** Cores of the whole chip. */
  readonly cores: number;
  /** Name of the topology. */
  readonly topology: string;
  readonly links: Pick<TopologyDrawing, "notes" | "kinds">;
  /** Port of a tile's router to a neighbouring tile; null: no such link, or one that is not drawn. */
  readonly portTo: (fromTile: number, toTile: number) => string | null;
  /** Unit of traffic on its links. */
  readonly unit: "flits" | "packets";
  /** Cycles for which one of these occupies a link. */
  readonly flitCycles: (link: { readonly router: number; readonly port: string }) => number;
  readonly tileOf: (core: number) => number;
}

export const floorPlanOf = (experiment: AnyExperiment): FloorPlan => ofKind(experiment, { board: boardPlan, coupled: coupledPlan });

function boardPlan({ chip }: Experiment): FloorPlan {
  const { noc } = chip;
  const { drawing } = nocTopology(noc);
  return {
    width: noc.width,
    height: tileCount(noc) / noc.width,
    topology: noc.topology,
    links: drawing,
    portTo: (from, to) => drawing.portTo(noc, from, to),
    unit: "flits",
    flitCycles: flitCyclesOn(chip),
    coresPerTile: Math.max(...chip.coresPerTile),
    cores: chip.cores.length,
    tileOf: (core) => chip.cores[core].tile,
  };
}

function coupledPlan({ chip }: CoupledExperiment): FloorPlan {
  const { width, height, packetCycles } = coupledGrid(chip);
  const { drawing } = mesh;
  return {
    ...{ width, height, topology: "mesh", links: drawing, unit: "packets", coresPerTile: 1, cores: width * height },
    portTo: (from, to) => drawing.portTo({ width, height, tree: null }, from, to),
    flitCycles: () => packetCycles,
    tileOf: (core) => core,
  };
}
