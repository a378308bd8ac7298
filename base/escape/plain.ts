/** The filter of other texts: line ends and tabs stay, every other control character becomes a question mark. Pure. */
import { withoutControls } from "./controls.js";
import type { Filtered } from "./filtered.js";

type PlainText = Filtered<"plain">;

export function plainText(text: string): PlainText {
  return text.replace(/[^\r\n\t]+/g, withoutControls) as PlainText;
}
