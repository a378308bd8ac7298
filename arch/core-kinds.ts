/** Kinds of the cores of a chip: cores that differ only in their place are of one kind. Pure. */
import type { Chip, Core } from "./chip.js";

/** The first core of each kind. */
export function unlikeCores({ cores }: Chip): readonly Core[] {
  const firsts = new Map<string, Core>();
  for (const core of cores) if (!firsts.has(coreKind(core))) firsts.set(coreKind(core), core);
  return [...firsts.values()];
}

const kinds = new WeakMap<Core, string>();
/** Equal for cores that differ only in their place. */
export function coreKind(core: Core): string {
  let kind = kinds.get(core);
  if (kind === undefined) {
    kind = JSON.stringify({ ...core, id: 0, tile: 0 });
    kinds.set(core, kind);
  }
  return kind;
}
