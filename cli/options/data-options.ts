/** Options that say what models are evaluated on. */
import { type Command, Option } from "commander";
import { repeated } from "./help.js";
import { type PluginOptions, withPlugins } from "./plugins.js";

export interface DataOptions extends PluginOptions {
  readonly dataset?: string;
  /** `path`, or `set=path` for the data sets whose names start with `set`. */
  readonly data?: readonly string[];
  readonly split: "train" | "test";
}

/** @param trainedOn the data sets of the model, or of each model */
export function withData(command: Command, trainedOn: string): Command {
  return withPlugins(command, "a plug-in with data sets")
    .option("--dataset <name>", `data set (default: the one that ${trainedOn} was trained on)`)
    .option("--data <path>", "folder of the data set; of several: name=path; may be repeated", repeated)
    .addOption(new Option("--split <half>", "which half of the data set").choices(["train", "test"]).default("test"));
}
