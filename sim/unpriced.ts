/** A chip without what only prices depend on: taken out by name, so that whatever else it has counts in content addresses of what it does. */
import type { Chip } from "../arch/index.js";

export function unpriced(
  chip: Chip,
): Omit<Chip, "technology" | "priceOverrides"> & { readonly technology: null; readonly priceOverrides: null } {
  const tree = chip.noc.tree === null ? null : { ...chip.noc.tree, linkLengthMm: 0 };
  return { ...chip, name: "", technology: null, priceOverrides: null, noc: { ...chip.noc, linkLengthMm: 0, tree } };
}
