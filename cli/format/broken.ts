/** Broken constraints as text. Pure. */
import type { PointDetail } from "../../app/point-detail.js";
import { parameterText } from "./number.js";

/** `, breaks area_mm2 < 3 (area_mm2 3.2)`; empty if none is broken. */
export function brokenText({ broken }: Pick<PointDetail, "broken">): string {
  if (broken.length === 0) return "";
  const texts = broken.map(
    ({ text, values }) => `${text} (${values.map(({ name, value }) => `${name} ${parameterText(value)}`).join(", ")})`,
  );
  return `, breaks ${texts.join(" and ")}`;
}
