/** What the description fixed, and what the search varied. Pure. */
import type { Json } from "../../base/hash.js";
import type { ReportData } from "./data.js";

/** True if the search varied the setting at this path, or one below it. */
export const isSearched = ({ parameters }: Pick<ReportData, "parameters">, path: string): boolean =>
  parameters.some((parameter) => parameter.path === path || parameter.path.startsWith(`${path}.`));

/** Values that a setting had: those of all points if it was searched, or else the description's. */
export function settingValues({ parameters, points, document }: ReportData, path: string): readonly Json[] {
  const searched = parameters.find((parameter) => parameter.path === path);
  if (searched !== undefined) return [...new Set(points.columns[searched.column] ?? [])];
  let value: Json | undefined = document;
  for (const key of path.split("."))
    value =
      typeof value === "object" && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json })[key] : undefined;
  return value === undefined ? [] : [value];
}
