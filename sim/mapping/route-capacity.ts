/**
 * Keeps route tables within their capacity. If a placement needs more entries than a core has, the network is placed
 * again with at most three quarters as many neurons of a population per core, until it fits or there are not enough
 * cores.
 */

import type { Chip, MappingRequest } from "../../arch/index.js";
import { InfeasibleError, unlessInfeasible } from "../../base/errors.js";
import type { Placement } from "./placement.js";
import { routeEntries } from "./tables.js";

/** Largest number of entries that a core lacks; 0: all fit. */
function short(chip: Chip, entries: Int32Array): number {
  return chip.cores.reduce((most, { id, routeEntries: have }) => (have === null ? most : Math.max(most, entries[id] - have)), 0);
}

/** @throws the InfeasibleError of `place` for the request itself; MAP_ROUTE_TABLE_FULL if no smaller limit helps */
export function withinRouteTables(chip: Chip, request: MappingRequest, place: (request: MappingRequest) => Placement): Placement {
  const first = place(request);
  if (chip.cores.every(({ routeEntries: have }) => have === null)) return first;
  let made: Placement | null = first;
  let least = Number.POSITIVE_INFINITY;
  let limit = Math.max(...first.slices.map(({ neurons }) => neurons));
  while (made !== null) {
    const entries = routeEntries(made, chip);
    if (short(chip, entries) === 0) return made;
    least = Math.min(least, Math.max(...entries));
    if (limit === 1 || request.strategy === "manual") break;
    limit = Math.floor((limit * 3) / 4);
    made = unlessInfeasible(() => place({ ...request, maxNeuronsPerCore: limit }));
  }
  const tree = { ...chip, noc: { ...chip.noc, multicast: "tree" as const } };
  const byTree = chip.noc.multicast === "unicast" && short(tree, routeEntries(first, tree)) === 0 ? "set noc.multicast: tree, or " : "";
  throw new InfeasibleError(
    "MAP_ROUTE_TABLE_FULL",
    chip.cores.length === 1 ? "core[0] route table" : `core[0..${chip.cores.length - 1}] route table`,
    `${least} entries in a core`,
    `${Math.min(...chip.cores.map((core) => core.routeEntries ?? Number.POSITIVE_INFINITY))} entries`,
    `${byTree}set tile.core.route_table.entries: ${least}`,
  );
}
