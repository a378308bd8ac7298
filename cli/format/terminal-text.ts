/**
 * The filter of the terminal. Every control character becomes a question mark. Colours pass, because `paint` does not
 * write them as control characters but as a mark that only this process knows, so no name in a file or a database can
 * contain it.
 */
import { withoutControls } from "../../base/escape/controls.js";
import { type Filtered, weaver } from "../../base/escape/filtered.js";

export type TerminalText = Filtered<"terminal">;

/**
 * Three of the 6,400 characters for private use, which no terminal obeys, chosen by the nanosecond at which this line
 * runs. The author of an older file cannot know them, and `node:crypto` would cost every start some milliseconds.
 */
const MARK = [1n, 6_400n, 40_960_000n]
  .map((unit) => String.fromCharCode(0xe000 + Number((process.hrtime.bigint() / unit) % 6_400n)))
  .join("");
const STYLES = new RegExp(`${MARK}(\\d+)m`, "g");

/** The mark of one SGR code within a line. */
export const styleMark = (code: number | string): string => `${MARK}${code}m`;

/** A line without its styles. */
export const unstyled = (line: string): string => line.replace(STYLES, "");

/** A line as plain text and style codes in turn. */
export const runsOf = (line: string): readonly string[] => line.split(STYLES);

/** As `runsOf`, filtered. */
export const filteredRuns = (line: string): readonly TerminalText[] => runsOf(withoutControls(line)) as readonly TerminalText[];

/** Filtered text as its characters. */
export const charactersOf = (text: TerminalText): readonly TerminalText[] => [...text] as readonly string[] as readonly TerminalText[];

/** One filtered line for the terminal. */
export function terminalLine(line: string): TerminalText {
  return withoutControls(line).replace(STYLES, "\u001b[$1m") as TerminalText;
}

/** The program's own sequences with filtered values. */
export const terminal = weaver<TerminalText>();
