/** Values made of a section of a checked description: the points of a search share the sections that it leaves alone, and so their values. Pure but for that. */

/** `make`, once per section; sections never change, and values are frozen with the first experiment that holds them. */
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
