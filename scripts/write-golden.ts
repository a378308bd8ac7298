/**
 * `npx tsx scripts/write-golden.ts`: records `test/golden/counts.json`, the counts of twelve chips for three networks,
 * and `recordings.json`, what chips report to a recorder. Run it only if a rule of the chip changes on purpose; the
 * changelog then says which results move, and by how much.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";
import { CHIPS, type Golden, goldenOf, NETWORKS } from "../test/golden/cases.js";
import { digestOf, RECORDED_CHIPS, recordedLongWaves, recordedOf } from "../test/golden/recordings.js";
import { loadDataset } from "../training/index.js";

const samples = loadDataset("mnist-rows", { path: null, split: "test" });
const recorded: { [chip: string]: { [network: string]: Golden } } = {};
for (const chip of Object.keys(CHIPS)) {
  recorded[chip] = Object.fromEntries(NETWORKS.map((network) => [network, goldenOf(chip, network, samples)]));
  console.log(chip);
}
const write = (name: string, value: unknown): void =>
  writeFileSync(join(packageRoot(), "test/golden", name), `${JSON.stringify(value, null, 1)}\n`);
write("counts.json", recorded);
const chips = Array.from({ length: RECORDED_CHIPS }, (_, i) => digestOf(recordedOf(i + 1)));
write("recordings.json", { chips, longWaves: digestOf(recordedLongWaves()) });
