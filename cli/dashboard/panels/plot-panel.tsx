/** A figure as text. */
import type { ReactNode } from "react";
import { plotLines, type Raster, type TerminalPanel } from "../../format/plot.js";
import type { Look } from "../../format/style.js";
import { Lines } from "./lines.js";

interface PlotProps {
  readonly look: Look;
  readonly figure: TerminalPanel;
  readonly width: number;
  readonly height: number;
  /** The dots already drawn of a growing cloud; each cloud needs its own. */
  readonly raster?: Raster;
}

/** A figure in `width` x `height` cells. */
export function Plot({ look, figure, width, height, raster }: PlotProps): ReactNode {
  return <Lines lines={plotLines(look, figure, width, height, raster)} />;
}
