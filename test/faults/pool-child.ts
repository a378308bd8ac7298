/**
 * Tasks of one thread in a process of its own, to be stopped meanwhile: `node pool-child.mjs WORKER LIMIT_MS TASK..`.
 * Prints how each ended, one line per task.
 */
import { ThreadPool } from "../../sweeps/engine/pool.js";

const [workerFile, limitMs, ...tasks] = process.argv.slice(2);
const pool = new ThreadPool<number, { readonly kind: "slept" }>(1, workerFile);
await pool.run(0, 60_000);
console.log("started");
for (const task of tasks) console.log((await pool.run(Number(task), Number(limitMs))).kind);
await pool.close(true);
