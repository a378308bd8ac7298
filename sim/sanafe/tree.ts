/** What a YAML file of SANA-FE holds, before anything is read from it. */

/** A YAML tree whose scalars are text. */
export type Tree = string | null | readonly Tree[] | { readonly [key: string]: Tree };
