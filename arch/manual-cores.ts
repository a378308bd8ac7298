/** Checks the cores that `mapping.manual` names against the chip, without the network. Pure. */
import type { Problem } from "../base/errors.js";
import { type LocatedMap, placeOf, problemAt } from "./located.js";
/** Reports cores that the chip does not have or that are named twice. The populations are checked with the network. */
export function checkManual(
  manual: { readonly [population: string]: readonly number[] },
  cores: number,
  document: LocatedMap,
  problems: Problem[],
): void {
  for (const [population, named] of Object.entries(manual)) {
    const path = ["mapping", "manual", population];
    const at = placeOf(document, path);
    const report = (message: string, fix: string): unknown => problems.push(problemAt(at, path.join("."), message, fix));
    const absent = [...new Set(named.filter((core) => core >= cores))];
    if (named.length === 0) report("got no core", "list at least one core id, or leave the population out");
    if (absent.length > 0)
      report(
        `got core ${absent.slice(0, 10).join(", ")}`,
        cores === 1 ? "this chip has core 0 only" : `this chip has cores 0 to ${cores - 1}`,
      );
    if (new Set(named).size !== named.length) report("names a core twice", "list each core once");
  }
}
