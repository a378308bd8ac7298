/**
 * Which sources of a way share a row of weights: those that enter the rest of the way at one place with one factor, as
 * all neurons in the window of a pool enter the matrix behind it.
 */
import { Walker } from "./walker.js";
import type { GraphWays, Stage, Way } from "./ways.js";

/** As `Projection.rowOf`; null: no two sources share a row. `rowStart`: starts of the sources' rows. */
export function enteredRows({ populations }: GraphWays, { routes, source }: Way, rowStart: Uint32Array): Int32Array | null {
  if (routes.length !== 1) return null;
  const [route] = routes;
  // the further a source goes alone, the more others join it
  for (let stages = route.length; stages > 0; stages--) {
    const rowOf = rowsBehind(route.slice(0, stages), populations[source].neurons, rowStart);
    if (rowOf !== null) return rowOf;
  }
  return null;
}

/** null: a source reaches several places, two reach one with different factors, or no two reach one. */
function rowsBehind(before: readonly Stage[], sources: number, rowStart: Uint32Array): Int32Array | null {
  const walker = new Walker([before], sources, 0);
  const rowOf = new Int32Array(sources).fill(-1);
  const entered = new Map<number, { readonly row: number; readonly factor: number }>();
  let withRows = 0;
  for (let source = 0; source < sources; source++) {
    if (rowStart[source] === rowStart[source + 1]) continue;
    const { indices, length, values } = walker.walk(source);
    const [place] = indices;
    if (length !== 1) return null;
    const known = entered.get(place) ?? { row: entered.size, factor: values[place] };
    if (known.factor !== values[place]) return null;
    entered.set(place, known);
    rowOf[source] = known.row;
    withRows++;
  }
  return entered.size < withRows ? rowOf : null;
}
