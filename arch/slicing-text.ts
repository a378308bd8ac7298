/** How recordings are cut into steps, in words. Pure. */
import { writtenKey } from "./camel.js";
import { defaultSlicing, type EventSlicing } from "./event-steps.js";

/** `slice count, crop.x 8`: settings that differ from their defaults, as a description names them; empty: none does. */
export function slicingText(slicing: EventSlicing): string {
  const { crop: usualCrop, ...usual } = defaultSlicing();
  const { crop, ...others } = slicing;
  return [...changed(others, usual, ""), ...changed(crop, usualCrop, "crop.")].sort().join(", ");
}

const changed = (values: object, usual: object, place: string): readonly string[] =>
  Object.entries(values).flatMap(([key, value]) =>
    value === (usual as { readonly [key: string]: unknown })[key] ? [] : [`${place}${writtenKey(key)} ${value}`],
  );
