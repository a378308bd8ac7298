/** `snn-dse completion`: prints the script with which a shell completes command lines, and answers that script. */
import { Argument, type Command } from "commander";
import { completionOf } from "../completion/complete.js";
import { FILES, SCRIPTS, SHELLS, type Shell } from "../completion/scripts.js";
import { withExamples, withJson, withNotes } from "../options/help.js";
import { print, printJson } from "../output/print.js";

export function registerCompletion(program: Command): void {
  const command = program
    .command("completion")
    .addArgument(new Argument("<shell>", "whose script is printed").choices(SHELLS))
    .argument("[line]", "the script asks: what may stand for the last word of this line; - as one word, after --")
    .description("print a script that lets bash, zsh or fish complete commands, options, shipped names and paths of --set")
    .action(async (shell: Shell, line: string | undefined, options: { json?: boolean }) => {
      if (line === undefined && options.json === true) return printJson({ shell, script: SCRIPTS[shell] });
      if (line === undefined) return print(SCRIPTS[shell].split("\n"));
      const { candidates, files } = await completionOf(program, line, {
        shipped: async (...kinds) => {
          const { coupledExamples, examples, SHIPPED_KINDS } = await import("../../app/examples.js");
          const plain = SHIPPED_KINDS.filter((kind) => kinds.includes(kind));
          const found = [...(plain.length > 0 ? examples(...plain) : []), ...(kinds.includes("coupled") ? coupledExamples() : [])];
          return found.map(({ name, about }) => ({ word: name, about }));
        },
        names: async (kind) => {
          if (kind === "metrics" || kind === "of the front") {
            const { METRICS } = await import("../../app/nouns.js");
            const knee = kind === "metrics" ? [] : [{ word: "knee", about: "the most balanced point of the front" }];
            return [...knee, ...Object.entries(METRICS).map(([word, { about }]) => ({ word, about }))];
          }
          const { frontFormats } = await import("../../app/pareto.js");
          const { pointFormats } = await import("../../app/points.js");
          return (kind === "fronts" ? frontFormats() : pointFormats()).map(([word]) => ({ word, about: "" }));
        },
        settable: async () => {
          const { settablePaths } = await import("../../app/settable-paths.js");
          return settablePaths().map(({ path, about, words }) => ({ word: path, about, words }));
        },
      });
      if (options.json === true) return printJson({ candidates, files });
      print([
        ...candidates.map(({ word, about }) => (shell === "bash" || about === "" ? word : `${word}  ${about}`)),
        ...(files ? [FILES] : []),
      ]);
    });
  withJson(command, "print the script, or what may follow, as JSON on stdout");
  withExamples(command, [
    ["source <(snn-dse completion bash)", "in ~/.bashrc; zsh the same in ~/.zshrc, after compinit"],
    ["snn-dse completion fish | source", "in ~/.config/fish/config.fish"],
    ['snn-dse completion bash --json -- "snn-dse sim ed"', "what may follow, for editors"],
  ]);
  withNotes(command, "The scripts call snn-dse by this name: it has to be in PATH (npm install -g), or an alias or function.");
}
