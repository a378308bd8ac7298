/**
 * What every file of `test/bench` ends with: run by itself it prints its table; run by `npm run bench` it hands its rows over through the file
 * that SNN_DSE_BENCH_ROWS names. Imported, it does nothing.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Row } from "./row.js";
import { rowLines } from "./table.js";

export type Bench = () => readonly Row[] | Promise<readonly Row[]>;

export async function benchmark(url: string, bench: Bench): Promise<void> {
  if (url !== pathToFileURL(process.argv[1] ?? "").href) return;
  const rows = await bench();
  console.log(rowLines(rows).join("\n"));
  const file = process.env.SNN_DSE_BENCH_ROWS;
  if (file !== undefined) writeFileSync(file, JSON.stringify(rows));
}
