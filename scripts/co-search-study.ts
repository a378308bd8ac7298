/**
 * Networks and chips searched together, against chips alone, at equal processor time. Both search the chips and
 * precisions of `arch/examples/phones-co-search.yaml`. The search of chips alone has one network: the example's
 * largest, by the recipe of its base, trained for as long, and trained further for each weight width, as in the other
 * search; this training counts too. Fronts run on the test set once. Writes the figure and the section of
 * docs/case-studies.md, and prints the log.
 *
 *   npx tsx scripts/co-search-study.ts FSDD_FOLDER WORK_FOLDER CPU_SECONDS SEEDS
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { coSearchFigure, coSearchReport } from "./case-studies/co-search.js";
import { writeSection } from "./case-studies/section.js";
import { type Arm, runArm } from "./co-search/arm.js";

const [data, folder, seconds, seeds] = process.argv.slice(2);
if (seeds === undefined) throw new Error("usage: tsx scripts/co-search-study.ts FSDD_FOLDER WORK_FOLDER CPU_SECONDS SEEDS");
mkdirSync(folder, { recursive: true });
const example = readFileSync(join(packageRoot(), "arch", "examples", "phones-co-search.yaml"), "utf8").replace(
  /path: free-spoken-digit-dataset.*/,
  `path: ${JSON.stringify(resolve(data))}`,
);

/** The example with a fixed shape and recipe of the network: no key of `training` varies. */
function chipsAlone(text: string): string {
  const widths = /width: \{ sweep: \[.*?(\d+)\] \}/.exec(text);
  if (widths === null) throw new Error("the example varies no widths");
  const [, largest] = widths;
  return text
    .replace(/^ {2}width: .*$/m, `  width: ${largest}`)
    .replace(/^ {2}(theta|membrane_penalty): .*\n/gm, "")
    .replace(/derived: ".*"/g, (formula) => formula.replace(/\bwidth\b/g, largest));
}

const SEARCHES: { readonly [name: string]: string } = { "co-search": example, "chips alone": chipsAlone(example) };

const arms: Arm[] = [];
for (let seed = 1; seed <= Number(seeds); seed++)
  for (const [search, text] of Object.entries(SEARCHES)) {
    const name = join(folder, `${search.replace(" ", "-")}-${seed}`);
    const arm = await runArm(name, text, search, seed, Number(seconds));
    arms.push(arm);
    const best = Math.max(...arm.front.map(({ accuracyPercent }) => accuracyPercent));
    console.log(
      `${search.padEnd(12)} seed ${seed}: ${arm.cpuSeconds.toFixed(0)} s, ${arm.points} points, ${arm.refused} refused, ${arm.networks} networks, ${arm.reason}, front ${arm.front.length}, best ${best.toFixed(2)} %`,
    );
  }
writeSection("co-search", coSearchFigure(arms), coSearchReport(arms));
console.log(coSearchReport(arms));
