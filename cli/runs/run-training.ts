/** Trains from configuration files; prints progress lines or NDJSON, then the comparison. Effects: signals, prints. */
import { trainModels } from "../../app/train.js";
import { shellWord } from "../../base/escape/shell.js";
import type { TrainOptions } from "../options/command-options.js";
import { pluginsOf } from "../options/plugins.js";
import { print } from "../output/print.js";
import { EXIT } from "../process/exit.js";
import { onLeaveSignals } from "../process/leave-signals.js";
import { jsonReporter, lineReporter } from "./train-report.js";

export async function trainAndPrint(files: readonly string[], options: TrainOptions): Promise<void> {
  const {
    out = null,
    outDir = ".",
    data = null,
    seed = null,
    workers = null,
    backend,
    for: aim = null,
    fresh = false,
    json = false,
  } = options;
  await pluginsOf(options);
  const stopped = new AbortController();
  // A second Ctrl-C leaves at once, with the last checkpoint.
  const deaf = onLeaveSignals(() => {
    if (stopped.signal.aborted) process.exit(EXIT.interrupted);
    stopped.abort();
  });
  const report = json ? jsonReporter() : lineReporter();
  const made = await trainModels(files, {
    out,
    outDir,
    data,
    for: aim,
    seeds: seed,
    workers,
    backend,
    fresh,
    onEvent: report,
    signal: stopped.signal,
  });
  deaf();
  if (json) return;
  if (made.length === 1) return print(["", "Next:", `  snn-dse sim arch.yaml --set ${shellWord(`network.model=${made[0].file}`)}`]);
  const models = made.filter(({ file }) => file.endsWith(".safetensors"));
  if (models.length === 0) return;
  print("");
  const { evaluateMade } = await import("../../app/evaluate-models.js");
  const { printTable } = await import("../output/print-table.js");
  printTable(await evaluateMade(models), null);
}
