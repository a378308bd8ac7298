/** The filter of Markdown (GitHub's, with tables). Pure. */
import { withoutControls } from "./controls.js";
import { type Filtered, weaver } from "./filtered.js";

export type MarkdownText = Filtered<"markdown">;

/** Underscores that may begin or end emphasis: those within a word cannot. */
const EMPHASIS = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;

/**
 * Escapes what begins markup, a character reference or a formula, ends a table cell, or makes a link of a bare web
 * address. E-mail addresses and names after an at sign stay: some readers link them whether escaped or not.
 */
export function markdownText(text: string): MarkdownText {
  return withoutControls(text)
    .replace(/[\\|<>`[\]*~&$]/g, "\\$&")
    .replace(EMPHASIS, (run) => run.replaceAll("_", "\\_"))
    .replace(/:(?=\/\/)|(?<=www)\./gi, "\\$&") as MarkdownText;
}

/** The program's own words with filtered values. */
export const markdown = weaver<MarkdownText>();
