/** The built program in a process of its own: processor time, time by the clock and peak memory of one command. */
import { spawnSync } from "node:child_process";
import { PEAK_KIB } from "../../cli/peak-memory.js";
import { program } from "../../cli/small-sweep.js";
import { repeat } from "./measure.js";
import { type Row, row } from "./row.js";

/** Runs in the measured process before the program: at its end it says what it took. */
const METER = `data:text/javascript,${encodeURIComponent(`import { isMainThread } from "node:worker_threads";
import { existsSync, readFileSync, writeSync } from "node:fs";
const peakKib = ${PEAK_KIB};
const said = () => {
  const { user, system } = process.cpuUsage();
  writeSync(2, "@@" + (user + system) / 1000 + " " + peakKib() / 1024);
};
if (isMainThread) process.on("exit", said);`)}`;

export interface Metered {
  readonly cpuMs: number;
  readonly peakMib: number;
  readonly output: string;
}

/** Makes Node count so many usable cores. */
const counting = (cores: number): string =>
  `data:text/javascript,${encodeURIComponent(`import os from "node:os";
import { syncBuiltinESMExports } from "node:module";
os.availableParallelism = () => ${cores};
syncBuiltinESMExports();`)}`;

/**
 * Runs the program, in a folder and as on a machine of so many cores if said. Throws: Error where it does not end with
 * 0.
 */
export function metered(parameters: readonly string[], { cwd, cores }: { readonly cwd?: string; readonly cores?: number } = {}): Metered {
  const imports = ["--import", METER, ...(cores === undefined ? [] : ["--import", counting(cores)])];
  const run = spawnSync(process.execPath, [...imports, program, ...parameters], { cwd, encoding: "utf8", maxBuffer: 2 ** 28 });
  const said = /@@([\d.]+) ([\d.]+)/.exec(run.stderr);
  if (run.status !== 0 || said === null) throw new Error(`${parameters.join(" ")} ended with ${run.status}: ${run.stderr.slice(-2000)}`);
  return { cpuMs: Number(said[1]), peakMib: Number(said[2]), output: run.stdout };
}

export interface Targets {
  readonly cpuMs: number | null;
  readonly wallMs: number | null;
  readonly memoryMib: number | null;
}

/** Rows of one command. Throws: Error where it does not end with 0. */
export async function commandRows(name: string, parameters: readonly string[], targets: Targets, runs: number): Promise<Row[]> {
  const [wall, memory]: [number[], number[]] = [[], []];
  const cpu = await repeat(
    () => {
      const start = performance.now();
      const run = metered(parameters);
      wall.push(performance.now() - start);
      memory.push(run.peakMib);
      return run.cpuMs;
    },
    { warmUps: 1, runs },
  );
  return [
    row(`${name}: processor`, "ms", "less", cpu, targets.cpuMs),
    row(`${name}: by the clock`, "ms", "less", wall.slice(1), targets.wallMs),
    row(`${name}: peak memory`, "MiB", "less", memory.slice(1), targets.memoryMib),
  ];
}
