/**
 * The only file in `cli/` that writes to stdout and stderr. Text passes a filter first, so that no name can move the
 * cursor, write the clipboard or draw a line that looks like the program's own. Effects: writes to both.
 */
import { once } from "node:events";
import type { FileContent } from "../../base/escape/filtered.js";
import { jsonText } from "../../base/escape/json.js";
import { folded } from "../format/folded.js";
import { lookOf } from "../format/style.js";
import { type TerminalText, terminal, terminalLine } from "../format/terminal-text.js";

type Lines = string | readonly string[];

/** On a terminal lines are folded to its width; a file or a pipe gets every line whole. */
function filtered(lines: Lines, stream: NodeJS.WriteStream): TerminalText {
  const { columns = Number.POSITIVE_INFINITY } = lookOf(stream, process.env);
  return (typeof lines === "string" ? [lines] : lines)
    .flatMap((line) => folded(line, columns))
    .map((line) => terminalLine(line))
    .reduce((text, line) => terminal`${text}${line}\n`, terminal``);
}

/** Prints lines; a line break within a line becomes a question mark. */
export function print(lines: Lines): void {
  process.stdout.write(filtered(lines, process.stdout));
}

/** Prints lines to stderr: warnings, errors, names of written files. */
export function warn(lines: Lines): void {
  process.stderr.write(filtered(lines, process.stderr));
}

/** Prints one value as JSON and a line break. */
export function printJson(value: unknown, indent = 0): void {
  process.stdout.write(jsonText(value, indent, "\n"));
}

/** Writes a file's content to stdout. */
export function printContent(content: FileContent): void {
  process.stdout.write(content);
}

/** Writes a file's content to stdout piece by piece, as fast as its reader takes it. */
export async function printPieces(pieces: Iterable<FileContent>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, "drain");
}

/** Overwrites the line that this function showed before on a stream; an empty line clears it. */
export function overwrite(line: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(terminal`\r\u001b[K${terminalLine(line)}`);
}

/** Puts text on the clipboard by OSC 52, if the terminal allows it. Base64 contains no control characters. */
export function copyText(text: string): void {
  process.stdout.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
}
