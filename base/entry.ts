/**
 * Values that must exist by the program's own logic. Throws: Error if one is missing, which is a defect of the program.
 */
export function existing<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`snn-dse: ${what} is missing`);
  return value;
}

/** The entry of a map that has it. */
export const entry = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value => existing(map.get(key), `entry ${String(key)}`);
