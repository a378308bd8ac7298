/** `snn-dse table`: compares trained models, in float. */
import { type Command, Option } from "commander";
import { type DataOptions, withData } from "../options/data-options.js";
import { withExamples } from "../options/help.js";
import { pluginsOf } from "../options/plugins.js";
import type { ComparisonFormat } from "../output/print-table.js";

interface Options extends DataOptions {
  readonly format?: ComparisonFormat;
}

export function registerTable(program: Command): void {
  const command = program
    .command("table")
    .argument("<model.safetensors...>", "trained models, or shipped ones by name; * in a name stands for any text")
    .addOption(
      new Option(
        "--format <format>",
        "Markdown, CSV, LaTeX (booktabs), or a picture of error over multiplications (default: a table as wide as the terminal, or md in a pipe)",
      ).choices(["md", "csv", "tex", "svg"]),
    )
    .description("compare trained models: error, parameters, densities, operations per frame, savings, NeuroBench metrics")
    .action(async (models: string[], { dataset, data = [], split, format, plugin }: Options) => {
      await pluginsOf({ plugin });
      const { evaluateModels } = await import("../../app/evaluate-models.js");
      const { printTable } = await import("../output/print-table.js");
      const { warn } = await import("../output/print.js");
      const onRepeated = (file: string, earlier: string): void => warn(`${file} holds the same network as ${earlier}: it counts once`);
      printTable(
        await evaluateModels(models, { dataset: dataset ?? null, data, split, onRepeated, onWarning: (text) => warn(`warning: ${text}`) }),
        format ?? null,
      );
    });
  withData(command, "each model");
  withExamples(command, [
    ["snn-dse table 'mnist-rows-*'", "all systems on MNIST rows"],
    ["snn-dse table 'mnist-rows-*' 'fsdd-phones-*' --data fsdd=../fsdd --format tex", "for a paper"],
    ["snn-dse table 'fsdd-phones-*' --data fsdd=../fsdd --format svg > tradeoff.svg", "error over multiplications"],
  ]);
}
