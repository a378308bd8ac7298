/** Broken constraints as text. Pure. */

import { type AnyMetric, METRICS, metricOf } from "../../app/nouns.js";
import type { PointDetail } from "../../app/point-detail.js";
import { metricText, parameterText } from "./number.js";

/** `, breaks area_mm2 < 3 (area_mm2 3.2)`; empty if none is broken. */
export function brokenText({ broken }: Pick<PointDetail, "broken">): string {
  if (broken.length === 0) return "";
  const texts = broken.map(
    ({ text, values }) => `${text} (${values.map(({ name, value }) => `${name} ${valueText(name, value)}`).join(", ")})`,
  );
  return `, breaks ${texts.join(" and ")}`;
}

const valueText = (name: string, value: unknown): string =>
  typeof value === "number" && Object.hasOwn(METRICS, metricOf(name as AnyMetric)) ? metricText(value) : parameterText(value);
