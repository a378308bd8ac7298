/** `snn-dse export`: our models in other tools' formats. */
import type { Command } from "commander";
import { withExamples, withJson } from "../help.js";
import { print, printJson, warn } from "../print.js";

export function registerExport(program: Command): void {
  const group = program.command("export").description("write a model in another tool's format");
  const command = group
    .command("nir")
    .argument("<model.safetensors>", "lif, rec-v1 or rec-v2 model")
    .argument("<out.nir>", "file to write")
    .requiredOption("--dt <seconds>", "seconds of one frame")
    .description("write a NIR file: the nearest primitives, and the whole network in its metadata")
    .action(async (model: string, out: string, options: { readonly dt: string; readonly json?: boolean }) => {
      const { exportNir } = await import("../../app/export-nir.js");
      const written = await exportNir(model, out, Number(options.dt));
      if (options.json === true) printJson(written);
      else {
        warn(written.warnings.map((text) => `warning: ${text}`));
        print(`${out}: ${written.nodes} nodes, ${written.edges} edges`);
      }
    });
  withJson(command);
  withExamples(command, [["snn-dse export nir training/models/mnist-rows-rec-v2.safetensors net.nir --dt 0.01", "the shipped model"]]);
}
