/**
 * Folds comments that are wider than a line: `npx tsx scripts/fold-comments.ts` (all), or `... FILE.ts`. Sources of
 * kernels are left alone: what a compiled kernel says of a fault names its lines.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { sourcesIn } from "./documents.js";
import { foldedComments } from "./folded-comments.js";

const named = process.argv.slice(2);
for (const file of named.length > 0 ? named : sourcesIn(packageRoot()).map((path) => join(packageRoot(), path))) {
  const text = readFileSync(file, "utf8");
  const folded = foldedComments(text);
  if (folded === text) continue;
  writeFileSync(file, folded);
  console.log(`folded ${file}`);
}
