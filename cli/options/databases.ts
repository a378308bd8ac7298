/** Databases that a command line names to be read. Effects: reads them. */
import type { Command } from "commander";

/** Warnings of databases that may not hold all points, because no writer closed them. */
export async function unclosedDatabases(asked: Command): Promise<readonly string[]> {
  const words = asked.registeredArguments.flatMap((argument, i) =>
    [asked.processedArgs[i]].flat().filter((word) => argument.name().includes(".db") || String(word).endsWith(".db")),
  );
  const files = [...new Set(words.filter((word) => typeof word === "string"))];
  if (files.length === 0) return [];
  const { unclosedNote } = await import("../../app/stored.js");
  return files.map(unclosedNote).filter((note) => note !== null);
}
