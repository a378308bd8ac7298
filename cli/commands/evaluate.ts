/** `snn-dse evaluate`: scores a trained model on data, in float. */
import type { Command } from "commander";
import { shellWord } from "../../base/escape/shell.js";
import { type DataOptions, withData } from "../options/data-options.js";
import { type EncodingOptions, encodingOf, withEncoding } from "../options/encoding.js";
import { withExamples, withJson } from "../options/help.js";
import { pluginsOf } from "../options/plugins.js";
import { print, printJson, warn } from "../output/print.js";

interface Options extends DataOptions, EncodingOptions {
  readonly json?: boolean;
}

export function registerEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .argument("<model.safetensors>", "a trained model, or a shipped one by name")
    .description("measure accuracy, spike densities and operation counts of one model on a data set, in floating point")
    .action(async (file: string, { dataset, data = [], split, json, plugin, ...encoding }: Options) => {
      await pluginsOf({ plugin });
      const { evaluateModels, evaluationRecord } = await import("../../app/evaluate-models.js");
      const input = { encoding: encodingOf(encoding), seed: encoding.seed };
      const [{ network, evaluation }] = await evaluateModels([file], {
        dataset: dataset ?? null,
        data,
        split,
        input,
        onWarning: (text) => warn(`warning: ${text}`),
      });
      if (json === true) {
        printJson({ model: network.name, ...(evaluationRecord(evaluation) as object), operations: evaluation.operations }, 2);
        return;
      }
      const { evaluationLines } = await import("../format/evaluation.js");
      print([...evaluationLines(network, evaluation), "", "Next:", `  snn-dse table ${shellWord(file)}`]);
    });
  withJson(withEncoding(withData(command, "the model")));
  withExamples(command, [
    ["snn-dse evaluate mnist-rows-rec-v2", "the 10,000 test digits"],
    ["snn-dse evaluate mnist-rows-lif --encoder rate --steps-per-frame 4", "digits as random spikes"],
    ["snn-dse evaluate fsdd-phones-rec-v2 --data ../fsdd", "data of your own copy"],
  ]);
}
