/** A scrolled text that covers the panels. */
import type { ReactNode } from "react";
import type { DashboardState } from "../state.js";
import { overlayText, scrolled } from "../text/overlay-lines.js";
import type { Ui } from "../ui.js";
import { inside, LinesPanel, type Room } from "./panel.js";

export function OverlayPanel({ state, ui, ...room }: Room & { readonly state: DashboardState; readonly ui: Ui }): ReactNode {
  const { title, lines } = overlayText(room.look, state, ui, inside(room.width), inside(room.height));
  return <LinesPanel {...room} title={title} lines={scrolled(lines, ui.scroll, inside(room.height))} focused />;
}
