/** A sweep whose input is mistyped changes nothing, and does not block its own correction. */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { usualAndLong } from "../usual.js";
import { runHere } from "./in-process.js";
import { isBuilt, smallSweep, sweepFolder } from "./small-sweep.js";

const folder = sweepFolder(2);
afterAll(() => rmSync(folder, { recursive: true }));

const COUPLED = `version: 1
extends: tinyodin
neurons: 64
event_queue: { depth: { sweep: [128, 64] } }
workload: { case: ${join(packageRoot(), "arch", "examples", "tinyodin-rec64")} }
sweep:
  objectives: { latency_cycles: min }
  sampler: { name: grid, budget: 2 }
`;
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const swept = (name: string) => runHere(folder, "sweep", name, "--no-tui", "--workers", "1");

describe.skipIf(!isBuilt)("a sweep with a mistyped input", { timeout: 120_000 }, () => {
  for (const [some, options] of usualAndLong(
    [
      ["case.yaml", COUPLED, "tinyodin-rec64", "tinyodin-rec65"],
      ["path.yaml", smallSweep(2), "dataset: mnist-rows", "dataset: mnist-rows, path: no-such-folder"],
      ["model.yaml", smallSweep(2), "model: mnist-rows-rec-v2.safetensors", "model: mnist-rows-rec-v9.safetensors"],
    ],
    (name) => String(name) === "model.yaml",
  ))
    test.each(some)(
      "%s ends with exit code 2, leaves no file, and runs once it is corrected",
      options,
      async (name, text, right, wrong) => {
        const before = readdirSync(folder);
        write(name, text.replace(right, wrong));
        const refused = await swept(name);
        expect(refused.code, refused.err).toBe(2);
        expect(readdirSync(folder).filter((file) => !before.includes(file))).toEqual([name]);
        write(name, text);
        expect((await swept(name)).code).toBe(0);
        expect(existsSync(join(folder, name.replace(".yaml", ".db")))).toBe(true);
      },
    );

  test("a study of which no point has ended takes a corrected description; one with a result does not", async () => {
    write("own.yaml", COUPLED);
    expect((await swept("own.yaml")).code).toBe(0);
    write("own.yaml", COUPLED.replace("neurons: 64", "neurons: 65"));
    expect(await swept("own.yaml")).toMatchObject({ code: 2, err: expect.stringContaining("is not the description") });
    const db = new Database(join(folder, "own.db"));
    db.exec("DELETE FROM result; UPDATE point SET state = 'queued', ended_at = NULL, duration_ms = NULL");
    db.close();
    write("own.yaml", COUPLED.replace("neurons: 64", "neurons: 64 # again\ninput_link: { request_gap_cycles: 200 }"));
    const taken = await swept("own.yaml");
    expect(taken.code, taken.err).toBe(0);
    const stored = new Database(join(folder, "own.db"), { readonly: true });
    expect(stored.prepare("SELECT count(*) AS done FROM point WHERE state = 'done'").get()).toEqual({ done: 2 });
    stored.close();
  });
});
