/**
 * The view on a terminal smaller than 80 x 24: header, as much of the front as fits, failures by reason, one row of
 * keys.
 */
import { Box } from "ink";
import type { ReactNode } from "react";
import type { Shown } from "../model.js";
import { shortened } from "../text/exactly.js";
import { frontTable } from "../text/front-table.js";
import { overlayText, scrolled } from "../text/overlay-lines.js";
import { HEADER_ROWS, Header } from "./header.js";
import { Lines } from "./lines.js";
import type { Room } from "./panel.js";

export function PlainFrame({ look, state, ui, width, height, nowMs }: Room & Shown): ReactNode {
  const room = Math.max(0, height - HEADER_ROWS - 1);
  const body = ui.overlay === "none" ? overview() : scrolled(overlayText(look, state, ui, width, room).lines, ui.scroll, room);
  const middle = Array.from({ length: room }, (_, i) => shortened(body[i] ?? "", width));
  const last =
    ui.message === "" ? ` ${state.study?.readOnly === true ? "q quit" : "q quit  Q now  p pause"}  Enter detail  ? help` : ` ${ui.message}`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Header {...state} look={look} width={width} nowMs={nowMs} />
      <Lines lines={middle} />
      <Lines lines={[shortened(last, width)]} />
    </Box>
  );

  function overview(): readonly string[] {
    const front = frontTable(look, state, ui, width, Math.max(3, room - Math.min(3, state.failures.length)));
    return [...front.lines, ...state.failures.map((failure) => ` ${failure.count} ${failure.outcome} ${failure.code}`)];
  }
}
