/**
 * `npm run profile -- COMMAND ...`: where the built program's processor time goes, in TypeScript and kernels, over all
 * threads.
 *
 * Runs `snn-dse COMMAND ...` with V8's sampling profiler, then prints the functions with the most time of their own, as
 * shares of all samples that were not idle. Kernels keep their functions' names (`scripts/kernels.mjs`); an inlined
 * function counts for the function that contains it. The `.cpuprofile` files, one per thread, stay in the folder that
 * the last line names; Chromium's developer tools and speedscope draw flame graphs from them.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const SHOWN = 25;
const INTERVAL_US = 500;

const folder = mkdtempSync(join(tmpdir(), "snn-dse-profile-"));
const { status } = spawnSync(
  process.execPath,
  [
    "--cpu-prof",
    "--cpu-prof-dir",
    folder,
    "--cpu-prof-interval",
    String(INTERVAL_US),
    join(root, "dist", "main.js"),
    ...process.argv.slice(2),
  ],
  { stdio: "inherit" },
);

/** Microseconds per function, over all threads. */
const spentUs = new Map();
let totalUs = 0;
for (const file of readdirSync(folder)) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const nameOf = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url === "" ? "" : url.startsWith("wasm://") ? "kernel" : `${basename(url)}:${lineNumber + 1}`;
      return [id, `${functionName === "" ? "(anonymous)" : functionName}  ${place}`];
    }),
  );
  samples.forEach((id, i) => {
    const name = nameOf.get(id);
    if (name.startsWith("(idle)")) return;
    spentUs.set(name, (spentUs.get(name) ?? 0) + timeDeltas[i]);
    totalUs += timeDeltas[i];
  });
}
const most = [...spentUs].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
console.log(`\n${(totalUs / 1e6).toFixed(2)} s by the clock in which a thread was not idle\n   share       ms  function`);
for (const [name, us] of most)
  console.log(`${((100 * us) / totalUs).toFixed(1).padStart(6)} % ${(us / 1000).toFixed(0).padStart(8)}  ${name.trimEnd()}`);
console.log(folder);
process.exitCode = status ?? 1;
