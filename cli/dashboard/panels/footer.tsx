/** The rows at the bottom: a message or the newest events, and the keys. */
import { memo, type ReactNode } from "react";
import { type Look, paint } from "../../format/style.js";
import type { DashboardState } from "../state.js";
import { shortened } from "../text/exactly.js";
import { keyLines } from "../text/keys.js";
import { logLine } from "../text/log-lines.js";
import type { Ui } from "../ui.js";
import { Lines } from "./lines.js";

type FooterProps = Pick<DashboardState, "log"> & {
  readonly look: Look;
  readonly width: number;
  readonly ui: Ui;
  readonly readOnly: boolean;
};

export const Footer = memo(function Footer({ look, width, ui, log, readOnly }: FooterProps): ReactNode {
  const first = ui.message === "" ? logLine(look, log, ui, width) : paint(look, shortened(` ${ui.message}`, width), "bold", "yellow");
  const keys = keyLines(readOnly, width);
  return <Lines lines={[first, ...keys.map((line) => paint(look, shortened(` ${line}`, width), "dim"))]} />;
});
