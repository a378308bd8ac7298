/**
 * `npm run bench [-- NAME ...] [--json FILE] [--compare] [--save]`: all benchmarks one after the other, each in a
 * process of its own, or those named. `rivals DIR` also runs other simulators that the user keeps in DIR. `--save`
 * stores the rows as baseline of this kind of machine, `--compare` prints ratios to it and marks what is slower.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, kindOf, loadBaseline, type Results, saveBaseline, thisMachine } from "./harness/baseline.js";
import type { Row } from "./harness/row.js";
import { comparisonLines } from "./harness/table.js";

const folder = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => /^[a-z-]+\.ts$/.test(file) && file !== "main.ts")
  .map((file) => file.replace(/\.ts$/, ""));

/** Runs one benchmark; its table goes to the terminal, its rows come back. Null: it failed. */
function rowsOf(name: string, parameters: readonly string[], exchange: string): readonly Row[] | null {
  console.log(`\n== ${name}`);
  const file = join(exchange, `${name}.json`);
  const { status } = spawnSync(process.execPath, ["--expose-gc", "--import", "tsx", join(folder, `${name}.ts`), ...parameters], {
    stdio: "inherit",
    env: { ...process.env, SNN_DSE_BENCH_ROWS: file },
  });
  if (status !== 0) return null;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Row[]) : [];
}

function printComparison(results: Results): void {
  const baseline = loadBaseline(results.machine);
  if (baseline === null) {
    console.log(`\nno baseline for ${kindOf(results.machine)}; store one with --save`);
    return;
  }
  let slower = 0;
  for (const [name, rows] of Object.entries(results.benches)) {
    const comparisons = compare(rows, baseline.benches[name] ?? []);
    slower += comparisons.filter(({ verdict }) => verdict === "SLOWER").length;
    console.log(`\n== ${name} beside the baseline of ${kindOf(results.machine)}\n${comparisonLines(comparisons).join("\n")}`);
  }
  console.log(`\n${slower === 0 ? "nothing is slower" : `${slower} slower`} than the baseline`);
}

const USAGE = `npm run bench -- [NAME ...] [--json FILE] [--compare] [--save]
  NAME          ${names.join(", ")}; default: all; rivals DIR also runs other simulators in DIR
  --json FILE   writes the rows
  --compare     prints ratios to the stored baseline of this kind of machine
  --save        stores the rows as that baseline`;

function main(parameters: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: { json: { type: "string" }, compare: { type: "boolean" }, save: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  // The word after `rivals` is its folder.
  const rivals = positionals.indexOf("rivals");
  const folders = rivals < 0 ? [] : positionals.splice(rivals + 1, 1);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`there is no benchmark ${unknown.join(", ")}; there are ${names.join(", ")}`);
    return 2;
  }
  const exchange = mkdtempSync(join(tmpdir(), "snn-dse-bench-"));
  const benches: Record<string, readonly Row[]> = {};
  let failed = 0;
  for (const name of positionals.length === 0 ? names : positionals) {
    const rows = rowsOf(name, name === "rivals" ? folders : [], exchange);
    if (rows === null) failed++;
    else if (rows.length > 0) benches[name] = rows;
  }
  rmSync(exchange, { recursive: true });
  const results: Results = { machine: thisMachine(), node: process.version, benches };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (values.compare) printComparison(results);
  if (values.save) console.log(`\nstored in ${saveBaseline(results)}`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
