/** What a description may say of its network, and the topology that it names. Throws: `InputError` with places. */
import { InputError, type Problem } from "../base/errors.js";
import { type LocatedMap, placeOf, problemAt } from "./located.js";
import type { RootDocument } from "./schema.js";
import { ownNetworkOf, TOPOLOGIES, topologiesWhere, topologyNamed, unknownTopology } from "./topologies/registry.js";
import type { NocTopology } from "./topologies/topology.js";

type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

/** @throws InputError where no topology has the name, or a plug-in refuses the size of the chip: at the key that it names. */
export function topologyIn({ noc }: RootDocument, document: LocatedMap): NocTopology {
  const at = (path: string, message: string, fix: string): Problem => problemAt(placeOf(document, path.split(".")), path, message, fix);
  if (!TOPOLOGIES.has(noc.topology)) {
    const { message, fix } = unknownTopology(noc.topology);
    throw new InputError([at("noc.topology", message, fix)]);
  }
  try {
    return topologyNamed(noc.topology, ownNetworkOf(noc.topology, noc));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.problems.map((found) => (/^noc\.(topology|width|height)$/.test(found.file) ? at(found.file, found.message, found.fix) : found)),
    );
  }
}

/** For messages. */
const namesWhere = (fact: "allowsOddEven" | "hasTree"): string => topologiesWhere(fact).join(" or ");

export function checkNoc(noc: RootDocument["noc"], topology: NocTopology, check: Check): void {
  check(
    !topology.wraps || noc.virtual_channels >= 2,
    ["noc", "virtual_channels"],
    `a ${noc.topology} with 1 virtual channel can deadlock at its wrap-around links`,
    "set it to 2 or more",
  );
  check(
    noc.routing !== "odd-even" || topology.allowsOddEven,
    ["noc", "routing"],
    `odd-even needs a ${namesWhere("allowsOddEven")}, got topology ${noc.topology}`,
    `set noc.topology: ${namesWhere("allowsOddEven")}, or noc.routing: xy`,
  );
  check(
    noc.routing === "xy" || !TOPOLOGIES.isAdded(noc.topology),
    ["noc", "routing"],
    `is ${noc.routing}, and ${noc.topology}, of a plug-in, has routes of its own`,
    "leave it out",
  );
  check(
    noc.tree === undefined || topology.hasTree,
    ["noc", "tree"],
    `is given, but noc.topology is ${noc.topology}`,
    `set noc.topology: ${namesWhere("hasTree")}, or leave it out`,
  );
}
