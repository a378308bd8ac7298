/** All topologies of the network on chip, by the name that descriptions use. A new one is a file beside this one and a line here. */
import { crossbar } from "./crossbar.js";
import { flattenedButterfly } from "./flattened-butterfly.js";
import { mesh } from "./mesh.js";
import { meshTree } from "./mesh-tree.js";
import { ring } from "./ring.js";
import type { NocTopology } from "./topology.js";
import { torus } from "./torus.js";

export const TOPOLOGIES = { mesh, torus, ring, crossbar, "mesh-tree": meshTree, "flattened-butterfly": flattenedButterfly } satisfies {
  readonly [name: string]: NocTopology;
};

export type TopologyName = keyof typeof TOPOLOGIES;
export const TOPOLOGY_NAMES = Object.keys(TOPOLOGIES) as [TopologyName, ...TopologyName[]];
