/** What a YAML file of SANA-FE holds, before anything is read from it. */

/** A YAML tree whose scalars are text. Long parts of it may be packed. */
export type Tree = string | null | readonly Tree[] | Packed | { readonly [key: string]: Tree };

/** Entries of a list in columns of numbers instead of objects and texts. */
export abstract class Packed {
  /** Whether the entries stand in the list that holds it, in its place, and not in a list of their own. */
  abstract readonly spreads: boolean;

  /** The entries as they are written. */
  abstract entries(): readonly Tree[];

  /** Shown in messages as what it stands for. */
  toJSON(): readonly Tree[] {
    return this.entries();
  }
}

/** A list without anything packed in it that spreads. */
export function spread(list: readonly Tree[]): readonly Tree[] {
  if (!list.some((entry) => entry instanceof Packed && entry.spreads)) return list;
  return list.flatMap((entry): readonly Tree[] => (entry instanceof Packed && entry.spreads ? entry.entries() : [entry]));
}
