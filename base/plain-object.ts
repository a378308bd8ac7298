/** Which objects are data alone. Pure. */

/** True for an object whose own keys are all that it is, of this realm or another one. */
export function isPlain(value: object): boolean {
  const parent: unknown = Object.getPrototypeOf(value);
  return parent === null || Object.getPrototypeOf(parent) === null;
}
