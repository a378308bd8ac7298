/**
 * Networks and chips searched together, against chips alone, at equal processor time. Both search the chips and
 * precisions of an example, `arch/examples/NAME-co-search.yaml`. The search of chips alone has one network: the
 * example's largest, by the recipe of its base, trained for as long, and trained further for each weight width, as in
 * the other search; this training counts too. Fronts run on the test set once. Each search leaves its result in
 * docs/logs/SECTION, where a later call of the same program finds it. Once all have ended, writes the figure and the
 * section of docs/case-studies.md, and prints the log; a later program does so from the results of one program.
 *
 *   npx tsx scripts/co-search-study.ts phones WORK_FOLDER CPU_SECONDS SEEDS FSDD_FOLDER
 *   npx tsx scripts/co-search-study.ts mnist WORK_FOLDER CPU_SECONDS SEEDS
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { coSearchFigure, coSearchReport } from "./case-studies/co-search.js";
import { writeSection } from "./case-studies/section.js";
import { type Arm, isOver, runArm, writtenArm } from "./co-search/arm.js";
import { CO_SEARCHES, searchesOf } from "./co-search/studies.js";

const [name, folder, seconds, seeds, data = null] = process.argv.slice(2);
const study = CO_SEARCHES[name];
if (study === undefined || seeds === undefined)
  throw new Error(
    `usage: tsx scripts/co-search-study.ts ${Object.keys(CO_SEARCHES).join("|")} WORK_FOLDER CPU_SECONDS SEEDS [DATA_FOLDER]`,
  );
mkdirSync(folder, { recursive: true });

const places = Array.from({ length: Number(seeds) }, (_, k) =>
  Object.entries(searchesOf(study, data)).map(([search, text]) => {
    const file = `${search.replace(" ", "-")}-${k + 1}`;
    const command = `npx tsx scripts/co-search-study.ts ${name} WORK_FOLDER ${seconds} ${seeds}`;
    const result = join(packageRoot(), "docs", "logs", study.section, `${file}.json`);
    return { search, text, seed: k + 1, place: { command, name: join(folder, file), result } };
  }),
).flat();
const ended = places.flatMap(({ place }) => {
  const arm = writtenArm(place.result);
  return arm !== null && isOver(arm, Number(seconds)) ? [arm] : [];
});
const isWhole = ended.length === places.length && new Set(ended.map(({ program }) => program)).size === 1;
const arms: Arm[] = isWhole ? ended : [];
if (!isWhole)
  for (const { place, text, search, seed } of places) {
    const arm = await runArm(place, text, search, seed, Number(seconds));
    arms.push(arm);
    const best = Math.max(...arm.front.map(({ accuracyPercent }) => accuracyPercent));
    console.log(
      `${search.padEnd(12)} seed ${seed}: ${arm.cpuSeconds.toFixed(0)} s, ${arm.points} points, ${arm.refused} refused, ${arm.networks} networks, ${arm.reason}, front ${arm.front.length}, best ${best.toFixed(2)} %`,
    );
  }
const report = coSearchReport(arms, study);
writeSection(study.section, coSearchFigure(arms, study), report);
console.log(report);
