/** `snn-dse examples`: lists the shipped files by name. */
import { Argument, type Command } from "commander";
import type { ShippedKind } from "../../app/examples.js";
import { lookOf } from "../format/style.js";
import { withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";

/** All kinds. Listed here so that the program does not load the registry at its start. */
const KINDS: { readonly [kind in ShippedKind]: true } = {
  example: true,
  chip: true,
  model: true,
  config: true,
  case: true,
  sanafe: true,
  nir: true,
  spikes: true,
};

export function registerExamples(program: Command): void {
  const command = program
    .command("examples")
    .addArgument(new Argument("[kind...]", "only these kinds").choices(Object.keys(KINDS)))
    .description("list what ships with the program; each name can be used where a command takes a file of its kind")
    .action(async (kinds: readonly ShippedKind[], options: { json?: boolean }) => {
      const { examples } = await import("../../app/examples.js");
      const { exampleLines } = await import("../format/example-lines.js");
      const found = examples(...kinds);
      if (options.json === true) printJson(found, 2);
      else print(exampleLines(lookOf(process.stdout, process.env), found));
    });
  withJson(command, "print kind, name, path and description as JSON on stdout");
  withExamples(command, [
    ["snn-dse examples", "everything, by kind"],
    ["snn-dse examples example chip", "descriptions and chips"],
    ["snn-dse examples model --json", "for scripts"],
  ]);
}
