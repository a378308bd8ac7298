/** `snn-dse train config.yaml`: trains a network, with progress, checkpoints and resume. */
import { type Command, Option } from "commander";
import type { TrainOptions } from "../options/command-options.js";
import { wholeNumber, withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { withPlugins } from "../options/plugins.js";
import { withRules } from "../options/together.js";

/** Seeds separated by commas. */
const seeds = (text: string): number[] => text.split(",").map((part) => wholeNumber(0)(part));

export function registerTrain(program: Command): void {
  const command = program
    .command("train")
    .argument("<config.yaml...>", "training configurations, or shipped ones by name; * in a name stands for any text")
    .addOption(
      new OutputOption("-o, --out <file>", "model file to write (default: the configuration's name + .safetensors, or .nir, here)"),
    )
    .addOption(new OutputOption("--out-dir <folder>", "folder for the models"))
    .option("--data <path>", "where the data set is kept (default: what the configuration says)")
    .option("--for <arch.yaml>", "train for the bits of a description's precision, in configurations with a quantisation section")
    .option("--seed <n,...>", "other seeds than the configuration's, one model each", seeds)
    .addOption(new Option("--backend <name>", "TensorFlow.js back end").choices(["auto", "tensorflow", "wasm", "cpu"]).default("auto"))
    .option("--workers <n>", "worker threads that share out a batch's shards (default: as many as shards and cores)", wholeNumber(1))
    .option("--fresh", "forget a checkpoint of an interrupted run and start over")
    .description(
      "train lif, alif, rec-v1, rec-v2, gru or lstm, or a NIR network on events, and compare several; an interrupted run continues where it was",
    )
    .action(async (configs: string[], options: TrainOptions) => {
      const { trainAndPrint } = await import("../runs/run-training.js");
      await trainAndPrint(configs, options);
    });
  withPlugins(command, "a plug-in with data sets");
  withRules<TrainOptions>(command, [["out", "not with", "--out-dir", ({ outDir }) => outDir !== undefined]]);
  withJson(command, "print events as NDJSON on stdout");
  withExamples(command, [
    ["snn-dse train mnist-rows-rec-v2", "trains and writes mnist-rows-rec-v2.safetensors"],
    ["snn-dse train fsdd-phones-rec-v2 --data ../fsdd --seed 2", "another data set, another seed"],
    [
      "snn-dse train timit-{lif,rec-v1,rec-v2,gru,lstm} --data TIMIT --seed 1,2,3",
      "the paper's comparison on your data: five systems, then the table",
    ],
    [
      "snn-dse train fsdd-phones-rec-v2-w3 --data ../fsdd --for arch.yaml",
      "for the weights of a chip: its precision.weight_bits, by layer too",
    ],
    ["snn-dse train my.yaml -o models/my.safetensors", "another place"],
    ["snn-dse train my.yaml --backend tensorflow", "fail loudly if the native back end is missing"],
  ]);
}
