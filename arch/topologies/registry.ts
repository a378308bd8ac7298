/**
 * All topologies of the network on chip, by the name that descriptions use. A new one is a file beside this one and a
 * line here; plug-ins can add more.
 */
import type { Problem } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { Registry } from "../../base/registry.js";
import { crossbar } from "./crossbar.js";
import { flattenedButterfly } from "./flattened-butterfly.js";
import { mesh } from "./mesh.js";
import { meshTree } from "./mesh-tree.js";
import { type OwnNetwork, topologyOf } from "./own-network.js";
import type { OwnShape, OwnTopology } from "./own-topology.js";
import { ring } from "./ring.js";
import type { NocTopology } from "./topology.js";
import { torus } from "./torus.js";

const BUILT_IN = { mesh, torus, ring, crossbar, "mesh-tree": meshTree, "flattened-butterfly": flattenedButterfly } satisfies {
  readonly [name: string]: NocTopology;
};

export const TOPOLOGIES = new Registry<NocTopology | OwnTopology>("topology", BUILT_IN);

/** Names of built-in topologies. */
export type TopologyName = keyof typeof BUILT_IN;
export const TOPOLOGY_NAMES = Object.keys(BUILT_IN) as [TopologyName, ...TopologyName[]];

const isBuiltIn = (name: string): name is TopologyName => Object.hasOwn(BUILT_IN, name);

/** Built-in topologies for which a fact is true. */
export const topologiesWhere = (fact: "allowsOddEven" | "hasTree"): readonly string[] =>
  TOPOLOGY_NAMES.filter((name) => BUILT_IN[name][fact]);

/** The built-in topologies with their texts, in one line. */
export const topologyTexts = (): string => TOPOLOGY_NAMES.map((name) => `${name}: ${BUILT_IN[name].text}`).join("; ");

/**
 * The tables of a plug-in's topology for one size of chip; null: it is built in. @throws InputError if the plug-in
 * refuses the size, or is wrong
 */
export function ownNetworkOf(name: string, { width, height }: OwnShape): OwnNetwork | null {
  const entry = isBuiltIn(name) ? undefined : TOPOLOGIES.demand(name, "noc.topology");
  return entry !== undefined && "network" in entry ? entry.network({ width, height }) : null;
}

/** A topology by name, with its tables if it comes from a plug-in. */
export function topologyNamed(name: string, own: OwnNetwork | null): NocTopology {
  if (own !== null) return topologyOf(own);
  const entry = TOPOLOGIES.demand(name, "noc.topology");
  if ("network" in entry) throw new Error(`snn-dse: the network of topology ${name} is missing`);
  return entry;
}

/** The message for an unknown topology. */
export const unknownTopology = (name: string): Pick<Problem, "message" | "fix"> => ({
  message: `no topology is named ${name}`,
  fix:
    didYouMean(name, TOPOLOGY_NAMES) ||
    `known: ${TOPOLOGY_NAMES.join(", ")}; name the plug-in that brings another: plugins: [./my-plugin.mjs], or --plugin ./my-plugin.mjs`,
});
