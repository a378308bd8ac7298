/** The filter of Markdown (GitHub's, with tables). Pure. */
import { withoutControls } from "./controls.js";
import { type Filtered, weaver } from "./filtered.js";

export type MarkdownText = Filtered<"markdown">;

/** Escapes what begins markup, ends a table cell, or makes a link. An underscore within a word needs no escape. */
export function markdownText(text: string): MarkdownText {
  return withoutControls(text).replace(/[\\|<>`[\]*]/g, "\\$&") as MarkdownText;
}

/** The program's own words with filtered values. */
export const markdown = weaver<MarkdownText>();
