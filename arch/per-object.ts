/**
 * Values that are computed once per object that never changes. Points of a search share the sections of a checked
 * description that the search does not change, and so share these values.
 */

/** Calls `make` once per object. What it gives is frozen with the first experiment that uses it. */
export function perObject<From extends object, Value>(make: (from: From) => Value): (from: From) => Value {
  const known = new WeakMap<From, Value>();
  return (from) => {
    let value = known.get(from);
    if (value === undefined) {
      value = make(from);
      known.set(from, value);
    }
    return value;
  };
}
