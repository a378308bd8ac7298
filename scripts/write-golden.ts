/**
 * `npx tsx scripts/write-golden.ts`: records `test/golden/counts.json`, what twelve chips count for three networks. Run it only where a rule of the chip
 * changes on purpose: the change log then says which results move, and by how much.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { CHIPS, type Golden, goldenOf, NETWORKS } from "../test/golden/cases.js";
import { loadDataset } from "../training/index.js";

const samples = loadDataset("mnist-rows", { path: null, split: "test" });
const recorded: { [chip: string]: { [network: string]: Golden } } = {};
for (const chip of Object.keys(CHIPS)) {
  recorded[chip] = Object.fromEntries(NETWORKS.map((network) => [network, goldenOf(chip, network, samples)]));
  console.log(chip);
}
writeFileSync(join(packageRoot(), "test/golden/counts.json"), `${JSON.stringify(recorded, null, 1)}\n`);
