/**
 * A worker that answers at once with the reply it was started with, signed, and dies on jobs whose values equal the
 * last argument. node echo-worker.mjs URL QUEUE-PREFIX LEASE-MS CONCURRENCY STUDY SECRET REPLY-JSON
 * POISON-JSON
 */
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { about, type Job } from "../../sweeps/engine/protocol.js";
import { Signer } from "../../sweeps/engine/signer.js";
import { packRecordings, packWrong } from "../../sweeps/store/packed-errors.js";

const [url, prefix, leaseMs, concurrency, study, secret, reply, poison] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const signer = new Signer(secret);
/** Of one utterance, which is right. */
const texts = {
  recordingsText: base64(packRecordings({ dataHash: "d", utterances: Uint32Array.of(0), scored: Uint32Array.of(1) })),
  wrongText: base64(packWrong({ wrong: Uint32Array.of(0) })),
};
const functional = JSON.stringify({ kind: "functional", trace: "0".repeat(64), traceKey: "0".repeat(64), durationMs: 0, ...texts });
const work = async ({ id = "", data }: { readonly id?: string; readonly data: string }): Promise<string> => {
  const job = JSON.parse(signer.open(about.job(study, id), data) ?? "") as Job;
  const { nonce } = job;
  const isPoint = job.kind === "point";
  if (isPoint && JSON.stringify(job.values) === poison) process.kill(process.pid, "SIGKILL");
  return signer.sign(about.answer(study, id, nonce), isPoint ? reply : functional);
};
const options = {
  prefix,
  concurrency: Number(concurrency),
  lockDuration: Number(leaseMs),
  stalledInterval: Number(leaseMs) / 2,
  maxStalledCount: 0,
};
new Worker("points", work, { connection, ...options }).on("error", () => {});

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
