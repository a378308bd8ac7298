/**
 * The engine for many hosts on this one: what the queue adds to each of 1,000 points that cost nothing, and how much faster two worker processes are than
 * one. By the wall clock: needs an otherwise idle machine of two cores or more, and a valkey-server.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { smallSweep } from "../cli/small-sweep.js";
import { runEchoStudy, runWithoutQueue, THOUSAND } from "../cluster/echo-study.js";
import { clusterFolder, hindrance, Program, Server, sweepParameters, until } from "../cluster/server.js";
import { repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const REPEATS = { warmUps: 0, runs: 3 };
const AT_ONCE = 8;
const POINTS = 60;
/** Points that pass before the clock starts: programs are compiled, model and data have come. */
const FIRST = 20;

async function overhead(server: Server): Promise<Row[]> {
  const cpu: number[] = [];
  const wall = await repeat(async () => {
    const through = await runEchoStudy(server, THOUSAND, AT_ONCE, null);
    const without = await runWithoutQueue(THOUSAND, AT_ONCE);
    cpu.push((through.cpuMs - without.cpuMs) / through.summary.done);
    return (through.elapsedMs - without.elapsedMs) / through.summary.done;
  }, REPEATS);
  return [
    row("queue: time added to each of 1,000 points, wall clock", "ms", "less", wall, 3),
    row("queue: coordinator's work for a point", "ms of CPU", "less", cpu),
  ];
}

/** Points a second, wall clock, of a sweep over so many worker processes of one thread. */
async function speed(server: Server, count: number): Promise<number> {
  const folder = clusterFolder(POINTS);
  // Points heavy enough that the queue does not matter: ten times the frames.
  writeFileSync(
    join(folder, "small.yaml"),
    smallSweep(POINTS).replace("samples: 20, timing_samples: 1", "samples: 20, timing_samples: 10"),
  );
  const workers = Array.from({ length: count }, () => new Program(["worker", "--redis", server.url, "--threads", "1"], folder));
  await until("the workers to be there", () => workers.every(({ errors }) => errors.includes("waiting for sweeps")), 120_000);
  const sweep = new Program(sweepParameters("bench.db", "--engine", "bullmq", "--redis", server.url), folder);
  const code = await sweep.ended;
  for (const program of workers) await program.kill("SIGTERM");
  const times = ["point-done", "point-failed"].flatMap((type) => sweep.events(type)).map(({ at }) => Date.parse(String(at)));
  times.sort((a, b) => a - b);
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0 || times.length !== POINTS) throw new Error(`${times.length} points of ${POINTS}, exit code ${code}: ${sweep.errors}`);
  return (1000 * (POINTS - FIRST)) / (times[POINTS - 1] - times[FIRST - 1]);
}

async function scaling(server: Server): Promise<Row[]> {
  const rates: number[][] = [[], []];
  const gains = await repeat(async () => {
    const [one, two] = [await speed(server, 1), await speed(server, 2)];
    rates[0].push(one);
    rates[1].push(two);
    return two / one;
  }, REPEATS);
  return [
    row("points of 10 utterances, 1 worker process", "points/s", "more", rates[0]),
    row("points of 10 utterances, 2 worker processes", "points/s", "more", rates[1]),
    row("2 worker processes against 1", "times", "more", gains, 1.85),
  ];
}

await benchmark(import.meta.url, async () => {
  if (hindrance !== null) return [];
  const server = await Server.start();
  try {
    return [...(await overhead(server)), ...(await scaling(server))];
  } finally {
    await server.end();
  }
});
