/**
 * How much faster two worker processes of one thread are than one, on the same points, behind a server on this host;
 * runs take turns, in pairs of changing order. By the clock, so it needs two cores; the share of the processors that
 * the measured processes got, and the machine's load, are told beside it. Needs a valkey-server and /proc.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { clusterFolder, hindrance, Program, Server, sweepParameters, until } from "../cluster/server.js";
import { cpuSecondsOf } from "./harness/process-time.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const PAIRS = 3;
const POINTS = 120;
/** Points that pass before the clock starts: programs are compiled, model and data have come. */
const FIRST = 40;

/**
 * Points heavy enough that the queue does not matter, all feasible, and no two whose cycles could be shared: a process
 * keeps replays, two do not share them.
 */
const DESCRIPTION = `version: 1
extends: mesh-2x2
network: { model: mnist-rows-rec-v2.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 100, timing_samples: 40, seed: 1 }
noc: { vc_buffer_flits: { sweep: { range: [2, 251], step: 1 } } }
tile: { core: { lanes: 8, synapse_memory: { size_kib: 128 } } }
precision: { weight_bits: 8, state_bits: 16, state_fraction_bits: 6 }
mapping: { strategy: balanced }
sweep:
  objectives: { energy_uj_per_inference: min, latency_us: min }
  sampler: { name: random, budget: ${POINTS}, seed: 3 }
`;

interface Speed {
  readonly pointsPerSecond: number;
  /** Of the workers together. */
  readonly pointsPerCpuSecond: number;
  /** Of the cores that the workers could use. */
  readonly share: number;
}

async function speed(server: Server, count: number): Promise<Speed> {
  const folder = clusterFolder(POINTS);
  writeFileSync(join(folder, "small.yaml"), DESCRIPTION);
  const workers = Array.from({ length: count }, () => new Program(["worker", "--redis", server.url, "--threads", "1"], folder));
  await until("the workers to be there", () => workers.every(({ errors }) => errors.includes("waiting for sweeps")), 120_000);
  const sweep = new Program(sweepParameters("bench.db", "--engine", "bullmq", "--redis", server.url), folder);
  const cpu = (): number => workers.reduce((sum, { child }) => sum + cpuSecondsOf(child.pid as number), 0);
  await until("the first points", () => !sweep.running || sweep.events("point-done").length >= FIRST);
  const [before, cpuBefore, startMs] = [sweep.events("point-done").length, cpu(), performance.now()];
  const code = await sweep.ended;
  const [seconds, cpuSeconds] = [(performance.now() - startMs) / 1000, cpu() - cpuBefore];
  for (const program of workers) await program.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
  const done = sweep.events("point-done").length;
  if (code !== 0 || done !== POINTS) throw new Error(`${done} points of ${POINTS}, exit code ${code}: ${sweep.errors}`);
  const points = done - before;
  return { pointsPerSecond: points / seconds, pointsPerCpuSecond: points / cpuSeconds, share: cpuSeconds / seconds / count };
}

async function compared(server: Server): Promise<Row[]> {
  const [one, two]: [Speed[], Speed[]] = [[], []];
  const loads: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    loads.push(loadavg()[0]);
    for (const count of pair % 2 === 0 ? [1, 2] : [2, 1]) (count === 1 ? one : two).push(await speed(server, count));
  }
  const ratios = (part: keyof Speed): number[] => two.map((speed, pair) => speed[part] / one[pair][part]);
  const of = (speeds: readonly Speed[], part: keyof Speed): number[] => speeds.map((speed) => speed[part]);
  return [
    row("points of 40 utterances, 1 worker process", "points/s", "more", of(one, "pointsPerSecond")),
    row("points of 40 utterances, 2 worker processes", "points/s", "more", of(two, "pointsPerSecond")),
    row("2 worker processes against 1, by the clock", "times", "more", ratios("pointsPerSecond"), 1.85),
    row("2 worker processes against 1, points a CPU second", "times", "more", ratios("pointsPerCpuSecond"), 0.95),
    row("share of a core that the worker got, 1 process", "of 1", "more", of(one, "share")),
    row("share of a core that each worker got, 2 processes", "of 1", "more", of(two, "share")),
    row(`machine's load before each pair, ${availableParallelism()} cores`, "processes", "less", loads),
  ];
}

await benchmark(import.meta.url, async () => {
  if (hindrance !== null || !existsSync("/proc/self/stat")) return [];
  const server = await Server.start();
  try {
    return await compared(server);
  } finally {
    await server.end();
  }
});
