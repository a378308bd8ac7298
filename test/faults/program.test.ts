/**
 * The built program on real chips, under faults of its surroundings: killed at random moments, on a full disk, beside a
 * reader that keeps the database, beside a second sweep of it, with jumping clocks, with a damaged row. Every time the
 * same command ends with the database of an undisturbed run: points, results, front and hypervolume.
 */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { frontReport, Store } from "../../sweeps/index.js";
import { isBuilt, smallSweep } from "../cli/small-sweep.js";
import { Program, until, wait } from "../cluster/server.js";
import { contentOf } from "../sweeps/fake-study.js";

const SEED = 60;
/** SNN_DSE_KILLS=50 for the long form. */
const KILLS = Number(process.env.SNN_DSE_KILLS ?? 2);
const BUDGET = 12 + 3 * KILLS;
const MINUTES = 60_000 * Math.max(5, KILLS);

describe.skipIf(!isBuilt)("the built program", () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-faults-"));
  const at = (name: string): string => join(folder, name);
  const started: Program[] = [];
  const sweep = (database: string, env: { readonly [name: string]: string } = {}, workers = 1): Program => {
    const program = new Program(["sweep", "small.yaml", "--db", database, "--workers", String(workers), "--json"], folder, env);
    started.push(program);
    return program;
  };
  /** What must be equal: everything stored but the log of events. */
  const stored = (database: string): unknown => {
    const { events: _log, ...content } = JSON.parse(contentOf(database));
    return content;
  };
  const hypervolumeOf = (database: string): number | null => {
    const store = Store.read(database);
    const { hypervolume } = frontReport(store);
    store.close();
    return hypervolume;
  };
  const endedIn = (db: Database.Database): number =>
    (db.prepare("SELECT count(*) AS n FROM point WHERE state NOT IN ('queued', 'running')").get() as { readonly n: number }).n;
  let calm: string;
  const expectUndisturbed = (database: string): void => {
    expect(stored(database)).toEqual(stored(calm));
    expect(hypervolumeOf(database)).toBe(hypervolumeOf(calm));
    expect(hypervolumeOf(calm)).toBeGreaterThan(0);
  };

  beforeAll(async () => {
    writeFileSync(at("small.yaml"), smallSweep(BUDGET).replace("name: random", "name: nsga2, population: 8"));
    calm = at("calm.db");
    expect(await sweep(calm).ended).toBe(0);
  }, 300_000);
  afterAll(async () => {
    for (const program of started) if (program.running) await program.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    `killed ${KILLS} times at random moments, at start, between and within points, it loses no result and computes none twice`,
    async () => {
      const rng = createRng(SEED, "kills");
      const file = at("killed.db");
      let before = new Map<string, string>();
      let [kills, fruitful] = [0, 0];
      for (; kills < KILLS; kills++) {
        const program = sweep(file, {}, 2);
        const early = rng.float() < 0.2;
        const wanted = rng.int(1, 3);
        if (early) await wait(rng.float() * 1000);
        else {
          const fresh = (): number =>
            [...program.events("point-done"), ...program.events("point-failed")].filter((e) => e.stored !== true).length;
          await until("new points", () => fresh() >= wanted || !program.running);
          await wait(rng.float() * 40);
        }
        await program.kill("SIGKILL");
        if (early && before.size === 0) continue; // perhaps killed before there was a database
        const store = Store.read(file);
        const now = new Map(
          store
            .query(
              "SELECT p.key, coalesce(r.digest, p.reason) || p.ended_at AS mark FROM point p LEFT JOIN result r ON r.point_id = p.id WHERE p.ended_at IS NOT NULL",
            )
            .map((row) => [String(row.key), String(row.mark)]),
        );
        store.close();
        for (const [key, mark] of before) expect(now.get(key)).toBe(mark);
        if (now.size > before.size) fruitful++;
        before = now;
      }
      console.log(`seed ${SEED}: killed ${kills} times, ${fruitful} times with new results; ${before.size} of ${BUDGET} points had ended`);
      expect(await sweep(file).ended).toBe(0);
      expect(fruitful).toBeGreaterThan(0);
      expectUndisturbed(file);
    },
    MINUTES,
  );

  test("on a full disk it ends with 2 and says so, what is stored is whole, and with space again it goes on", {
    tags: ["long"],
    timeout: 300_000,
  }, async (context) => {
    const disk = at("disk");
    mkdirSync(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], { encoding: "utf8" });
    if (mounted.status !== 0) context.skip(`no small disk can be mounted here: ${mounted.stderr ?? mounted.error?.message}`);
    try {
      const file = join(disk, "full.db");
      const { size } = statSync(calm);
      // Room for the empty database and its journals, and for a part of the results.
      writeFileSync(join(disk, "filler"), Buffer.alloc(16 * 2 ** 20 - Math.round(1.5 * size) - 2 ** 16));
      const full = sweep(file);
      expect([await full.ended, full.child.signalCode]).toEqual([2, null]);
      expect(full.errors).toMatch(/full\.db: cannot write: .*disk full/);
      expect(full.errors).not.toMatch(/\n {4}at /);
      rmSync(join(disk, "filler"));
      const db = new Database(file);
      const kept = endedIn(db);
      db.close();
      console.log(`full with ${kept} of ${BUDGET} points`);
      expect(kept).toBeGreaterThan(0);
      expect(kept).toBeLessThan(BUDGET);
      const rest = sweep(file);
      expect(await rest.ended).toBe(0);
      expect([...rest.events("point-done"), ...rest.events("point-failed")].filter((event) => event.stored === true)).toHaveLength(kept);
      expectUndisturbed(file);
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
  });

  test("M8, M7: a deleted lock is nothing; a deleted or moved database ends the sweep with 2 and what was stored where", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const [locked, moved, deleted] = ["locked.db", "moving.db", "deleted.db"].map(at) as [string, string, string];
    const started = (file: string): Promise<Program> => {
      const program = sweep(file);
      return until("a point", () => program.events("point-done").length > 0 || !program.running).then(() => program);
    };
    const unlocked = await started(locked);
    rmSync(`${locked}.lock`, { force: true });
    unlocked.child.kill("SIGSTOP");
    expect(await sweep(locked).ended).toBe(2);
    unlocked.child.kill("SIGCONT");
    expect(await unlocked.ended).toBe(0);
    expectUndisturbed(locked);
    const mover = await started(moved);
    renameSync(moved, at("elsewhere.db"));
    expect(await mover.ended).toBe(2);
    expect(mover.errors).toMatch(/was moved during the run; \d+ ended points? (is|are) stored in .*elsewhere\.db/);
    expect(await sweep(at("elsewhere.db")).ended).toBe(0);
    expectUndisturbed(at("elsewhere.db"));
    const deleter = await started(deleted);
    for (const end of ["", "-wal", "-shm"]) rmSync(deleted + end);
    expect(await deleter.ended).toBe(2);
    expect(deleter.errors).toMatch(/was deleted during the run; \d+ ended points? (is|are) lost with it/);
    expect(deleter.errors).not.toMatch(/\n {4}at /);
  });

  test("M7, L10: a database without a name is refused with 2; threads are as many as the machine has cores for", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    for (const name of ["", ":memory:"]) {
      const program = sweep(name);
      expect(await program.ended).toBe(2);
      expect(program.errors).toMatch(/nothing would be stored/);
    }
    const many = new Program(["sweep", "small.yaml", "--db", at("many.db"), "--workers", "100000", "--json"], folder, {});
    started.push(many);
    expect(await many.ended).toBe(0);
    expect(many.errors).toMatch(/--workers 100000: \d+ are used/);
  });

  test("L5, D7: merge into a file that is not there says how to make it, and makes none; a source that is none leaves the target alone", async () => {
    const [target, whole] = [at("new.db"), calm];
    const merge = async (...files: string[]): Promise<string> => {
      const program = new Program(["merge", ...files], folder, {});
      started.push(program);
      expect(await program.ended).toBe(2);
      return program.errors;
    };
    expect(await merge(target, whole)).toMatch(
      /no such database; merge adds to a database that a sweep has written\n +cp .*calm\.db .*new\.db/,
    );
    expect(existsSync(target)).toBe(false);
    writeFileSync(at("no.db"), "no database at all, but long enough to be looked into");
    const before = readFileSync(whole);
    expect(await merge(whole, at("no.db"))).toMatch(/no\.db: is not a results database/);
    expect(readFileSync(whole).equals(before)).toBe(true);
  }, 300_000);

  test("of two sweeps that start on one database one runs, the other ends with 2 and says why", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const file = at("two.db");
    const both = [sweep(file), sweep(file)];
    const codes = await Promise.all(both.map((program) => program.ended));
    expect([...codes].sort()).toEqual([0, 2]);
    expect(both[codes.indexOf(2)]?.errors).toMatch(/another sweep is writing this database/);
    expectUndisturbed(file);
  });

  test("a reader that keeps a transaction open all the time sees its own snapshot and delays nothing for good", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const file = at("read.db");
    const running = sweep(file);
    await until("a first point", () => running.events("point-done").length > 0 || !running.running);
    const reader = new Database(file, { readonly: true });
    reader.exec("BEGIN");
    const count = reader.prepare("SELECT count(*) AS n FROM point WHERE state = 'done'");
    const before = count.get();
    expect(await running.ended).toBe(0);
    expect(count.get()).toEqual(before);
    reader.close();
    expectUndisturbed(file);
  });

  test("clocks that jump by hours change no result", { tags: ["long"], timeout: 300_000 }, async () => {
    const preload = at("jump.mjs");
    writeFileSync(
      preload,
      `let state = ${SEED};
const jump = () => { state = (state * 1103515245 + 12345) % 2147483648; return (state / 2147483648 - 0.5) * 7200000; };
const [wall, run] = [Date.now, performance.now.bind(performance)];
Date.now = () => wall() + jump();
performance.now = () => run() + jump();
globalThis.Date = new Proxy(Date, { construct: (target, parameters) => new target(...(parameters.length === 0 ? [wall() + jump()] : parameters)) });
`,
    );
    const file = at("jumps.db");
    const program = sweep(file, { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` });
    expect(await program.ended).toBe(0);
    const store = Store.read(file);
    const days = store.query("SELECT DISTINCT strftime('%H', ended_at) AS hour FROM point");
    store.close();
    expect(days.length).toBeGreaterThan(1); // the clocks did jump
    expectUndisturbed(file);
  });

  /** Kills a search after a third of it, changes the database, runs the rest; the rest's process. */
  const changedHalfWay = async (file: string, change: (db: Database.Database) => void): Promise<Program> => {
    const half = sweep(file);
    await until("a third of the points", () => half.events("point-done").length >= BUDGET / 3 || !half.running);
    await half.kill("SIGKILL");
    const db = new Database(file);
    change(db);
    db.close();
    const rest = sweep(file);
    expect(await rest.ended).toBe(0);
    return rest;
  };
  const recalled = (program: Program): number =>
    [...program.events("point-done"), ...program.events("point-failed")].filter((event) => event.stored === true).length;

  test("a row changed behind its back is noticed, and computed anew, it alone", { tags: ["long"], timeout: 300_000 }, async () => {
    const file = at("damaged.db");
    let ended = 0;
    const rest = await changedHalfWay(file, (db) => {
      ended = endedIn(db);
      db.exec(
        "UPDATE result SET energy_uj_per_inference = energy_uj_per_inference / 2 WHERE point_id = (SELECT min(point_id) FROM result)",
      );
    });
    expect(rest.events("fault")).toMatchObject([{ code: "DAMAGED_ROW" }]);
    expect(recalled(rest)).toBe(ended - 1);
    expectUndisturbed(file);
  });
});
