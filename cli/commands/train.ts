/** `snn-dse train config.yaml`: trains a network, with progress, checkpoints and resume. */
import { type Command, Option } from "commander";
import { wholeNumber, withExamples, withJson } from "../help.js";
import type { TrainOptions } from "../options.js";

export function registerTrain(program: Command): void {
  const command = program
    .command("train")
    .argument("<config.yaml>", "training configuration; training/configs has examples")
    .option("-o, --out <file>", "model file to write (default: the configuration's name + .safetensors, here)")
    .option("--data <path>", "where the data set is kept (default: what the configuration says)")
    .option("--seed <n>", "another seed than the configuration's", wholeNumber(0))
    .addOption(new Option("--backend <name>", "TensorFlow.js back end").choices(["auto", "tensorflow", "wasm", "cpu"]).default("auto"))
    .option("--workers <n>", "worker threads that share out a batch's shards (default: as many as shards and cores)", wholeNumber(1))
    .option("--fresh", "forget a checkpoint of an interrupted run and start over")
    .description("train lif, rec-v1, rec-v2, gru or lstm; an interrupted run continues where it was")
    .action(async (config: string, options: TrainOptions) => {
      const { trainModel } = await import("../train.js");
      await trainModel(config, options);
    });
  withJson(command, "print events as NDJSON on stdout");
  withExamples(command, [
    ["snn-dse train training/configs/mnist-rows-rec-v2.yaml", "trains and writes mnist-rows-rec-v2.safetensors"],
    ["snn-dse train training/configs/fsdd-phones-rec-v2.yaml --data ../fsdd --seed 2", "another data set, another seed"],
    ["snn-dse train my.yaml -o models/my.safetensors", "another place"],
    ["snn-dse train my.yaml --backend tensorflow", "fail loudly if the native back end is missing"],
  ]);
}
