/**
 * Photographs a report page in a headless Chromium: `npx tsx scripts/report-picture.ts x-report.html [--out docs/images/report.png] [--size 1400x1900]`.
 * For the documentation; needs chromium.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string", default: "docs/images/report.png" }, size: { type: "string", default: "1400x1500" } },
});
const [page] = positionals;
if (page === undefined) throw new Error("name the report page");
const out = resolve(values.out);
mkdirSync(dirname(out), { recursive: true });
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--hide-scrollbars",
  `--window-size=${values.size.replace("x", ",")}`,
  "--virtual-time-budget=8000",
  `--screenshot=${out}`,
];
const { status } = spawnSync("chromium", [...flags, `file://${resolve(page)}`], { stdio: "ignore" });
if (status !== 0) throw new Error("chromium failed");
console.log(`wrote ${out}`);
