/** The keys in short, for the last rows of the screen. Pure. */
import { phrases } from "../../format/words.js";

const STEERING = ["q quit", "Q now", "p pause", "+/- workers", "r retry"];
const LOOKING = ["Tab pane", "Enter detail", "x/y axes", "l/L log", "s sort", "a all", "f filter", "h HV", "e export", "c copy", "? help"];

/** As many lines as the keys need. */
export function keyLines(readOnly: boolean, width: number): readonly string[] {
  return phrases([...(readOnly ? ["q quit"] : STEERING), ...LOOKING], width - 2);
}
