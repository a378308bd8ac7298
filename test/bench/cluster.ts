/**
 * The engine for many hosts on this one: what the queue adds to each of 1,000 points that cost nothing. By the clock:
 * needs an otherwise idle machine, and a valkey-server.
 */
import { runEchoStudy, runWithoutQueue, THOUSAND } from "../cluster/echo-study.js";
import { hindrance, Server } from "../cluster/server.js";
import { repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const REPEATS = { warmUps: 0, runs: 3 };
const AT_ONCE = 8;

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

await benchmark(import.meta.url, async () => {
  if (hindrance !== null) return [];
  const server = await Server.start();
  try {
    return await overhead(server);
  } finally {
    await server.end();
  }
});
