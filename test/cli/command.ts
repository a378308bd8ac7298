/** Runs a command in this process. */
import { Command } from "commander";
import { printedBy } from "./printed.js";

/**
 * Text that the command prints to stdout. @throws the command's error; the exit code of the process stays as the
 * command set it.
 */
export function printedByCommand(register: (program: Command) => void, ...words: readonly string[]): Promise<string> {
  const program = new Command("snn-dse").exitOverride();
  register(program);
  return printedBy(() => program.parseAsync([...words], { from: "user" }));
}
