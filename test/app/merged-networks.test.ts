/** Networks that a search trained lie beside its database: under every name of it, and after a merge. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { merge, openStudy, openWithPlugins, recordedPoint, report, reportData, reproduce, rtl, show, sweep } from "../../app/index.js";
import { packageRoot } from "../../base/package-root.js";
import { modelsBeside, Store, storedModels } from "../../sweeps/index.js";
import { runHere } from "../cli/in-process.js";
import { isBuilt } from "../cli/small-sweep.js";
import { tonesFolder } from "../sweeps/models/tones.js";

describe.skipIf(!isBuilt)("with the workers of the built program", () => {
  const folder = tonesFolder();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const [whole, first, second] = ["whole", "part1", "part2"].map((name) => join(folder, `${name}.db`));
  const models = (database: string): readonly string[] => readdirSync(modelsBeside(database)).sort();
  const pointsOf = (database: string): readonly number[] => {
    const store = Store.read(database);
    const ids = [...store.points("p.state = 'done'")].map(({ id }) => id);
    store.close();
    return ids;
  };
  /** A database with what lies beside it, as a user copies one. */
  const copied = (from: string, name: string): string => {
    const to = join(folder, name);
    copyFileSync(from, to);
    if (existsSync(modelsBeside(from))) cpSync(modelsBeside(from), modelsBeside(to), { recursive: true });
    return to;
  };

  beforeAll(async () => {
    await sweep(await openWithPlugins(join(folder, "tones.yaml")), { db: whole, workers: 1 });
  });

  test("every name of a database, also a symbolic link in another folder, finds the networks beside its file", {
    tags: ["long"],
  }, async () => {
    const tones = await openWithPlugins(join(folder, "tones.yaml"));
    mkdirSync(join(folder, "elsewhere"));
    const link = join(folder, "elsewhere", "link.db");
    symlinkSync(whole, link);
    const [id] = pointsOf(whole);
    const written = await rtl(link, id, { out: join(folder, "chip"), base: join(folder, "tones.yaml") });
    expect(written.files).toBeGreaterThan(40);
    // a search through a link whose database does not exist yet
    const later = join(folder, "elsewhere", "later.db");
    symlinkSync("../later-file.db", later);
    await sweep(tones, { db: later, workers: 1, budget: 1 });
    expect(readdirSync(join(folder, "elsewhere")).sort()).toEqual(["later.db", "link.db"]);
    expect(models(join(folder, "later-file.db")).length).toBeGreaterThan(0);
  });

  test("away from its description a database says how to name it, and then does all", async () => {
    const away = join(folder, "away");
    mkdirSync(away);
    const database = join(away, "whole.db");
    copyFileSync(whole, database);
    cpSync(modelsBeside(whole), modelsBeside(database), { recursive: true });
    const [id] = pointsOf(database);
    const base = join(folder, "tones.yaml");
    const commands: readonly ((base: string | null) => Promise<unknown>)[] = [
      (from) => reproduce(database, id, { base: from }),
      (from) => recordedPoint(database, id, from),
      (from) => rtl(database, id, { base: from, out: join(away, "chip") }),
    ];
    for (const command of commands) {
      await expect(command(null)).rejects.toThrow(
        /away\/whole\.db: (training\.base|workload\.path): .*\n *name the description that the search was made from: --base arch\.yaml; or /,
      );
      await command(base);
    }
  });

  test("merged points keep their networks: the target has every network of the whole search, and the first and last chip", async () => {
    const tones = await openWithPlugins(join(folder, "tones.yaml"));
    await sweep(tones, { db: first, workers: 1, shard: { shard: 1, shards: 2 } });
    await sweep(tones, { db: second, workers: 1, shard: { shard: 2, shards: 2 } });
    const target = copied(first, "all.db");
    const [own, others] = [models(first), models(second)];
    const lacking = others.filter((name) => !own.includes(name));
    expect(lacking.length).toBeGreaterThan(0);
    const [{ added, networks }] = merge(target, [second]);
    expect(added).toBeGreaterThan(0);
    expect(networks).toEqual({ folder: modelsBeside(target), copied: lacking.length, missing: 0, missingId: null });
    expect(models(target)).toEqual(models(whole));
    const ids = pointsOf(target);
    for (const id of [ids[0], ids[ids.length - 1]])
      expect((await rtl(target, id, { out: join(folder, "chip") })).files).toBeGreaterThan(40);
    expect(merge(target, [second])[0].networks).toMatchObject({ copied: 0, missing: 0 });
  });

  test("another build reads the networks of a search; it trains the same one: the point is reproduced, and its lost network is there again", async () => {
    const database = copied(whole, "later.db");
    const [id] = pointsOf(database);
    const build = join(folder, "another");
    mkdirSync(build);
    for (const name of ["package.json", "arch", "training", "node_modules"]) symlinkSync(join(packageRoot(), name), join(build, name));
    cpSync(join(packageRoot(), "dist"), join(build, "dist"), { recursive: true });
    appendFileSync(join(build, "dist", "sweep-worker.js"), "// another build\n");
    const run = (...words: readonly string[]) =>
      spawnSync(process.execPath, [join(build, "dist", "main.js"), ...words], { cwd: folder, encoding: "utf8" });
    const slower = run("reprice", database, "--scale", "clock_limits=1.5");
    expect([slower.status, slower.stderr]).toEqual([0, ""]);
    rmSync(modelsBeside(database), { recursive: true });
    expect(run("reprice", database, "--scale", "clock_limits=1.5").stderr).toMatch(/the network of point \d+ is not in .*later\.models/);
    const chip = () => rtl(database, id, { out: join(folder, "lost") });
    await expect(chip()).rejects.toThrow(new RegExp(`train it again: snn-dse reproduce ${database} ${id}$`));
    expect(run("rtl", database, String(id), "--out", "lost").stderr).toMatch(
      /reproduce \S+ \d+; if the point is not reproduced, this version trains other networks: use the one that searched \(snn-dse \d/,
    );
    const { status, stdout } = run("reproduce", database, String(id));
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/:\n {2}program snn-dse: before[^\n]*\npoint \d+ is reproduced: every value is the same/),
    ]);
    expect((await chip()).files).toBeGreaterThan(40);
  });

  /** Asks, evaluates and tells a study's points one by one; returns its warnings. */
  const driven = async (db: string, budget = 8): Promise<readonly string[]> => {
    const warnings: string[] = [];
    const onWarning = (text: string): void => void warnings.push(text);
    const study = await openStudy(await openWithPlugins(join(folder, "tones.yaml")), { db, workers: 1, budget, onWarning });
    for (let [point] = await study.ask(); point !== undefined; [point] = await study.ask()) study.tell(point, await study.evaluate(point));
    await study.close();
    return warnings;
  };

  test("what a driven study trained is stored, shown, reported and merged as a sweep's is", { tags: ["long"] }, async () => {
    const asked = join(folder, "asked.db");
    await driven(asked);
    const told = (database: string) => {
      const store = Store.read(database);
      const networks = [...storedModels(store).values()].map(({ seconds: _time, ...network }) => network);
      store.close();
      return networks.sort((a, b) => (a.key < b.key ? -1 : 1));
    };
    expect(told(asked)).toEqual(told(whole));
    expect(models(asked)).toEqual(models(whole));
    const curves = (database: string) => pointsOf(database).map((id) => show(database, id).networks.map(({ key, curve }) => [key, curve]));
    expect(curves(asked)).toEqual(curves(whole));
    expect(reportData(asked).networks?.made.length).toBe(told(whole).length);
    const page = String(report(asked));
    expect(page).toContain("Networks that the search trained");
    expect(page).toMatch(/has not run on the test set: a sweep does that .* accuracy there is optimistic/);
    const target = copied(first, "driven.db");
    merge(target, [asked]);
    expect(models(target)).toEqual(models(whole));
  });

  test("a merge copies the networks of results, also if no event tells of them, and counts those that no folder has", {
    tags: ["long"],
  }, async () => {
    const silent = join(folder, "silent.db");
    const { log } = Store.prototype;
    const spy = vi.spyOn(Store.prototype, "log").mockImplementation(function (this: Store, ...[type, detail]) {
      if (type !== "model") log.call(this, type, detail);
    });
    await driven(silent, 2);
    spy.mockRestore();
    const needed = (): readonly string[] =>
      pointsOf(silent).flatMap((id) => {
        const store = Store.read(silent);
        const hash = store.result(id)?.provenance.modelHash ?? "";
        store.close();
        return `${hash}.safetensors`;
      });
    expect(needed().length).toBe(2);
    const target = copied(first, "hashes.db");
    rmSync(modelsBeside(target), { recursive: true });
    merge(target, [silent]);
    expect(models(target)).toEqual([...new Set(needed())].sort());
    rmSync(modelsBeside(silent), { recursive: true });
    const bare = copied(second, "bare.db");
    const lacking = new Set(needed().filter((name) => !models(bare).includes(name)));
    expect(lacking.size).toBeGreaterThan(0);
    expect(merge(bare, [silent])[0].networks).toMatchObject({ copied: 0, missing: lacking.size });
  });

  test("a study that is opened on a part's database warns, as a sweep does, that the whole search continues", {
    tags: ["long"],
  }, async () => {
    const part = copied(first, "driven-part.db");
    expect(await driven(part)).toContainEqual(
      expect.stringMatching(/driven-part\.db: part 1 of 2 of this search; the whole search continues/),
    );
    expect(models(part)).toEqual(models(whole));
    expect(await driven(part)).toEqual([]);
  });

  test("a merge never copies a network that was changed; it says how many are missing, and what to type", async () => {
    const damaged = copied(second, "damaged.db");
    const names = models(damaged);
    writeFileSync(join(modelsBeside(damaged), names[0]), "not a network");
    const target = copied(first, "more.db");
    rmSync(modelsBeside(target), { recursive: true });
    const { code, out, err } = await runHere(folder, "merge", "more.db", "damaged.db");
    expect(code).toBe(0);
    expect(models(target)).toEqual(names.slice(1));
    const missing = models(whole).length - names.length + 1;
    expect(out).toContain(`${names.length - 1} networks copied`);
    expect(err).toContain(`more.db: ${missing} networks of its search are not in more.models`);
    const typed = /snn-dse reproduce more\.db (\d+)/.exec(err);
    expect(typed).not.toBeNull();
    await expect(rtl(target, Number(typed?.[1]), { out: join(folder, "chip") })).rejects.toThrow(/is not in .*more\.models/);
  });
});
