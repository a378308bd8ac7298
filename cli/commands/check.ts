/** `snn-dse check arch.yaml`: checks a description without running its search. */
import type { Command } from "commander";
import type { Check } from "../../app/check.js";
import { lookOf } from "../format/style.js";
import { repeated, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { failWith } from "../output/failure.js";
import { print, printJson, warn } from "../output/print.js";

export function registerCheck(program: Command): void {
  const command = program
    .command("check")
    .argument("<arch.yaml>", "description to check, or a shipped one by name")
    .option("--set <path=value>", "change a value first; may be repeated", repeated)
    .description("check a description: all mistakes at once, the resolved chip, capacity, area, number of points, run time")
    .action(async (file: string, options: PluginOptions & { set?: readonly string[]; json?: boolean }) => {
      const { check } = await import("../../app/check.js");
      const { openRunnable } = await import("../../app/open.js");
      const { valuesOf } = await import("../options/values.js");
      const found = await check(await openRunnable(file, { plugins: await pluginsOf(options) }), { values: valuesOf(options.set ?? []) });
      const infeasible = found.kind === "board" ? found.infeasible : null;
      if (options.json === true) printJson(dataOf(found), 2);
      else {
        const { checkLines } = await import("../format/check-lines.js");
        warn(found.warnings.map((text) => `warning: ${text}`));
        print(checkLines(lookOf(process.stdout, process.env), found));
      }
      if (infeasible !== null) failWith(infeasible);
      else if (options.json !== true) print(["", "ok"]);
    });
  withPlugins(command, "a plug-in with samplers, data sets, price models, topologies or cells");
  withJson(command, "print the resolved description and the findings as JSON on stdout");
  withExamples(command, [
    ["snn-dse check edge", "chip, capacity, area, size of the search"],
    ["snn-dse check edge --set tile.core.synapse_memory.size_kib=56", "would it fit smaller memories? (exit code 3: no)"],
  ]);
}

/** The findings that `--json` prints, without the parsed description. */
function dataOf(found: Check): { readonly [key: string]: unknown } {
  const { kind: _kind, experiment: _experiment, sweep: _sweep, ...data } = found;
  if (!("infeasible" in data)) {
    const { caseFiles: _files, ...rest } = data;
    return rest;
  }
  const { model: _model, ...rest } = data;
  const { code, message, resource, need, have, fix } = data.infeasible ?? {};
  return { ...rest, infeasible: data.infeasible === null ? null : { code, message, resource, need, have, fix } };
}
