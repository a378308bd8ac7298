/** A search of a changed chip is a file of its own, as `sweep --set` says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runHere } from "./in-process.js";

const folder = mkdtempSync(join(tmpdir(), "sweep-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("sweep --set is refused with what to do instead, which gives the same search on the changed chip", async () => {
  const refused = await runHere(folder, "sweep", "edge", "--set", "chip.technology_nm=28");
  expect(refused.code).toBe(2);
  const [, typed, line] = /(snn-dse init --example edge); then write a file beside it with `(extends: edge\.yaml)`/.exec(refused.err) ?? [];
  expect((await runHere(folder, ...typed.split(" ").slice(1))).code).toBe(0);
  writeFileSync(join(folder, "edge-28nm.yaml"), `version: 1\n${line}\nchip: { technology_nm: 28 }\n`);
  const checked = async (file: string) => JSON.parse((await runHere(folder, "check", file, "--json")).out);
  const [whole, changed] = [await checked("edge.yaml"), await checked("edge-28nm.yaml")];
  expect(changed.document.chip).toEqual({ ...whole.document.chip, technology_nm: 28 });
  expect(changed.search).toEqual(whole.search);
  const beside = await runHere(folder, "sweep", join(folder, "edge.yaml"), "--set", "a=1");
  expect(beside.err).toMatch(/ write a file beside it with `extends: edge\.yaml`/);
});
