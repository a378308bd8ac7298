/** `snn-dse init [dir]`: writes a commented starter description, or copies a shipped one. */
import type { Command } from "commander";
import { withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";

export function registerInit(program: Command): void {
  const command = program
    .command("init")
    .argument("[dir]", "folder to write into; made if missing", ".")
    .option("--example <name>", "copy this shipped example, chip or training configuration, and what it needs to run (snn-dse examples)")
    .option("--force", "overwrite existing files")
    .description("write a commented starter arch.yaml and its schema for editors, or copy a shipped example")
    .action(async (dir: string, options: { example?: string; force?: boolean; json?: boolean }) => {
      const { init, nextCommands } = await import("../../app/starter.js");
      const written = init(dir, { name: options.example ?? null, force: options.force === true });
      if (options.json === true) return printJson({ written });
      for (const file of written) print(`wrote ${file}`);
      const next = nextCommands(written[0]);
      if (next.length > 0) print(["", "Next:", ...next.map((line) => `  ${line}`)]);
    });
  withJson(command);
  withExamples(command, [
    ["snn-dse init", "arch.yaml in this folder"],
    ["snn-dse init my-chip", "my-chip/arch.yaml"],
    ["snn-dse init --example tinyodin-fifo", "tinyodin-fifo.yaml and the recorded inputs that it names"],
  ]);
}
