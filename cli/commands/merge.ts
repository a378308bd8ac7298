/** `snn-dse merge target.db source.db...`: merges several databases into one. */
import type { Command } from "commander";
import type { Merged } from "../../app/merge.js";
import { shellWord } from "../../base/escape/shell.js";
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
      warn(merged.slice(-1).flatMap(({ networks }) => missingLines(target, networks)));
      const note = journalNote(target);
      if (note !== null) warn(note);
      process.exitCode = merged.every(({ conflicts }) => conflicts.length === 0) ? EXIT.ok : EXIT.internal;
    });
  withJson(command, "print the result of each source as one line of JSON on stdout");
  withExamples(command, [
    ["cp night1.db all.db && snn-dse merge all.db night2.db", "all.db holds the points of both; night1.db stays as it is"],
  ]);
}

/** Which networks no merged folder has, and what helps. */
function missingLines(target: string, { folder, missing, missingId }: Merged["networks"]): readonly string[] {
  if (missing === 0) return [];
  const what = missing === 1 ? "1 network of its search is" : `${missing} networks of its search are`;
  const again =
    missingId === null ? "the next sweep trains them again" : `train one again: snn-dse reproduce ${shellWord(target)} ${missingId}`;
  return [`warning: ${target}: ${what} not in ${folder}; copy the searches' other folders of networks into it, or ${again}`];
}

function mergedLines({ source, added, same, improved, conflicts, replaced, networks: { copied } }: Merged): readonly string[] {
  const networks = copied === 0 ? "" : `, ${copied} ${copied === 1 ? "network" : "networks"} copied`;
  return [
    `${source}: ${added} added, ${same} known, ${improved} taken over, ${conflicts.length} conflicts${networks}`,
    ...replaced.map((text) => `  ${text}`),
    ...conflicts.map(
      ({ id, differences }) =>
        `  point ${id} has other results there: ${differences[0]?.path ?? "unknown"} and ${differences.length - 1} more; the one here is kept`,
    ),
  ];
}
