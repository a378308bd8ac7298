/** Title, progress bar and counts: the rows at the top. */
import { memo, type ReactNode } from "react";
import type { Look } from "../../format/style.js";
import { type HeaderState, headerLines } from "../text/header-lines.js";
import { Lines } from "./lines.js";

type HeaderProps = HeaderState & { readonly look: Look; readonly width: number; readonly nowMs: number };

export const HEADER_ROWS = 3;

export const Header = memo(function Header({ look, width, nowMs, ...state }: HeaderProps): ReactNode {
  return <Lines lines={headerLines(look, state, width, nowMs)} />;
});
