// A worker that answers at once with the reply it was started with, and dies on jobs whose values equal the last argument.
// node echo-worker.mjs URL QUEUE-PREFIX LEASE-MS CONCURRENCY REPLY-JSON POISON-JSON
import { Worker } from "bullmq";
import { Redis } from "ioredis";

const [url, prefix, leaseMs, concurrency, reply, poison] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const answer = JSON.parse(reply);
const work = async ({ data }) => {
  if (data.kind === "functional") return { kind: "functional", trace: "0".repeat(64), durationMs: 0 };
  if (JSON.stringify(data.values) === poison) process.kill(process.pid, "SIGKILL");
  return answer;
};
const options = {
  prefix,
  concurrency: Number(concurrency),
  lockDuration: Number(leaseMs),
  stalledInterval: Number(leaseMs) / 2,
  maxStalledCount: 0,
};
new Worker("points", work, { connection, ...options }).on("error", () => {});
