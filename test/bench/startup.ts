/** Start-up of the built program: processor time and time by the clock of `--help` and `check`, and the memory that `check` takes. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../arch/index.js";
import { isBuilt, program } from "../cli/small-sweep.js";
import { repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

/** Runs in the measured process before the program: at its end it says what it took. */
const METER = `data:text/javascript,${encodeURIComponent(`import { writeSync } from "node:fs";
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeSync(2, "@@" + (user + system) / 1000 + " " + process.resourceUsage().maxRSS / 1024);
});`)}`;

async function startUp(name: string, parameters: readonly string[], targetMs: number): Promise<Row[]> {
  const [wall, memory]: [number[], number[]] = [[], []];
  const cpu = await repeat(
    () => {
      const start = performance.now();
      const run = spawnSync(process.execPath, ["--import", METER, program, ...parameters], { encoding: "utf8" });
      wall.push(performance.now() - start);
      const said = /@@([\d.]+) ([\d.]+)/.exec(run.stderr);
      if (run.status !== 0 || said === null) throw new Error(`${name} ended with ${run.status}: ${run.stderr}`);
      memory.push(Number(said[2]));
      return Number(said[1]);
    },
    { warmUps: 1, runs: 9 },
  );
  return [
    row(`${name}: processor`, "ms", "less", cpu, targetMs),
    row(`${name}: by the clock`, "ms", "less", wall.slice(1)),
    row(`${name}: peak memory`, "MiB", "less", memory.slice(1)),
  ];
}

await benchmark(import.meta.url, async () => {
  if (!isBuilt) throw new Error("the program is not built: npm run build");
  const edge = join(packageRoot(), "arch/examples/edge.yaml");
  return [...(await startUp("--help", ["--help"], 150)), ...(await startUp("check arch/examples/edge.yaml", ["check", edge], 300))];
});
