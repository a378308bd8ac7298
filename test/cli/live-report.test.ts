/** The report of a running search: points appear on an open page, and nobody else can read it. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromium, Page } from "./browser.js";
import { BRIEF, isBuilt, program, sweepFolder } from "./small-sweep.js";

if (!isBuilt) console.log("live report tests skipped: dist is not built");
if (chromium === null) console.log("live report in a browser skipped: no chromium is installed");

let folder = "";
let server: ChildProcess | null = null;
let address = "";
const run = (...parameters: readonly string[]): string =>
  execFileSync(process.execPath, [...BRIEF, program, ...parameters], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });

/** Status and headers of an answer. */
const asked = (path: string, { method = "GET", headers = {} }: { method?: string; headers?: { [name: string]: string } } = {}) =>
  new Promise<{ status: number; headers: { [name: string]: unknown }; body: string }>((resolve, reject) => {
    const { port } = new URL(address);
    const one = request({ host: "127.0.0.1", port, path, method, headers: { connection: "close", ...headers } }, (response) => {
      let body = "";
      response.on("data", (part: Buffer) => {
        body += part.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    one.on("error", reject);
    one.end();
  });

beforeAll(async () => {
  if (!isBuilt) return;
  folder = sweepFolder(24);
  run("sweep", "small.yaml", "--budget", "6", "--workers", "1");
  const child = spawn(process.execPath, [...BRIEF, program, "report", "small.db", "--live"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  server = child;
  address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (part: Buffer) => {
      said += part.toString();
      const [found] = /http:\/\/\S+/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}, 60_000);
afterAll(() => {
  server?.kill("SIGKILL");
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isBuilt)("report --live", () => {
  test("only who knows the token reads, from this machine's own name, without another origin, and only reads", async () => {
    const { pathname, host } = new URL(address);
    expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
    const page = await asked(pathname);
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
    });
    expect(page.headers).not.toHaveProperty("access-control-allow-origin");
    const statusOf = async (path: string, more = {}): Promise<number> => (await asked(path, more)).status;
    const other = pathname.replace(/.\/$/, (end) => (end === "0/" ? "1/" : "0/"));
    for (const path of [
      "/",
      other,
      pathname.slice(0, -1),
      `${pathname}../../../../etc/passwd`,
      `${pathname}%2e%2e/small.db`,
      `${pathname}small.db`,
      "//etc/passwd",
      `${other}events`,
    ])
      expect(await statusOf(path), path).toBe(404);
    for (const headers of [
      { host: "evil.example" },
      { host: "evil.example:80" },
      { origin: "http://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ])
      for (const path of [pathname, `${pathname}events`]) expect(await statusOf(path, { headers }), JSON.stringify(headers)).toBe(403);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) expect(await statusOf(pathname, { method }), method).toBe(405);
    expect(await statusOf(pathname, { method: "HEAD" })).toBe(200);
    expect(await statusOf(pathname, { headers: { origin: address.replace(pathname, "") } })).toBe(200);
  });

  test("a port that is taken, and an invalid one, are refused with what to do", { tags: ["long"] }, () => {
    const { port } = new URL(address);
    const tried = (number: string) =>
      spawnSync(process.execPath, [...BRIEF, program, "report", "small.db", "--live", "--port", number], {
        cwd: folder,
        encoding: "utf8",
        timeout: 20_000,
      });
    expect(tried(port)).toMatchObject({ status: 2, stderr: expect.stringContaining(`--port: ${port} is taken by another program`) });
    expect(tried("70000")).toMatchObject({ status: 2, stderr: expect.stringContaining("expected 0 to 65535") });
  });

  test.skipIf(chromium === null)("points of a search that goes on come to the open page, whose front is then the study's", async () => {
    const page = await Page.open(address, 1200, 900);
    try {
      await page.until('document.body?.dataset.ready === "yes" && document.body.dataset.live === "yes"');
      const before = await page.value<number>("rows.length");
      const sweep = spawn(process.execPath, [...BRIEF, program, "sweep", "small.yaml", "--budget", "24", "--workers", "1", "--no-tui"], {
        cwd: folder,
        stdio: "ignore",
      });
      expect(await new Promise((resolve) => sweep.once("exit", resolve))).toBe(0);
      const { front, counts } = JSON.parse(run("pareto", "small.db", "--json")) as { front: { id: number }[]; counts: { done: number } };
      await page.until(`rows.length === ${counts.done} && document.getElementById("live").textContent.startsWith("The search has ended")`);
      expect(await page.value<number>("rows.length")).toBeGreaterThan(before);
      expect(await page.value<number[]>("rows.filter((row) => row.front).map((row) => row.id).sort((a, b) => a - b)")).toEqual(
        front.map(({ id }) => id).sort((a, b) => a - b),
      );
      await page.until("document.body.dataset.points === String(rows.length)");
      expect(await page.value<number>('views.scatter.data("marks").length')).toBe(front.length);
      expect(await page.value<string>("document.querySelector('[data-number=results]').textContent")).toBe(
        String(await page.value("rows.length")),
      );
      expect(page.complaints).toEqual([]);
      expect(page.requests.filter((url) => !url.startsWith(address))).toEqual([]);
    } finally {
      page.close();
    }
  });

  test.skipIf(chromium === null)(
    "a page that is opened when the search has ended says so at once, and fits a phone",
    { tags: ["long"] },
    async () => {
      const page = await Page.open(address, 1200, 900);
      try {
        await page.until('document.getElementById("live")?.textContent.startsWith("The search has ended")');
        await page.resize(390, 844);
        expect(await page.value<number>("document.documentElement.scrollWidth")).toBe(390);
      } finally {
        page.close();
      }
    },
  );

  test("a signal ends it", { tags: ["long"] }, async () => {
    const child = server as ChildProcess;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });
});
