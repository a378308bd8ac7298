/** `snn-dse python`: prints the path of the Python client. */
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { packageRoot } from "../../base/package-root.js";
import { withExamples } from "../options/help.js";
import { print } from "../output/print.js";

export function registerPython(program: Command): void {
  const command = program
    .command("python")
    .option("--folder", "its folder, for PYTHONPATH")
    .description("print the path of snn_dse.py, the Python client (Python 3.9 or later, no further packages)")
    .action(({ folder = false }: { readonly folder?: boolean }) => {
      const file = join(packageRoot(), "app", "python", "snn_dse.py");
      print(folder ? dirname(file) : file);
    });
  withExamples(command, [
    ['export PYTHONPATH="$(snn-dse python --folder)"', "then: import snn_dse"],
    ['cp "$(snn-dse python)" .', "it is one file"],
  ]);
}
