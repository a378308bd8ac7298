/**
 * Writes concatenated recordings of N-MNIST as files in the folders of the data set: `npx tsx scripts/nmnist-sample.ts
 * SAMPLE FOLDER`. SAMPLE holds, for train and test, NAME.bs2.gz (5 bytes per event) and NAME.csv (id, label, offset in
 * bytes, events, ...).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { inputError } from "../base/errors.js";

const [, , sample, folder] = process.argv;
if (folder === undefined) throw inputError("nmnist-sample", "names no folders", "npx tsx scripts/nmnist-sample.ts SAMPLE FOLDER");
for (const [part, name] of [
  ["Train", "train"],
  ["Test", "test"],
]) {
  const bytes = gunzipSync(readFileSync(join(sample, `${name}.bs2.gz`)));
  const rows = readFileSync(join(sample, `${name}.csv`), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1);
  for (const row of rows) {
    const [id, label, offset, events] = row.split(",").map(Number);
    const place = join(folder, part, String(label));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${String(id).padStart(5, "0")}.bs2`), bytes.subarray(offset, offset + 5 * events));
  }
}
