/**
 * Values that are computed once per section of a checked description. Points of a search share the sections that the
 * search does not change, and so share these values.
 */

/**
 * Calls `make` once per section; sections never change, and values are frozen with the first experiment that uses them.
 */
export function perSection<Section extends object, Value>(make: (section: Section) => Value): (section: Section) => Value {
  const known = new WeakMap<Section, Value>();
  return (section) => {
    let value = known.get(section);
    if (value === undefined) {
      value = make(section);
      known.set(section, value);
    }
    return value;
  };
}
