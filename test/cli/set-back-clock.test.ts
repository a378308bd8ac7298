/** A wall clock that is set back during a study: durations stay those of the monotonic clock, and sessions add up. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { BRIEF, isBuilt, program, sweepFolder } from "./small-sweep.js";

/** At each look, the wall clock of the program was set back by ten minutes more. */
const SET_BACK = `
let looks = 0;
const late = () => -600000 * looks++;
const wall = Date.now;
globalThis.Date = new Proxy(Date, {
  construct: (target, parameters) => new target(...(parameters.length === 0 ? [wall() + late()] : parameters)),
  get: (target, name) => (name === "now" ? () => wall() + late() : target[name]),
});
`;

describe.skipIf(!isBuilt)("with a wall clock that is set back again and again", () => {
  const folder = sweepFolder(6);
  writeFileSync(join(folder, "late.mjs"), SET_BACK);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...words: readonly string[]): string => {
    const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: `--import ${pathToFileURL(join(folder, "late.mjs")).href}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, [...BRIEF, program, ...words], { cwd: folder, env, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout;
  };
  type Told = { readonly type: string; readonly elapsedMs: number; readonly earlierMs: number };
  const attached = (type: string): Told => {
    const told = run("attach", "small.db", "--json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Told);
    return told.find((event) => event.type === type) as Told;
  };

  test("a session ends after it began, its points too, and the next session tells the time of both", {
    tags: ["long"],
    timeout: 120_000,
  }, () => {
    const first = run("sweep", "small.yaml", "--workers", "1", "--budget", "3", "--no-tui");
    expect(first).not.toMatch(/all sessions together/);
    const { elapsedMs } = attached("finished");
    expect(elapsedMs).toBeGreaterThan(0);
    const second = run("sweep", "small.yaml", "--workers", "1", "--no-tui");
    expect(attached("started").earlierMs).toBe(elapsedMs);
    const [own, all] = [/ended after 0:(\d\d)/, /all sessions together: 0:(\d\d)/].map((text) => Number(text.exec(second)?.[1]));
    expect(Math.abs(all - own - elapsedMs / 1000)).toBeLessThanOrEqual(1);
    const db = new Database(join(folder, "small.db"), { readonly: true });
    const wrong = db
      .prepare("SELECT 1 FROM session WHERE ended_at < started_at UNION ALL SELECT 1 FROM point WHERE ended_at < created_at")
      .all();
    db.close();
    expect(wrong).toEqual([]);
  });
});
