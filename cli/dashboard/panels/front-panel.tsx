/** The table of the front, or of all points. */
import { memo, type ReactNode } from "react";
import { type FrontState, frontTable } from "../text/front-table.js";
import type { Ui } from "../ui.js";
import { inside, LinesPanel, type Room } from "./panel.js";

type FrontProps = Room & FrontState & { readonly ui: Ui };

export const FrontPanel = memo(function FrontPanel({ look, width, height, ui, ...state }: FrontProps): ReactNode {
  const table = frontTable(look, state, ui, inside(width), inside(height));
  return <LinesPanel {...{ look, width, height }} {...table} focused={ui.pane === "front"} />;
}, samePoints);

/**
 * True if the panel would show the same. A panel that shows only the front does not depend on new rows: a change of a
 * known row raises `revision`.
 */
export function samePoints(before: FrontProps, after: FrontProps): boolean {
  const readsFront = after.ui.table === "front" && after.front.length > 0;
  const keys = Object.keys(after) as (keyof FrontProps)[];
  return keys.every((key) => before[key] === after[key] || (key === "points" && readsFront));
}
