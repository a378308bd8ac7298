/**
 * Folds prose of documents that is wider than a line: `npx tsx scripts/fold-docs.ts` (all), or `... FILE.md`. Pages
 * that a script writes are folded by the script. The test of the documents holds that nothing is left to fold.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
import { documentsIn } from "./documents.js";

const named = process.argv.slice(2);
for (const file of named.length > 0 ? named : documentsIn(packageRoot()).map((path) => join(packageRoot(), path))) {
  const text = readFileSync(file, "utf8");
  const folded = foldedMarkdown(text);
  if (folded === text) continue;
  writeFileSync(file, folded);
  console.log(`folded ${file}`);
}
