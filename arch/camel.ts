/** Converts keys of descriptions to keys of code, `link_cycles` to `linkCycles`, and back. No other file converts. */

type CamelKey<Key> = Key extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelKey<Tail> & string>}` : Key;

/** `T` with keys in camel case at every depth; complete and read-only. */
export type Camel<T> = T extends readonly (infer Entry)[]
  ? readonly Camel<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T as CamelKey<Key>]: Camel<T[Key]> }
    : T;

const keys = new Map<string, string>();

/** One key. */
export function camelKey<Key extends string>(key: Key): CamelKey<Key> {
  let known = keys.get(key);
  if (known === undefined) {
    known = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    keys.set(key, known);
  }
  return known as CamelKey<Key>;
}

/** A key of code as descriptions write it. */
export const writtenKey = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The same data with keys in camel case, for plain data whose keys the schema names; lists of scalars stay as they are.
 */
export function camel<T extends object>(document: T): Camel<T> {
  const converted: { [key: string]: unknown } = {};
  for (const key in document) {
    const value: unknown = document[key];
    converted[camelKey(key as string)] = typeof value === "object" && value !== null && !Array.isArray(value) ? camel(value) : value;
  }
  return converted as Camel<T>;
}
