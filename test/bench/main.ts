/** `npm run bench [-- name]`: all benchmarks one after the other, each in a process of its own, or the one that is named. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.replace(/\.ts$/, ""));
const wanted = process.argv[2];
if (wanted !== undefined && !names.includes(wanted)) {
  console.error(`there is no benchmark ${wanted}; there are ${names.join(", ")}`);
  process.exitCode = 2;
} else
  for (const name of wanted === undefined ? names : [wanted]) {
    console.log(`\n== ${name}`);
    const { status } = spawnSync(process.execPath, ["--import", "tsx", join(folder, `${name}.ts`)], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
