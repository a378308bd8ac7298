/** `snn-dse conform DIR`: compares models of open RTL designs with recorded runs of those designs. */
import type { Command } from "commander";
import { withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";

export function registerConform(program: Command): void {
  const command = program
    .command("conform")
    .argument("[dir]", "folder with cases, at any depth, or a shipped case by name (default: all shipped cases)")
    .description("run RTL cases and compare every row of every file (tinyODIN, ODIN, RANC, SNE, SNN-DSE)")
    .action(async (dir: string | undefined, options: { json?: boolean }) => {
      const { conform } = await import("../../app/conform.js");
      const { caseLines } = await import("../format/conform-lines.js");
      const runs = [];
      for (const run of conform(dir)) {
        runs.push(run);
        if (options.json !== true) print(caseLines(run));
      }
      const identical = runs.filter((run) => run.result?.ok === true).length;
      if (options.json === true) printJson({ identical, cases: runs.length, runs }, 2);
      else print(["", `${identical}/${runs.length} identical`]);
      if (identical < runs.length) process.exitCode = runs.some((run) => run.result === null) ? 2 : 1;
    });
  withJson(command);
  withExamples(command, [
    ["snn-dse conform", "the 24 shipped cases"],
    ["snn-dse conform hotspot", "one case"],
  ]);
}
