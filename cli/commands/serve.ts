/** `snn-dse serve --stdio`: serves ask and tell to programs in other languages. */
import { type Command, Option } from "commander";
import { withExamples, withNotes } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";

export function registerServe(program: Command): void {
  const command = program
    .command("serve")
    .addOption(new Option("--stdio", "JSON-RPC 2.0 on standard input and output, one message per line").makeOptionMandatory())
    .description("serve another program, which asks for points, has them evaluated in workers, reports its own results and reads fronts")
    .action(async (options: PluginOptions) => {
      const { runServe } = await import("../serve/run-server.js");
      process.exitCode = await runServe(process.stdin, await pluginsOf(options));
    });
  withPlugins(
    command,
    "a plug-in with samplers, data sets, price models, topologies or cells that descriptions may use; no message can load one",
  );
  withExamples(command, [
    [`echo '{"jsonrpc": "2.0", "id": 1, "method": "version"}' | snn-dse serve --stdio`, "one answer per line"],
    ["snn-dse python", "the path of the Python client"],
  ]);
  withNotes(
    command,
    "The methods are in docs/library.md. It ends when its input ends, after all answers. A signal stops running points; stored points stay.",
  );
}
