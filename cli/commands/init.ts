/** `snn-dse init [dir]`: writes a commented starter description. */
import type { Command } from "commander";
import { withExamples, withJson } from "../help.js";
import { print, printJson } from "../print.js";

export function registerInit(program: Command): void {
  const command = program
    .command("init")
    .argument("[dir]", "folder to write into; made if missing", ".")
    .option("--force", "overwrite an existing arch.yaml")
    .description("write a commented starter arch.yaml and its schema for editors")
    .action(async (dir: string, options: { force?: boolean; json?: boolean }) => {
      const { writeStarter } = await import("../../app/starter.js");
      const written = await writeStarter(dir, options.force === true);
      if (options.json === true) printJson({ written });
      else {
        for (const file of written) print(`wrote ${file}`);
        print(["", "Next:", ...["check", "sim", "sweep"].map((command) => `  snn-dse ${command} ${written[0]}`)]);
      }
    });
  withJson(command);
  withExamples(command, [
    ["snn-dse init", "arch.yaml in this folder"],
    ["snn-dse init my-chip", "my-chip/arch.yaml"],
  ]);
}
