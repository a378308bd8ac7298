/**
 * Folds documents and comments to the width of a line: `npx tsx scripts/fold.ts` (all), or `... FILE.md FILE.ts`. Pages
 * that a script writes are folded by that script. Sources of kernels are not folded, because a compiled kernel names
 * their lines in errors. Tests check that nothing is left to fold.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
import { documentsIn, sourcesIn } from "./documents.js";
import { foldedComments } from "./folded-comments.js";

const root = packageRoot();
const named = process.argv.slice(2);
const all = (): readonly string[] => [...documentsIn(root), ...sourcesIn(root)].map((path) => join(root, path));
for (const file of named.length > 0 ? named : all()) {
  const text = readFileSync(file, "utf8");
  const folded = file.endsWith(".md") ? foldedMarkdown(text) : foldedComments(text);
  if (folded === text) continue;
  writeFileSync(file, folded);
  console.log(`folded ${file}`);
}
