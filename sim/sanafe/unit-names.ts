/** Units of a core by their names in a network. */
import type { Tree } from "./tree.js";

/** Index of a named unit; 0 if no name is given. `inputs` is the first of `inputs[0..7]`. */
export function unitIndex(
  units: readonly { readonly name: string; readonly refusal: string }[],
  name: string,
  complain: (message: string) => void,
): number {
  const exact = name === "" ? 0 : units.findIndex((unit) => unit.name === name);
  const index = exact >= 0 ? exact : units.findIndex((unit) => unit.name.startsWith(`${name}[`));
  const unit = units[index];
  if (unit === undefined) complain(`unit ${name} does not exist in its core; units: ${namesOfUnits(units)}`);
  else if (unit.refusal !== "") complain(`unit ${unit.name}: ${unit.refusal}`);
  return Math.max(index, 0);
}

const SHOWN_UNITS = 8;
function namesOfUnits(units: readonly { readonly name: string }[]): string {
  const shown = units.slice(0, SHOWN_UNITS).map((unit) => unit.name);
  return `${shown.join(", ")}${units.length > SHOWN_UNITS ? ", ..." : ""}`;
}

/** A text; "" for anything else. */
export function textOf(tree: Tree | undefined): string {
  return typeof tree === "string" ? tree : "";
}
