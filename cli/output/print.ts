/**
 * The one door to the terminal and to whoever reads its pipes: text passes a filter on the way, so that no name can
 * move the cursor, write the clipboard or draw a line that looks like one of ours. Nothing else in `cli/` writes to
 * stdout or stderr. Effects: writes to both.
 */
import { once } from "node:events";
import type { FileContent } from "../../base/escape/filtered.js";
import { jsonText } from "../../base/escape/json.js";
import { folded } from "../format/folded.js";
import { lookOf } from "../format/style.js";
import { type TerminalText, terminal, terminalLine } from "../format/terminal-text.js";

type Lines = string | readonly string[];

/** On a terminal no line is wider than it; a file or a pipe gets every line whole. */
function filtered(lines: Lines, stream: NodeJS.WriteStream): TerminalText {
  const { columns = Number.POSITIVE_INFINITY } = lookOf(stream, process.env);
  return (typeof lines === "string" ? [lines] : lines)
    .flatMap((line) => folded(line, columns))
    .map((line) => terminalLine(line))
    .reduce((text, line) => terminal`${text}${line}\n`, terminal``);
}

/** Lines for the reader; a line break within one of them is shown, not obeyed. */
export function print(lines: Lines): void {
  process.stdout.write(filtered(lines, process.stdout));
}

/** Lines beside the output: warnings, errors, what was written where. */
export function warn(lines: Lines): void {
  process.stderr.write(filtered(lines, process.stderr));
}

/** One value as JSON and a line break. */
export function printJson(value: unknown, indent = 0): void {
  process.stdout.write(jsonText(value, indent, "\n"));
}

/** A file's content to stdout. */
export function printContent(content: FileContent): void {
  process.stdout.write(content);
}

/** A file's content to stdout, piece by piece, as fast as its reader takes it. */
export async function printPieces(pieces: Iterable<FileContent>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, "drain");
}

/** Shows a line in place of the one shown so before; the empty line clears it. */
export function overwrite(line: string): void {
  process.stdout.write(terminal`\r\u001b[K${terminalLine(line)}`);
}

/** Puts text on the clipboard by OSC 52, where the terminal allows it. Base64 holds nothing to be obeyed. */
export function copyText(text: string): void {
  process.stdout.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
}
