/**
 * Copies concatenated recordings of N-MNIST into the folders that `dataset: nmnist` reads: `npx tsx
 * scripts/nmnist-folder.ts FROM TO`. FROM holds `test.bs2.gz` and `test.csv` (id, label, offset in bytes, events), and
 * may hold `train.bs2.gz` and `train.csv`; events have 5 bytes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error("usage: npx tsx scripts/nmnist-folder.ts FROM TO");
for (const part of ["test", "train"]) {
  const packed = join(from, `${part}.bs2.gz`);
  if (!existsSync(packed)) continue;
  const bytes = gunzipSync(readFileSync(packed));
  const rows = readFileSync(join(from, `${part}.csv`), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1);
  for (const [id, label, offset, events] of rows.map((row) => row.split(",").map(Number))) {
    const folder = join(to, part === "test" ? "Test" : "Train", String(label));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${String(id).padStart(5, "0")}.bs2`), bytes.subarray(offset, offset + 5 * events));
  }
}
