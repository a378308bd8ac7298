/** `snn-dse merge target.db source.db...`: merges several databases into one. */
import type { Command } from "commander";
import type { Merged } from "../../app/merge.js";
import { withExamples, withJson } from "../options/help.js";
import { print, printJson, warn } from "../output/print.js";
import { EXIT } from "../process/exit.js";

export function registerMerge(program: Command): void {
  const command = program
    .command("merge")
    .argument("<target.db>", "database of a sweep, which receives the points")
    .argument("<source.db...>", "databases of the same parameters and objectives")
    .description("copy the points of several databases into one, without loss (exit code 1 if a point has two different results)")
    .action(async (target: string, sources: readonly string[], options: { json?: boolean }) => {
      const { merge } = await import("../../app/merge.js");
      const { journalNote } = await import("../../app/stored.js");
      const merged = merge(target, sources, (one) => {
        if (options.json === true) printJson(one);
        else print(mergedLines(one));
      });
      const note = journalNote(target);
      if (note !== null) warn(note);
      process.exitCode = merged.every(({ conflicts }) => conflicts.length === 0) ? EXIT.ok : EXIT.internal;
    });
  withJson(command);
  withExamples(command, [
    ["cp night1.db all.db && snn-dse merge all.db night2.db", "all.db holds the points of both; night1.db stays as it is"],
  ]);
}

function mergedLines({ source, added, same, improved, conflicts }: Merged): readonly string[] {
  return [
    `${source}: ${added} added, ${same} known, ${improved} taken over, ${conflicts.length} conflicts`,
    ...conflicts.map(
      ({ id, differences }) =>
        `  point ${id} has other results there: ${differences[0]?.path ?? "unknown"} and ${differences.length - 1} more; the one here is kept`,
    ),
  ];
}
