/** Cuts or pads text to an exact width; styles stay whole. Pure. */
import { runsOf, styleMark } from "../../format/terminal-text.js";

const RESET = styleMark(0);

/** `text` in exactly `width` cells. Every character is one cell wide. */
export function exactly(text: string, width: number): string {
  let cells = 0;
  let kept = "";
  for (const [i, run] of runsOf(text).entries()) {
    if (i % 2 === 1) {
      kept += styleMark(run);
      continue;
    }
    const characters = [...run];
    if (cells + characters.length > width) return kept + characters.slice(0, width - cells).join("") + (i === 0 ? "" : RESET);
    kept += run;
    cells += characters.length;
  }
  return cells < width ? kept + " ".repeat(width - cells) : kept;
}
