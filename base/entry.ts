/** What must be there, as the program has it. Throws: Error where it is not, a defect of the program. */
export function existing<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`snn-dse: ${what} is missing`);
  return value;
}

/** The entry of a map that has it. */
export const entry = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value => existing(map.get(key), `entry ${String(key)}`);
