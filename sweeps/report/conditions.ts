/** Which parameters of a study a chip has, as the page's importances ask. Pure. */
import { InputError } from "../../base/errors.js";
import type { PointValues, Space } from "../space.js";
import type { Conditions, Setting } from "./importance.js";

/** `columns`: the page's column of each searched parameter, by its name. */
export function conditionsOf(space: Space, columns: { readonly [parameter: string]: string }): Conditions {
  const names = new Map(Object.entries(columns).map(([name, column]) => [column, name]));
  const when = space.dimensions.flatMap(({ parameter }) =>
    parameter.when === null ? [] : [[columns[parameter.name], parameter.when] as const],
  );
  const named = (setting: Setting): PointValues =>
    Object.fromEntries(
      Object.entries(setting).flatMap(([column, value]) => (names.has(column) ? [[names.get(column) as string, value]] : [])),
    );
  let last: { readonly setting: Setting; readonly point: PointValues } | null = null;
  return {
    when: Object.fromEntries(when),
    has: (setting, column) => {
      if (last?.setting !== setting) last = { setting, point: pointOf(space, named(setting)) };
      return Object.hasOwn(last.point, names.get(column) ?? "");
    },
  };
}

/** If a derived value of the point cannot be computed, no search asks for it: it counts as having all parameters. */
function pointOf(space: Space, values: PointValues): PointValues {
  try {
    return space.pointWith(values);
  } catch (error) {
    if (error instanceof InputError) return values;
    throw error;
  }
}
