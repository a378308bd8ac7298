/** Content of a YAML file of SANA-FE, before anything is interpreted. */

/** A YAML tree whose scalars are text. Long parts may be packed. */
export type Tree = string | null | readonly Tree[] | Packed | { readonly [key: string]: Tree };

/** Entries of a list in columns of numbers, instead of objects and texts. */
export abstract class Packed {
  /** The entries are elements of the list that contains this object, not a list of their own. */
  abstract readonly spreads: boolean;

  /** The entries as trees. */
  abstract entries(): readonly Tree[];

  /** Messages show the entries themselves. */
  toJSON(): readonly Tree[] {
    return this.entries();
  }
}

/** A list with its packed entries written out. */
export function spread(list: readonly Tree[]): readonly Tree[] {
  if (!list.some((entry) => entry instanceof Packed && entry.spreads)) return list;
  return list.flatMap((entry): readonly Tree[] => (entry instanceof Packed && entry.spreads ? entry.entries() : [entry]));
}
