/** The parts every command's help shares: examples and `--json`. Light: imported by every command at start. */
import { type Command, InvalidArgumentError } from "commander";
import { folded } from "../format/folded.js";

/** Width of help, as commander folds it. */
const helpWidth = (): number => process.stdout.columns || 80;

/**
 * Adds an `Examples:` section; each example is `[command line, what it does]`, below each other if too wide. What it
 * does is a comment of the shell, so that the whole line can be copied.
 */
export function withExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const beside = examples.map(([line, about]) => `  $ ${line.padEnd(width)}   # ${about}`);
  const below = examples.map(([line, about]) => `  # ${about}\n  $ ${line}`);
  const lines = (): readonly string[] => (beside.some((line) => line.length > helpWidth()) ? below : beside);
  return command.addHelpText("after", () => `\nExamples:\n${lines().join("\n")}`);
}

/** Adds paragraphs at the end, whose lines are folded to the terminal. */
export function withNotes(command: Command, ...paragraphs: readonly string[]): Command {
  const lines = (text: string): readonly string[] => text.split("\n").flatMap((line) => folded(line, helpWidth()));
  return command.addHelpText("after", () => paragraphs.map((text) => `\n${lines(text).join("\n")}`).join("\n"));
}

/** Adds `--json`. */
export function withJson(command: Command, what = "print the result as JSON on stdout"): Command {
  return command.option("--json", what);
}

/** How to pass a cluster's secrets, for the help of sweep and worker. */
export const SECRETS_HELP =
  "Secrets: a password in --redis is visible in the process list until the program has started (about 0.1 s), and in the lines of programs that start it (timeout, sudo, a shell's -c) as long as those run: use --redis-file or SNN_DSE_REDIS. Without a key only a server on this host is used.";

/** Option parser: an integer of at least `low`, and at most `high`. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    // an empty text would be 0, and a seed above 2^53 that of another number
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new InvalidArgumentError("expected a whole number below 2^53");
    if (text.trim() === "" || !Number.isInteger(value) || value < low)
      throw new InvalidArgumentError(`expected a whole number of at least ${low}`);
    if (value > high) throw new InvalidArgumentError(`expected a whole number of at most ${high}`);
    return value;
  };
}

/** Option parser: a number of any kind; what may be said of its size is said where it is used. */
export function realNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("expected a number");
  return value;
}

/** Option parser: collects repeated options into a list. */
export function repeated(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Option parser: a time such as `90s`, `10m`, `1.5h` in milliseconds; a bare number is seconds. */
export function milliseconds(text: string): number {
  const [, amount = "", unit = "s"] = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text.trim()) ?? [];
  const value = Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"];
  if (amount === "" || value <= 0) throw new InvalidArgumentError("expected a time like 90s, 10m or 1.5h");
  return value;
}

/** Splits texts separated by commas; empty if the option is missing. */
export const listOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : text.split(",").map((part) => part.trim());

/** Help of `--base`, for commands that run a stored point again. */
export const BASE_HELP = "description that the sweep was made from, if its model file lies beside it";
