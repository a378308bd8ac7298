/** `snn-dse evaluate` and `snn-dse table`: trained models on data, in float. */
import { type Command, Option } from "commander";
import { type EncodingOptions, encodingOf, withEncoding } from "../encoding.js";
import { repeated, withExamples, withJson } from "../help.js";
import type { EvaluateOptions } from "../options.js";

function withData(command: Command): Command {
  return command
    .option("--dataset <name>", "data set (default: the one that each model was trained on)")
    .option("--data <path>", "where it is kept; or name=path, repeated, for several data sets", repeated)
    .addOption(new Option("--split <half>", "which half of the data set").choices(["train", "test"]).default("test"));
}

export function registerEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .argument("<model.safetensors>", "a trained model")
    .description("accuracy, spike densities and operation counts of one model on a data set, in float")
    .action(async (model: string, options: EvaluateOptions & EncodingOptions) => {
      const { evaluateModel } = await import("../evaluate.js");
      await evaluateModel(model, options, { encoding: encodingOf(options), seed: options.seed });
    });
  withJson(withEncoding(withData(command)));
  withExamples(command, [
    ["snn-dse evaluate training/models/mnist-rows-rec-v2.safetensors", "the 10,000 test digits"],
    ["snn-dse evaluate training/models/mnist-rows-lif.safetensors --encoder rate --steps-per-frame 4", "digits as random spikes"],
    ["snn-dse evaluate training/models/fsdd-phones-rec-v2.safetensors --data ../fsdd", "data of your own copy"],
  ]);
}

export function registerTable(program: Command): void {
  const command = program
    .command("table")
    .argument("<model.safetensors...>", "trained models")
    .addOption(
      new Option("--format <format>", "Markdown, CSV, LaTeX (booktabs), or a picture of error over multiplications")
        .choices(["md", "csv", "tex", "svg"])
        .default("md"),
    )
    .description("the comparison of the paper over models: error, parameters, densities, operations a frame, savings, NeuroBench")
    .action(async (models: string[], options: EvaluateOptions) => {
      const { printTable } = await import("../evaluate.js");
      await printTable(models, options);
    });
  withData(command);
  withExamples(command, [
    ["snn-dse table training/models/mnist-rows-*.safetensors", "all systems on MNIST rows"],
    ["snn-dse table training/models/*.safetensors --data fsdd=../fsdd --format tex", "for a paper"],
    ["snn-dse table training/models/*.safetensors --data fsdd=../fsdd --format svg > tradeoff.svg", "error over multiplications"],
  ]);
}
