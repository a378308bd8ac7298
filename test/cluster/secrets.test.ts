/** Which servers are used without a key, what a key file must be, and where passwords are seen. No server is needed. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkedServer } from "../../sweeps/engine/queue-connection.js";
import { Signer } from "../../sweeps/index.js";
import { runHere } from "../cli/in-process.js";
import { isBuilt, smallSweep } from "../cli/small-sweep.js";
import { freePort, Program, until } from "./server.js";

test.each(["redis://localhost:6379", "redis://127.0.0.1", "rediss://:secret@127.9.9.9:1", "redis://[::1]:6379"])(
  "%s is on this host: it is used without a key",
  (url) => {
    expect(() => checkedServer(url, new Signer(null))).not.toThrow();
  },
);

test.each([
  "redis://head:6379",
  "rediss://:secret@10.0.0.1",
  "redis://127.1:1",
  "redis://localhost.evil.example:1",
  "redis://0.0.0.0:1",
  "redis://[fe80::1]:1",
])("%s is not on this host: it is used with a key only", (url) => {
  expect(() => checkedServer(url, new Signer("k".repeat(32)))).not.toThrow();
  expect(() => checkedServer(url, new Signer(null))).toThrow(
    /is not on this host, and without a key .*openssl rand -hex 32 > cluster.key; chmod 600/s,
  );
  expect(() => checkedServer(url, new Signer(null))).not.toThrow(/secret/);
});

describe.skipIf(!isBuilt)("the program", () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-secrets-"));
  /** As a command line in this process. */
  const here = async (words: readonly string[]): Promise<[number | null, string]> => {
    const { code, err } = await runHere(folder, ...words);
    return [code, err];
  };
  const ended = async (parameters: readonly string[], env: { readonly [name: string]: string } = {}): Promise<[number | null, string]> => {
    const program = new Program(parameters, folder, env);
    return [await program.ended, program.errors];
  };
  beforeAll(() => {
    writeFileSync(join(folder, "small.yaml"), smallSweep(4));
    writeFileSync(join(folder, "open.key"), "k".repeat(64));
    chmodSync(join(folder, "open.key"), 0o640);
    writeFileSync(join(folder, "short.key"), "too short\n", { mode: 0o600 });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const worker = ["worker", "--redis", "redis://10.255.255.1:6379"];
  const sweep = ["sweep", "small.yaml", "--engine", "bullmq", "--redis", "redis://10.255.255.1:6379"];

  test("M3: sweep and worker refuse a server beyond this host without a key, and say how to make one", async () => {
    for (const parameters of [worker, sweep])
      expect(await here(parameters)).toEqual([2, expect.stringMatching(/10\.255\.255\.1:6379: is not on this host.*openssl rand/s)]);
  });

  test("a key that others can read, that is short or missing is refused by its file", async () => {
    const refusal = async (file: string): Promise<string> => {
      const [code, said] = await here([...worker, "--key-file", file]);
      expect(code).toBe(2);
      return said;
    };
    expect(await refusal("open.key")).toMatch(/open\.key: can be read by others \(mode 640\)\s+run: chmod 600 open\.key/);
    expect(await refusal("short.key")).toMatch(/short\.key: holds 9 characters; a key has at least 32/);
    for (const [file, text, holds] of [
      ["empty.key", " \n", "0 characters"],
      ["two.key", `${"a".repeat(40)}\n${"b".repeat(40)}\n`, "spaces or several lines"],
    ] as const) {
      writeFileSync(join(folder, file), text, { mode: 0o600 });
      expect(await refusal(file)).toContain(`${file}: holds ${holds}; a key has at least 32 characters, without spaces`);
    }
    expect(await refusal("absent.key")).toMatch(/absent\.key: no such file with a secret/);
    expect(await refusal("/dev/zero")).toMatch(/\/dev\/zero: /);
    vi.stubEnv("SNN_DSE_CLUSTER_KEY", "cluster.key");
    expect((await here(worker))[1]).toMatch(/SNN_DSE_CLUSTER_KEY: holds 11 characters/);
    vi.unstubAllEnvs();
    expect((await here(["sweep", "small.yaml", "--key-file", "open.key"]))[1]).toMatch(/--key-file: works only with --engine bullmq/);
  });

  test("L16: a password of --redis leaves the process list once the program runs; one of --redis-file never stands there", async () => {
    const url = `redis://:secret@127.0.0.1:${await freePort()}`;
    writeFileSync(join(folder, "server.url"), `${url}\n`, { mode: 0o600 });
    const seen = (program: Program): string => readFileSync(`/proc/${program.child.pid}/cmdline`, "latin1");
    const open = new Program(["worker", "--redis", url], folder);
    await until("the password to go", () => seen(open).startsWith("snn-dse worker") && !seen(open).includes("secret"), 20_000);
    const hidden = new Program(["worker", "--redis-file", "server.url"], folder);
    await until("the address to be used", () => hidden.errors.includes("does not answer") || !hidden.running, 20_000);
    expect(seen(hidden)).toContain("--redis-file");
    expect([seen(hidden), hidden.errors, open.errors].join()).not.toContain("secret");
    await Promise.all([open.kill("SIGKILL"), hidden.kill("SIGKILL")]);
  });

  test("L14: without the queue's package, worker and sweep name the package, not an option that they may not have", {
    tags: ["long"],
  }, async () => {
    const hooks =
      "export const resolve = (name, context, next) => { if (name === 'bullmq') throw new Error('absent'); return next(name, context); };";
    writeFileSync(join(folder, "hooks.mjs"), hooks);
    writeFileSync(join(folder, "without.mjs"), `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`);
    const env = { NODE_OPTIONS: `--import=${join(folder, "without.mjs")}`, SNN_DSE_REDIS: "redis://localhost:1" };
    for (const parameters of [["worker"], ["sweep", "small.yaml", "--engine", "bullmq"]])
      expect(await ended(parameters, env)).toEqual([
        2,
        expect.stringMatching(/error: bullmq: is not installed.*npm install bullmq ioredis/s),
      ]);
  });
});
