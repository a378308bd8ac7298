/** The rows of a frame as Ink draws it, for tests that look at the whole screen. */
import { renderToString } from "ink";
import { Frame } from "../../../cli/dashboard/panels/frame.js";
import type { DashboardState } from "../../../cli/dashboard/state.js";
import type { Ui } from "../../../cli/dashboard/ui.js";
import type { Look } from "../../../cli/format/style.js";
import { visibleWidth } from "../../../cli/format/text-table.js";

/** Each row filled with blanks to the terminal's width: Ink leaves them out at its end. */
export function frameLines(state: DashboardState, ui: Ui, look: Look, columns: number, rows: number, nowMs: number): readonly string[] {
  return renderToString(<Frame {...{ state, ui, look, columns, rows, nowMs }} />, { columns })
    .split("\n")
    .map((row) => row + " ".repeat(Math.max(0, columns - visibleWidth(row))));
}
