/** `snn-dse show x.db ID`: one point in full. */
import type { Command } from "commander";
import { wholeNumber, withExamples, withJson } from "../help.js";
import { print, printJson } from "../print.js";

export function registerShow(program: Command): void {
  const command = program
    .command("show")
    .argument("<x.db>", "result database")
    .argument("<id>", "number of the point", wholeNumber(1))
    .description("one stored point in full: parameters, metrics, breakdown, utilisation, or why it failed")
    .action(async (database: string, id: number, options: { json?: boolean }) => {
      const { pointLines } = await import("../show.js");
      const { pointOf, withStore } = await import("../stored.js");
      const { lookOf } = await import("../format/style.js");
      withStore(database, (store) => {
        const point = pointOf(store, database, id);
        if (options.json === true) printJson({ ...point, result: store.result(id) }, 2);
        else print(pointLines(store, point, lookOf(process.stdout, process.env)));
      });
    });
  withJson(command);
  withExamples(command, [
    ["snn-dse show edge.db 42", "point 42"],
    ["snn-dse show edge.db 42 --json | jq .result.metrics", "for scripts"],
  ]);
}
