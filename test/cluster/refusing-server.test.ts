/**
 * A worker's queue asks a server that refuses with pauses: it neither burdens the server nor starves its own process.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBoundedWorker } from "../../sweeps/engine/bounded-worker.js";
import { connect, loadBullMq } from "../../sweeps/engine/queue-connection.js";
import { hindrance, Server } from "./server.js";

const WATCHED_MS = 1_500;

describe.skipIf(hindrance !== null)("a server that refuses", () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(async () => {
    await server?.end();
  });

  test("a worker asks a full server for points about once per second, and goes on when there is space", async () => {
    const bull = await loadBullMq();
    const client = await connect(server.url, () => {});
    const queue = new bull.Queue("points", { connection: client, prefix: "full" });
    await client.config("SET", "maxmemory", "1");
    const ran: string[] = [];
    let refusals = 0;
    const worker = openBoundedWorker(
      bull,
      async ({ id }) => {
        ran.push(id ?? "");
        return "";
      },
      { connection: client, prefix: "full", concurrency: 1, drainDelay: 0.1 },
    );
    worker.on("error", () => refusals++);
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
    expect(refusals).toBeGreaterThan(0);
    expect(refusals).toBeLessThan(10);
    await client.config("SET", "maxmemory", "0");
    await queue.add("point", "text", { jobId: "p-1" });
    await expect.poll(() => ran, { timeout: 10_000 }).toEqual(["p-1"]);
    await worker.close();
    await queue.close();
    client.disconnect();
  });
});
