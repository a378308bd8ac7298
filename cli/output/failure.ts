/** The end of a command that has printed its findings and fails then. Effects: writes to stderr, sets the exit code. */
import { endingOf } from "../process/exit.js";
import { warn } from "./print.js";

/** Says why on stderr alone: a second JSON document behind that of the findings could not be read. */
export function failWith(error: unknown): void {
  const { exitCode, lines } = endingOf(error);
  warn(lines);
  process.exitCode = exitCode;
}
