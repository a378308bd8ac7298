/** Networks that a search trained lie beside its database: under every name of it, and after a merge. */
// @module-tag slow
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { merge, openWithPlugins, rtl, sweep } from "../../app/index.js";
import { modelsBeside, Store } from "../../sweeps/index.js";
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

  test("every name of a database, also a symbolic link in another folder, finds the networks beside its file", async () => {
    const tones = await openWithPlugins(join(folder, "tones.yaml"));
    await sweep(tones, { db: whole, workers: 1 });
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

  test("merged points keep their networks: the target has every network of the whole search, and the chip of each point", async () => {
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
    for (const id of pointsOf(target)) expect((await rtl(target, id, { out: join(folder, "chip") })).files).toBeGreaterThan(40);
    expect(merge(target, [second])[0].networks).toMatchObject({ copied: 0, missing: 0 });
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
