/**
 * The filter of SVG and HTML: text between tags or between double quotes in a tag; JSON and code inside script
 * elements. Pure.
 */
import { withoutControls } from "./controls.js";
import { type Filtered, weaver } from "./filtered.js";
import { jsonText } from "./json.js";

/** Text of an HTML or SVG file. */
export type MarkupText = Filtered<"markup">;

/** The result is also well-formed XML: a character that XML cannot hold becomes a question mark. */
export function markupText(text: string): MarkupText {
  return withoutControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;") as MarkupText;
}

/** JSON for a data script element. `<` is escaped, so that no value can end the element or begin a comment. */
export function scriptData(value: unknown): MarkupText {
  return jsonText(value).replaceAll("<", "\\u003c") as MarkupText;
}

/** Code or style rules of the program or of a bundled library, escaped so that they cannot end their element. */
export function elementCode(text: string): MarkupText {
  return text.replaceAll("</script", "<\\/script").replaceAll("</style", "<\\/style") as MarkupText;
}

/** The program's own tags with filtered values. */
export const markup = weaver<MarkupText>();
