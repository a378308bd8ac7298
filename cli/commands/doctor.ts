/** `snn-dse doctor`: shows what is installed, which back ends work, and what is missing for which command. */
import type { Command } from "commander";
import { withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("check what is installed and which back ends work")
    .action(async (options: { json?: boolean }) => {
      const { examine } = await import("../runs/examine.js");
      const { lookOf, paint } = await import("../format/style.js");
      const { tableLines } = await import("../format/text-table.js");
      const findings = await examine();
      const broken = findings.some((finding) => finding.needed && !finding.ok);
      if (options.json === true) printJson({ ok: !broken, findings }, 2);
      else {
        const look = lookOf(process.stdout, process.env);
        const word = (ok: boolean, needed: boolean): string =>
          ok ? paint(look, "ok", "green") : needed ? paint(look, "MISSING", "red", "bold") : paint(look, "absent", "yellow");
        const columns = [
          { title: "part", align: "left" },
          { title: "state", align: "left" },
          { title: "detail", align: "left", least: 20, wraps: true },
        ] as const;
        print(
          tableLines(
            look,
            columns,
            findings.map((f) => [f.part, word(f.ok, f.needed), f.detail]),
          ),
        );
        print(["", broken ? "A needed part is missing: see the lines marked MISSING." : "All needed parts work."]);
      }
      if (broken) process.exitCode = 1;
    });
  withJson(command);
  withExamples(command, [
    ["snn-dse doctor", "a table of parts and their state"],
    ["snn-dse doctor --json", "the same for a bug report or a script"],
  ]);
}
