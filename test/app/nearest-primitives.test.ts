/** A NIR file that this program wrote runs as its nearest primitives, and every command that takes it says so. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exportNir } from "../../app/export-nir.js";
import { check, open, simulate } from "../../app/index.js";
import { readNir } from "../../arch/index.js";
import { prepareNir } from "../../sim/nir/import.js";

const folder = mkdtempSync(join(tmpdir(), "nearest-"));
afterAll(() => rmSync(folder, { recursive: true }));
const SAID = expect.stringMatching(/nearest primitives of NIR, another network: take the \.safetensors file/);

test("check, simulate and the reader's report warn of the file, not of the model from which it was written", {
  tags: ["long"],
}, async () => {
  const file = join(folder, "digits.nir");
  await exportNir("mnist-rows-rec-v2", file, 0.01);
  const of = (network: object) =>
    open({ version: 1, extends: "edge-core", network, workload: { dataset: "mnist-rows", samples: 20, timing_samples: 1 } });
  const exported = of({ model: file, nir: { step_seconds: 0.01, reset: "subtract" } });
  const own = of({ model: "mnist-rows-rec-v2.safetensors" });
  for (const run of [check, simulate]) {
    expect(await run(exported)).toMatchObject({ warnings: expect.arrayContaining([SAID]) });
    expect(await run(own)).toMatchObject({ warnings: expect.not.arrayContaining([SAID]) });
  }
  const options = { dtSeconds: 0.01, reset: "subtract", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  expect(prepareNir(await readNir(file), file, options).report.warnings).toContainEqual(SAID);
});
