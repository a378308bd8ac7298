/** `snn-dse check arch.yaml`: everything that can be said without a run. */
import type { Command } from "commander";
import { repeated, withExamples, withJson } from "../help.js";

export function registerCheck(program: Command): void {
  const command = program
    .command("check")
    .argument("<arch.yaml>", "description to check")
    .option("--set <path=value>", "change a value first; may be repeated", repeated)
    .description("validate a description: all problems at once, the resolved chip, capacity, area, points, time")
    .action(async (file: string, options: { set?: readonly string[]; json?: boolean }) => {
      const { loadRunnable } = await import("../load.js");
      const { isCoupled } = await import("../../arch/index.js");
      const description = await loadRunnable(file);
      const { experiment } = description;
      if (isCoupled(experiment)) {
        const { checkCoupled } = await import("../coupled-point.js");
        return checkCoupled(description, options.set ?? [], options.json === true);
      }
      const { checkDescription } = await import("../check.js");
      await checkDescription({ ...description, experiment }, options.set ?? [], options.json === true);
    });
  withJson(command, "print the resolved description and the findings as JSON on stdout");
  withExamples(command, [
    ["snn-dse check arch/examples/edge.yaml", "chip, capacity, area, size of the search"],
    ["snn-dse check my-chip/arch.yaml --set tile.core.lanes=32", "would this fit?"],
  ]);
}
