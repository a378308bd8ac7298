/** A full disk while the built program trains networks is no fault of a point: the same command continues. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { modelsBeside, Store } from "../../sweeps/index.js";
import { isBuilt } from "../cli/small-sweep.js";
import { Program } from "../cluster/server.js";
import { tonesFolder } from "../sweeps/models/tones.js";
import { trainedEnd } from "../sweeps/models/trained-end.js";

describe.skipIf(!isBuilt)("the built program", () => {
  test("a checkpoint on a full disk ends the sweep with 2, no point has failed, and with space again it ends as an undisturbed one", {
    tags: ["long"],
    timeout: 300_000,
  }, async (context) => {
    const folder = tonesFolder();
    const [full, calm] = ["full.db", "calm.db"].map((name) => join(folder, name)) as [string, string];
    const disk = modelsBeside(full);
    mkdirSync(disk);
    const mount = (...options: string[]) => spawnSync("mount", ["-t", "tmpfs", "-o", ...options, "tmpfs", disk], { encoding: "utf8" });
    const mounted = mount("size=8k");
    if (mounted.status !== 0) context.skip(`no small disk can be mounted here: ${mounted.stderr ?? mounted.error?.message}`);
    const sweep = (database: string): Program => new Program(["sweep", "tones.yaml", "--db", database, "--json", "--workers", "2"], folder);
    try {
      const stopped = sweep(full);
      expect(await stopped.ended, stopped.errors).toBe(2);
      expect(stopped.errors).toMatch(/checkpoint: cannot be written: the disk is full/);
      const store = Store.read(full);
      expect(store.query("SELECT id FROM point WHERE state IN ('failed', 'timeout')")).toEqual([]);
      store.close();
      expect(mount("remount,size=16m").status).toBe(0);
      for (const database of [full, calm]) {
        const whole = sweep(database);
        expect(await whole.ended, whole.errors).toBe(0);
        expect(whole.events("point-failed")).toEqual([]);
      }
      expect(trainedEnd(full)).toEqual(trainedEnd(calm));
    } finally {
      spawnSync("umount", ["-l", disk]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
