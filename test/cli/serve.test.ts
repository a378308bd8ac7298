/** JSON-RPC on standard input and output: a study driven from outside, and whatever a client may send. */
// @module-tag slow
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { linesOf } from "../../cli/serve/json-lines.js";
import { MOST_BYTES, Server } from "../../cli/serve/server.js";
import { contentOf } from "../sweeps/fake-study.js";
import { runHere } from "./in-process.js";
import { BRIEF, isBuilt, program, smallSweep } from "./small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "serve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "small.yaml"), smallSweep(6));
const SEED = 11;

interface Message {
  readonly jsonrpc: string;
  readonly id?: number | null;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { readonly problems?: readonly object[] } };
}

/** A client of the program; every line that comes must be a message. */
class Client {
  readonly told: Message[] = [];
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private asked = 0;

  constructor() {
    this.child = spawn(process.execPath, [...BRIEF, program, "serve", "--stdio"], { cwd: folder });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as Message;
      expect(message.jsonrpc).toBe("2.0");
      const answered = this.waiting.get(message.id ?? -1);
      if (answered === undefined) this.told.push(message);
      else answered(message);
    });
  }

  /** The next message that answers no `ask` of this client. */
  readonly said = async (): Promise<Message> => {
    while (this.told.length === 0) await new Promise<void>((resolve) => this.child.stdout.once("data", () => setImmediate(resolve)));
    return this.told.shift() as Message;
  };

  ask(method: string, params: object = {}): Promise<Message> {
    this.asked++;
    const id = this.asked;
    const answer = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return answer;
  }

  async result<T>(method: string, params: object = {}): Promise<T> {
    const { result, error } = await this.ask(method, params);
    if (error !== undefined) throw new Error(error.message);
    return result as T;
  }
}

interface Asked {
  readonly points: readonly { readonly id: number; readonly values: { readonly [name: string]: number } }[];
  readonly ended: string | null;
}

test.skipIf(!isBuilt)(
  "a client asks, evaluates at once and tells: the database is that of a sweep; input's end is the end",
  { tags: ["long"] },
  async () => {
    expect((await runHere(folder, "sweep", "small.yaml", "--no-tui", "--workers", "1", "--db", "swept.db")).code).toBe(0);
    const client = new Client();
    const { study } = await client.result<{ study: number }>("open", {
      description: "small.yaml",
      db: "told.db",
      workers: 2,
      events: true,
    });
    for (;;) {
      const { points, ended } = await client.result<Asked>("ask", { study, count: 3 });
      if (points.length === 0) {
        expect(ended).toBe("budget");
        break;
      }
      const ids = points.map(({ id }) => id);
      const { evaluations } = await client.result<{ evaluations: { id: number; state: string }[] }>("evaluate", { study, points: ids });
      expect(evaluations.map(({ id }) => id)).toEqual(ids);
      for (const id of [...ids].reverse()) await client.result("tell", { study, id });
    }
    const values = { lanes: 32, size_kib: 128, word_bits: 256, clock_mhz: 77 };
    const { evaluations } = await client.result<{ evaluations: object[] }>("evaluate", { study, points: [{ values }], full: true });
    expect(evaluations[0]).toMatchObject({ state: "done", values, result: { breakdown: expect.any(Array) } });
    const listed = await client.result<{ points: object[]; front: number[] }>("results", { study });
    expect(listed.points.length).toBe(7);
    expect((await client.result<{ rows: object[] }>("pareto", { study, where: "clock_mhz == 77" })).rows).toMatchObject([{ values }]);
    expect(await client.result("result", { study, id: listed.front[0] })).toMatchObject({ breakdown: expect.any(Array) });
    const kinds = new Set(client.told.map(({ method, params }) => `${method} ${(params?.event as { type?: string })?.type ?? ""}`));
    for (const kind of ["evaluated ", "event started", "event point-started", "event phase", "event point-done"])
      expect(kinds).toContain(kind);
    client.child.stdin.end();
    expect(await client.ended).toBe(0);
    const points = (file: string): { id: number }[] => JSON.parse(contentOf(join(folder, file))).points;
    expect(points("told.db").slice(0, 6)).toEqual(points("swept.db"));
  },
);

test.skipIf(!isBuilt)("the dialogue of docs/library.md is what client and program say", async () => {
  const page = readFileSync(join(packageRoot(), "docs", "library.md"), "utf8");
  const lines = (/```json-rpc\n(.*?)```/s.exec(page)?.[1] ?? "").trim().split("\n");
  expect(lines.length).toBeGreaterThan(10);
  const { child, said, ended } = new Client();
  for (const line of lines) {
    const message = JSON.parse(line.slice(2));
    if (line.startsWith(">")) child.stdin.write(`${JSON.stringify(message)}\n`);
    else expect(await said()).toMatchObject(message);
  }
  child.stdin.end();
  expect(await ended).toBe(0);
});

test.skipIf(!isBuilt)("SIGINT drops running points, stores results that were told, and ends with 130", { tags: ["long"] }, async () => {
  const client = new Client();
  const { study } = await client.result<{ study: number }>("open", { description: "small.yaml", db: "left.db", workers: 1 });
  const { points } = await client.result<Asked>("ask", { study, count: 5 });
  await client.result("tell", { study, id: points[0].id });
  const lost = client.ask("evaluate", { study, points: points.slice(1).map(({ id }) => id) });
  client.child.kill("SIGINT");
  expect((await lost).error).toMatchObject({ code: -32004 });
  expect(await client.ended).toBe(130);
  expect(JSON.parse(contentOf(join(folder, "left.db")))).toMatchObject({ study: [{ state: "stopped" }] });
  expect(existsSync(join(folder, "left.db-wal"))).toBe(false);
});

const served = () => {
  const told: object[] = [];
  return { told, server: new Server((message) => told.push(message)) };
};

/** What the server answers to a text, as the client reads it. */
async function answerTo(server: Server, line: string): Promise<Message> {
  return JSON.parse(JSON.stringify(await server.receive(Buffer.from(line))));
}

const call = (method: unknown, params?: unknown, id: unknown = 1): string => JSON.stringify({ jsonrpc: "2.0", id, method, params });

const DESCRIPTION = {
  version: 1,
  tile: { core: { lanes: { sweep: [1, 2] } } },
  sweep: { objectives: { latency_us: "min" }, sampler: { name: "grid" } },
};

describe("whatever a client sends is answered as the specification says", () => {
  test.each<[string, string, number]>([
    ["no JSON", "{", -32700],
    ["a bare word", "hello", -32700],
    ["a deep nest", `${"[".repeat(1e6)}`, -32700],
    ["a number", "7", -32600],
    ["null", "null", -32600],
    ["an empty batch", "[]", -32600],
    ["a batch of 1001", `[${Array(1001).fill("1").join()}]`, -32600],
    ["another version", JSON.stringify({ jsonrpc: "1.0", id: 1, method: "version" }), -32600],
    ["a method that is no text", call(5), -32600],
    ["an id that is an object", call("version", {}, {}), -32600],
    ["an id that is rounded", '{"jsonrpc":"2.0","id":9007199254740993,"method":"version"}', -32600],
    ["an id that is a fraction", '{"jsonrpc":"2.0","id":1.5,"method":"version"}', -32600],
    ["an id beyond all numbers", '{"jsonrpc":"2.0","id":-1e400,"method":"version"}', -32600],
    ["parameters that are a text", call("version", "x"), -32600],
    ["an answer", JSON.stringify({ jsonrpc: "2.0", id: 1, result: 5 }), -32600],
    ["an unknown method", call("fly"), -32601],
    ["a method of the language", call("constructor"), -32601],
    ["a method of the server", call("closeAll"), -32601],
    ["a list of parameters", call("ask", [1]), -32602],
    ["a wrong type", call("ask", { study: "one" }), -32602],
    ["a fraction", call("ask", { study: 1, count: 1.5 }), -32602],
    ["too many", call("ask", { study: 1, count: 1e9 }), -32602],
    ["an unknown parameter", call("ask", { study: 1, number: 1 }), -32602],
    ["no description", call("open", {}), -32602],
    ["a study that is not open", call("ask", { study: 1 }), -32002],
    ["a file that is not there", call("open", { description: "nowhere.yaml" }), -32002],
    ["a wrong description", call("open", { description: { version: 1, chip: { clock_mhz: "fast" } } }), -32002],
    ["a database that is not there", call("results", { db: "nowhere.db" }), -32002],
    ["nothing to read", call("results", {}), -32002],
    [
      "a sampler that cannot",
      call("open", { description: { ...DESCRIPTION, sweep: { ...DESCRIPTION.sweep, sampler: { name: "screen" } } }, evaluator: "x 1" }),
      -32002,
    ],
  ])("%s", async (_what, line, code) => {
    const { server } = served();
    const { error, id } = await answerTo(server, line);
    expect(error?.code).toBe(code);
    expect(id ?? null).toBe(code === -32700 || code === -32600 ? (JSON.parse(code === -32600 ? line : "0")?.id === 1 ? 1 : null) : 1);
    if (code === -32002 || code === -32602) expect(error?.data?.problems?.length).toBeGreaterThan(0);
    expect(await answerTo(server, call("version"))).toMatchObject({ result: { protocol: 1 } });
  });

  test("a misspelt parameter is refused with the right word; a file's folder is no parameter of a file", async () => {
    const { server } = served();
    const wrong: readonly [method: string, params: object, fix: string][] = [
      ["open", { description: "edge", buget: 3, retry_failed: true }, "did you mean budget?"],
      ["ask", { study: 1, counts: 2 }, "did you mean count?"],
      ["evaluate", { study: 1, points: [1], ful: true }, "did you mean full?"],
      ["tell", { study: 1, id: 1, metric: {} }, "did you mean metrics?"],
      ["pareto", { db: "a.db", objective: [] }, "did you mean objectives?"],
      ["results", { bd: "a.db" }, "did you mean db?"],
      ["version", { full: true }, "parameters by name: none"],
      ["open", { description: "edge", beside: "folder" }, "leave it out"],
    ];
    for (const [method, params, fix] of wrong)
      expect((await answerTo(server, call(method, params))).error?.data?.problems?.[0], method).toMatchObject({ fix });
    const { error } = await answerTo(server, call("open", wrong[0][1]));
    expect(error?.data?.problems).toMatchObject([{ path: "buget" }, { path: "retry_failed", fix: "did you mean retryFailed?" }]);
  });

  test("problems of a description carry their places", async () => {
    const { error } = await answerTo(served().server, call("open", { description: { version: 1, chip: { clock_mhz: "fast" } } }));
    expect(error?.data?.problems).toMatchObject([{ path: "chip.clock_mhz", fix: expect.any(String) }]);
    for (const [text, path] of [
      ['{"__proto__":{"x":1},"version":1}', ""],
      ['{"version":1,"chip":{"__proto__":{}}}', "chip"],
    ]) {
      const line = call("open", { description: 0 }).replace('"description":0', `"description":${text}`);
      const refused = await answerTo(served().server, line);
      expect(refused.error?.data?.problems).toMatchObject([{ path, message: "key __proto__ is not allowed" }]);
    }
  });

  test("a notification is not answered, nor a batch of them; a batch is answered as one", async () => {
    const { server } = served();
    const silent = { jsonrpc: "2.0", method: "fly" };
    expect(await server.receive(Buffer.from(JSON.stringify(silent)))).toBe(null);
    expect(await server.receive(Buffer.from(JSON.stringify([silent, silent])))).toBe(null);
    expect(await server.receive(Buffer.from("  "))).toBe(null);
    const both = `[${call("version", {}, "a")}, 3, ${JSON.stringify(silent)}]`;
    expect(await answerTo(server, both)).toMatchObject([{ id: "a" }, { id: null, error: { code: -32600 } }]);
    expect(await answerTo(server, `[${call("version")}]`)).toMatchObject([{ id: 1 }]);
  });

  test("an answer has the id of its request", async () => {
    const { server } = served();
    for (const id of ["", "9007199254740993", 0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null])
      expect((await answerTo(server, call("version", {}, id))).id).toBe(id);
  });

  test("bytes that are no UTF-8, and lines of any length", async () => {
    const { server } = served();
    expect(await server.receive(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ error: { code: -32700 } });
    expect(await server.receive(null)).toMatchObject({
      id: null,
      error: { code: -32600, message: expect.stringContaining(`${MOST_BYTES}`) },
    });
  });

  test(`mutated messages never end the server (seed ${SEED}, 300 drawn)`, async () => {
    const { server } = served();
    const rng = createRng(SEED, "messages");
    const whole = [
      call("open", { description: DESCRIPTION }),
      call("ask", { study: 1 }),
      call("tell", { study: 1, id: 1, metrics: { latency_us: 1 } }),
    ];
    const codes = new Map<number, number>();
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(whole[rng.int(0, whole.length - 1)]);
      for (let change = rng.int(1, 3); change > 0; change--) bytes[rng.int(0, bytes.length - 1)] = rng.int(0, 255);
      const answer = JSON.parse(JSON.stringify(await server.receive(bytes))) as Message | null;
      const code = answer?.error?.code ?? 0;
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].filter((code) => ![0, -32700, -32600, -32601, -32602, -32002].includes(code))).toEqual([]);
    for (const code of [-32700, -32602, -32002]) expect(codes.get(code) ?? 0, `${code}`).toBeGreaterThan(3);
    await server.close();
  });
});

test("a server that ends does not price the rest of a study's pool: its `open` is cancelled, the search continues later", async () => {
  let closed: Promise<void> | null = null;
  const server = new Server((message) => {
    const { event } = (message as { params: { event?: { type: string } } }).params;
    if (event?.type === "started") closed ??= new Promise((resolve) => setImmediate(resolve)).then(() => server.close());
  });
  const clock = { path: "chip.clock_mhz", range: [50, 200] };
  const description = {
    ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif.safetensors" } },
    workload: { dataset: "mnist-rows", samples: 20, timing_samples: 1 },
    sweep: { parameters: [clock], objectives: { energy_uj_per_inference: "min" }, sampler: { name: "screen", pool: 10_000, budget: 5 } },
  };
  const db = join(folder, "pool.db");
  const { error } = await answerTo(server, call("open", { description, db, workers: 1, events: true }));
  expect(error).toMatchObject({ code: -32004, message: "the server ended" });
  expect(closed).not.toBe(null);
  await closed;
  expect(JSON.parse(contentOf(db))).toMatchObject({ study: [{ state: "stopped" }], points: [] });
  expect((await answerTo(server, call("open", { description: DESCRIPTION }))).error).toMatchObject({ code: -32004 });
});

test(`lines are cut where they end, whatever the pieces; a long one is told once and skipped (seed ${SEED})`, async () => {
  const rng = createRng(SEED, "lines");
  let long = 0;
  for (let round = 0; round < 200; round++) {
    const texts = Array.from({ length: rng.int(1, 6) }, () => "x".repeat(rng.int(0, 3) === 0 ? rng.int(9, 40) : rng.int(0, 8)));
    const bytes = Buffer.from(`${texts.join("\n")}\n`);
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; ) {
        const size = rng.int(1, 7);
        yield bytes.subarray(at, at + size);
        at += size;
      }
    }
    const lines: (string | null)[] = [];
    for await (const line of linesOf(pieces(), 8)) lines.push(line?.toString() ?? null);
    expect(lines).toEqual(texts.map((text) => (text.length > 8 ? null : text)));
    long += texts.filter((text) => text.length > 8).length;
  }
  expect(long).toBeGreaterThan(100);
});
