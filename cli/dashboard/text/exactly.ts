/** Cuts or pads text to an exact width; styles stay whole. Pure. */
import { beginningOf, cellsOf } from "../../format/cells.js";
import { runsOf, styleMark } from "../../format/terminal-text.js";
import { visibleWidth } from "../../format/text-table.js";

const RESET = styleMark(0);

/** `text` in exactly `width` cells. */
export function exactly(text: string, width: number): string {
  let cells = 0;
  let kept = "";
  for (const [i, run] of runsOf(text).entries()) {
    if (i % 2 === 1) {
      kept += styleMark(run);
      continue;
    }
    const shown = beginningOf(run, width - cells);
    kept += shown;
    cells += cellsOf(shown);
    if (shown !== run) return kept + (i === 0 ? "" : RESET) + " ".repeat(width - cells); // half a wide letter cannot be shown
  }
  return cells < width ? kept + " ".repeat(width - cells) : kept;
}

/** As `exactly`; a text that is cut ends in `..`. */
export function shortened(text: string, width: number): string {
  return width <= 2 || visibleWidth(text) <= width ? exactly(text, width) : `${exactly(text, width - 2)}..`;
}
