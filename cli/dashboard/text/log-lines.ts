/** Recent events as text. Pure. */
import { type Look, paint } from "../../format/style.js";
import { cell, visibleWidth } from "../../format/text-table.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";

type Log = DashboardState["log"];

const timeOfDay = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);

/** The newest events that fit on one line, newest first; time of day in UTC. */
export function logLine(look: Look, log: Log, { pane, scroll }: Pick<Ui, "pane" | "scroll">, width: number): string {
  const from = log.length - (pane === "events" ? scroll : 0);
  let text = pane === "events" ? " > " : " ";
  for (let i = from - 1; i >= 0; i--) {
    const entry = log[i];
    const piece = `${timeOfDay(entry.atMs)} ${entry.text}`;
    if (visibleWidth(text) + visibleWidth(piece) > width && text.length > 3) break;
    text += `${text.length > 3 ? " | " : ""}${piece}`;
  }
  return paint(look, cell(text, width), "dim");
}

/** All stored events, newest first. */
export function eventLines(log: Log): readonly string[] {
  const lines = log.map(({ atMs, text }) => ` ${timeOfDay(atMs)}  ${text}`).reverse();
  return lines.length === 0 ? [" nothing yet"] : lines;
}
