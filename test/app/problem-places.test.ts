/** Problems that are found after a description was read name their line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, type Description, InputError, open, rtl, simulate, sweep, withPlaces } from "../../app/index.js";
import { inputError } from "../../base/errors.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-places-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = "version: 1\nextends: edge-core\nnetwork: { model: mnist-rows-rec-v2 }\n";

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What is wrong with a description, as its door prints it. */
async function wrong(path: string, door: (description: Description) => Promise<unknown> = check): Promise<readonly string[]> {
  try {
    await door(open(path));
  } catch (error) {
    if (error instanceof InputError)
      return withPlaces(error).problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.path}: ${p.message}`);
    throw error;
  }
  return [];
}

test("a missing folder of a data set is reported at the line of workload.path, with how to get it", async () => {
  const path = written("speech.yaml", `${HEAD}workload:\n  dataset: fsdd-phones\n  path: nowhere\n`);
  expect(await wrong(path)).toEqual([`${path}:6:9: workload.path: nowhere: no such file or folder`]);
  await expect(check(open(path))).rejects.toThrow(/git clone https:\/\/github.com\/Jakobovski\/free-spoken-digit-dataset, and give/);
});

test("check, sim and rtl report an unknown population at its line, also if its name has a dot", async () => {
  const path = written(
    "manual.yaml",
    `${HEAD}workload: { dataset: mnist-rows, samples: 4, timing_samples: 1 }\nmapping:\n  strategy: manual\n  manual:\n    layer1: [0]\n    layer.9: [0]\n`,
  );
  const told = [`${path}:9:14: mapping.manual.layer.9: no such population`];
  expect(await wrong(path)).toEqual(told);
  expect(await wrong(path, (description) => simulate(description))).toEqual(told);
  expect(await wrong(path, () => rtl(path, null, { out: join(folder, "rtl") }))).toEqual(told);
});

test("a sweep does so, too; if only some of its chips have a named core, the others are infeasible, with the line", async () => {
  const text = `${HEAD.replace("edge-core", "mesh-2x2")}workload: { dataset: mnist-rows, samples: 4, timing_samples: 1 }
noc: { width: { sweep: [2, 1] } }
mapping: { strategy: manual, manual: { POPULATION: [3] } }
sweep: { sampler: { name: grid }, objectives: { energy_uj_per_inference: min } }
`;
  const unknown = written("unknown.yaml", text.replace("POPULATION", "layer9"));
  const run = (description: Description, name: string) => sweep(description, { db: join(folder, name), workers: 1 });
  expect(await wrong(unknown, (description) => run(description, "unknown.db"))).toEqual([
    `${unknown}:6:48: mapping.manual.layer9: no such population`,
  ]);
  const summary = await run(open(written("some.yaml", text.replace("POPULATION", "layer1"))), "some.db");
  expect(summary).toMatchObject({ done: 1, infeasible: 1, failed: 0 });
});

test("so are recordings and spike files", async () => {
  const events = written("events.yaml", `${HEAD}workload: { dataset: events, path: none }\n`);
  expect(await wrong(events)).toEqual([`${events}:4:36: workload.path: ${join(folder, "none")}: no such file or folder`]);
  const spikes = written("spikes.yaml", `${HEAD}workload: { dataset: spike-file, path: none.csv }\n`);
  expect(await wrong(spikes)).toEqual([`${spikes}:4:40: workload.path: ${join(folder, "none.csv")}: no such spike file`]);
});

test("a broken line of a spike file keeps its own place", async () => {
  const csv = written("spikes.csv", "n0,n1\n0,1\n0,x\n");
  const path = written("broken.yaml", `${HEAD}workload: { dataset: spike-file, path: spikes.csv }\n`);
  expect((await wrong(path))[0]).toMatch(new RegExp(`^${csv}:3`));
});

test("a problem of a value from another file is reported in that file", async () => {
  const base = written("base.yaml", `${HEAD}workload: { dataset: fsdd-phones, path: nowhere }\n`);
  const path = written("top.yaml", "version: 1\nextends: ./base.yaml\n");
  expect((await wrong(path))[0]).toBe(`${base}:4:41: workload.path: nowhere: no such file or folder`);
});

test("a value that the caller changed has no line", async () => {
  const path = written("changed.yaml", `${HEAD}workload: { dataset: fsdd-phones, path: nowhere }\n`);
  const error = inputError(path, "elsewhere: no such file or folder", "", "workload.path");
  expect(withPlaces(error, ["workload.path"]).problems).toEqual(error.problems);
  expect(withPlaces(error, ["workload.seed"]).problems[0].line).toBe(4);
});

test("a path that no file writes, a file that is no description, and places that are known stay as they are", () => {
  const path = written("plain.yaml", HEAD);
  const problems = [
    inputError(path, "wrong", "", "chip.nowhere"),
    inputError(join(folder, "none.yaml"), "wrong", "", "chip"),
    inputError(path, "wrong"),
    new InputError([{ file: path, line: 9, column: 9, path: "network.model", message: "wrong", fix: "" }]),
  ].flatMap((error) => error.problems);
  expect(withPlaces(new InputError(problems)).problems).toEqual(problems);
});
