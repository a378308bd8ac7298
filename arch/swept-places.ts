/**
 * Checks that points of a search are the chips that its description says. A value of a point reaches all that its path
 * selects, and one swept in place is meant for its own key only, so that no narrower key may set the same value.
 */
import type { Problem } from "../base/errors.js";
import { type LocatedMap, type Place, problemAt } from "./located.js";
import { type DocumentPath, hasTile } from "./path.js";
import { clash, isSamePlace, narrowerPlaces, placeText, type Target } from "./selected.js";

interface Swept {
  /** As written. */
  readonly item: { readonly path: string; readonly pathAt: Place; readonly where: string; readonly inline: boolean };
  readonly path: DocumentPath;
  /** False if it has a `when`. */
  readonly always: boolean;
}
type SweptTarget = Swept & { readonly path: Target };

const ofTiles = (swept: Swept): swept is SweptTarget => hasTile(swept.path);

/** `document`: with first values, or with placeholders for these. */
export function checkSweptPlaces(document: LocatedMap, parameters: readonly Swept[], problems: Problem[]): void {
  const targets = parameters.filter(ofTiles);
  for (const [i, { item, path, always }] of targets.entries()) {
    const say = (message: string, fix: string): void => void problems.push(problemAt(item.pathAt, item.where, message, fix));
    const rival = targets.slice(0, i).find((other) => always && other.always && clash(other.path, path));
    if (rival !== undefined) say(`overlaps ${rival.item.path}, and neither selects fewer`, "make one of them narrower");
    if (!item.inline) continue;
    const winner = narrowerPlaces(document, path).find((place) => !targets.some((other) => other.always && isSamePlace(other.path, place)));
    if (winner === undefined) continue;
    const inSome = targets.some((other) => isSamePlace(other.path, winner));
    const fix = "sweep only what is left, e.g. tile[1..3] in place of tile; or sweep it by path, under sweep.parameters, which reaches all";
    say(`${placeText(winner)} sets it too, for fewer ${winner.core === null ? "tiles" : "cores"}${inSome ? ", in some points" : ""}`, fix);
  }
}
