/** Kinds of the cores of a chip: cores that differ only in their place are of one kind. Pure. */
import type { Chip, Core } from "./chip.js";
import { perObject } from "./per-object.js";

/** The first core of each kind. */
export const unlikeCores = (chip: Pick<Chip, "cores">): readonly Core[] => coreCounts(chip).map(({ core }) => core);

/** The first core of each kind, and how many cores are of this kind. */
export function coreCounts({ cores }: Pick<Chip, "cores">): readonly { readonly core: Core; readonly count: number }[] {
  const found = new Map<string, { readonly core: Core; count: number }>();
  for (const core of cores) {
    const kind = coreKind(core);
    const known = found.get(kind);
    if (known === undefined) found.set(kind, { core, count: 1 });
    else known.count++;
  }
  return [...found.values()];
}

/** Equal for cores that differ only in their place. */
export const coreKind = perObject((core: Core): string => JSON.stringify({ ...core, id: 0, tile: 0 }));
