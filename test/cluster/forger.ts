/**
 * Somebody who can write to a sweep's server: takes its jobs, reads what they ask, and answers what was never computed,
 * with any key or none.
 */
import { deflateRawSync } from "node:zlib";
import type { Redis } from "ioredis";
import { canonicalJson, type Json } from "../../base/hash.js";
import { about, type Job, type Reply } from "../../sweeps/engine/protocol.js";
import { type Signer, unverified } from "../../sweeps/engine/signer.js";

export class Forger {
  private readonly study: string;

  /** `queue`: key of the study's points, `PREFIX:STUDY:queue:points`. */
  constructor(
    private readonly client: Redis,
    private readonly queue: string,
    private readonly signer: Signer,
  ) {
    this.study = queue.split(":").at(-3) ?? "";
  }

  /** What a job asks: everybody who reads the server sees it. */
  async job(id: string): Promise<Job> {
    const data = (await this.client.hget(`${this.queue}:${id}`, "data")) ?? '""';
    return JSON.parse(unverified(JSON.parse(data) as string) ?? "null") as Job;
  }

  /** The answer to a job as a worker with the forger's key would give it, as JSON. */
  async answer(id: string, reply: Reply): Promise<string> {
    const { nonce } = await this.job(id);
    return JSON.stringify(this.signer.sign(about.answer(this.study, id, nonce), JSON.stringify(reply)));
  }

  /** Tells the coordinator that a job has ended, while it still waits. */
  async say(id: string, answer: string): Promise<void> {
    await this.client.xadd(`${this.queue}:events`, "*", "event", "completed", "jobId", id, "returnvalue", answer, "prev", "active");
  }

  /** Ends a job as a worker would, so that the server itself says so. */
  async end(id: string, answer: string): Promise<void> {
    await this.client.lrem(`${this.queue}:wait`, 0, id);
    await this.client.hset(`${this.queue}:${id}`, "returnvalue", answer, "finishedOn", "1");
    await this.client.zadd(`${this.queue}:completed`, 1, id);
    await this.say(id, answer);
  }

  waiting(): Promise<string[]> {
    return this.client.lrange(`${this.queue}:wait`, 0, -1);
  }
}

/** An answer with any result and counters. */
export function doneReply(result: Json, counters: Json): Reply {
  const packed = (value: Json): string => deflateRawSync(canonicalJson(value)).toString("base64");
  return { kind: "done", resultText: packed(result), countersText: packed(counters), durationMs: 1 };
}

/** 60 MiB of `[` in 60 KB. */
export function bombReply(): Reply {
  const bomb = deflateRawSync(Buffer.alloc(60 * 2 ** 20, "["), { level: 9 }).toString("base64");
  return { kind: "done", resultText: bomb, countersText: bomb, durationMs: 1 };
}
