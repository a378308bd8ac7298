/** A command run in this process, as its words would run it. */
import { Command } from "commander";
import { printedBy } from "./printed.js";

/** What the command prints to stdout. @throws what it throws; the process's exit code is as the command leaves it. */
export function printedByCommand(register: (program: Command) => void, ...words: readonly string[]): Promise<string> {
  const program = new Command("snn-dse").exitOverride();
  register(program);
  return printedBy(() => program.parseAsync([...words], { from: "user" }));
}
