/** Rows whose weights an address generator finds (`arch/address-generator.ts`). */
import { coreNeedsOf, type Projection, type Topology } from "../../arch/index.js";
import { isSum } from "./layout.js";

/**
 * Whether an address generator finds the weights of a projection: in a network with kernels those of all rows but the
 * coded ones, which have a decoder. A sum of other cores has no weights.
 */
export function isGenerated(topology: Topology, projection: Projection): boolean {
  return coreNeedsOf(topology).kernel !== null && projection.coding === undefined && !isSum(projection);
}
