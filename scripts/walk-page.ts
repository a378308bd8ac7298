/**
 * Runs the commands of a documentation page in an empty folder, and prints their output: `npx tsx scripts/walk-page.ts
 * docs/tutorial.md FOLDER`. Then `cp FOLDER/front.svg docs/images/tutorial-front.svg` takes the tutorial's figure.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { stepsOf, unprinted, walk } from "../test/app/walk.js";

const [page, out] = process.argv.slice(2);
if (page === undefined || out === undefined) throw new Error("name the page and an empty folder");
const folder = resolve(out);
mkdirSync(folder, { recursive: true });
if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
const programs = join(folder, "node_modules", ".bin");
mkdirSync(programs, { recursive: true });
symlinkSync(join(packageRoot(), "dist", "main.js"), join(programs, "snn-dse"));
for (const { step, said } of walk(stepsOf(readFileSync(page, "utf8")), { folder, programs: [programs], typed: (line) => line })) {
  console.log(step.kind === "save" ? `saved ${step.name}` : `$ ${step.lines.join("\n$ ")}\n${said}`);
  const missing = step.kind === "type" ? unprinted(step.shown, said) : [];
  if (missing.length > 0) console.log(`the page shows, and nothing printed:\n${missing.join("\n")}`);
}
