/** An imported network on a chip has the numbers of a description that names the network and its spikes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { importLava, importNir, open, simulate } from "../../app/index.js";
import { shippedPath } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";

const folder = mkdtempSync(join(tmpdir(), "import-on-chip-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What does not need classes of the inputs. */
async function simulated(description: object) {
  const { metrics } = (await simulate(open({ version: 1, ...description }))).result;
  const { latency_cycles, energy_uj_per_inference, area_mm2 } = metrics;
  return { latency_cycles, energy_uj_per_inference, area_mm2 };
}

/** The integers of the file, which a float run has as well. */
const precision = { integers: "from-file" };
const CHIPS = {
  "without a network": "precision: { integers: from-file }",
  "with another network, on other data": `
network: { model: eye.nir, nir: { step_seconds: 1e-2, reset: snntorch-subtract } }
workload: { dataset: events, labels: classes.txt, events: { steps: 9 }, inputs: { eye: { path: eye.csv } } }
precision: { integers: from-file }`,
};

test.each(Object.entries(CHIPS))("NIR, in integers and in float, on a chip %s", async (name, text) => {
  const [model, input] = [shippedPath("nir", "quad") as string, shippedPath("spikes", "quad") as string];
  const on = join(folder, `${name}.yaml`);
  writeFileSync(on, `version: 1\nextends: edge-core\n${text}\n`);
  const expected = await simulated({
    ...{ extends: "edge-core", precision },
    network: { model, nir: { step_seconds: 1e-3, reset: "zero" } },
    workload: { dataset: "spike-file", path: input },
  });
  const options = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  for (const integer of [true, false]) {
    const { ran, chip } = await importNir(model, { ...options, input, on, integer });
    expect(ran?.integer?.arithmetic).toBe(integer ? "from-file" : undefined);
    // in float the chip has the units that real weights need
    expect(chip?.result.metrics).toMatchObject(integer ? expected : { latency_cycles: expected.latency_cycles });
  }
});

test("Lava, with the rules of the command, not those of the chip's own network", async () => {
  const model = join(import.meta.dirname, "../arch/formats/lava/spikes.net");
  const [input, on] = [join(folder, "spikes.csv"), join(folder, "lava.yaml")];
  const rng = createRng(1, "lava");
  writeFileSync(input, Array.from({ length: 12 }, () => Array.from({ length: 10 }, () => Number(rng.float() < 0.3)).join(",")).join("\n"));
  writeFileSync(
    on,
    "version: 1\nextends: loihi-like\nnetwork: { model: other.net, lava: { restart_steps: 5 } }\nprecision: { integers: from-file, leak: truncate }\n",
  );
  const { chip } = await importLava(model, { restartSteps: 0, input, on });
  const expected = await simulated({
    ...{ extends: "loihi-like", network: { model }, workload: { dataset: "spike-file", path: input } },
    precision: { ...precision, leak: "truncate" },
  });
  expect(chip?.result.metrics).toMatchObject(expected);
});
