/** `check` of a search that trains its networks says nothing of zeros that no training has made. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, open } from "../../app/index.js";
import { existing } from "../../base/entry.js";
import { tonesFolder } from "../sweeps/models/tones.js";

const folder = tonesFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("weights that do not fit refuse a network before training only if they are dense, and are told otherwise; the time is a number", async () => {
  const described = readFileSync(join(folder, "tones.yaml"), "utf8");
  for (const format of ["auto", "dense"]) {
    const file = join(folder, `${format}.yaml`);
    const tile = "tile: { core: { synapse_memory: { size_kib: { sweep: [0.125, 64] } }, lanes: { sweep: [1, 2] } } }";
    writeFileSync(file, described.replace(/^tile: .*$/m, `chip: { weight_format: ${format} }\n${tile}`));
    const found = await check(open(file));
    if (found.kind !== "board") throw new Error("not a chip");
    const told = found.warnings.filter((text) =>
      /^as written, the network fits only if enough of its weights become 0 in training: MAP_/.test(text),
    );
    expect(found.infeasible?.code ?? null, format).toBe(format === "dense" ? "MAP_SYNAPSE_MEMORY_FULL" : null);
    expect(told, format).toHaveLength(format === "dense" ? 0 : 1);
    expect(found.heldWeights, format).toEqual([]);
    const { seconds } = existing(found.estimate, "an estimate");
    expect(seconds > 0, format).toBe(true);
  }
});

test("a chip whose memory of states is full for a placement without spikes is told to depend on spikes, not on zeros of dense weights", async () => {
  const described = readFileSync(join(folder, "tones.yaml"), "utf8");
  const told: string[] = [];
  for (const strategy of ["sequential", "balanced"]) {
    const file = join(folder, `${strategy}.yaml`);
    const chip = `chip: { weight_format: dense }\nmapping: { strategy: ${strategy} }\nnoc: { topology: mesh, width: 2, height: 2 }`;
    writeFileSync(
      file,
      described.replace(/^tile: .*$/m, `${chip}\ntile: { core: { state_memory: { size_kib: 0.1 }, lanes: { sweep: [1, 2] } } }`),
    );
    const found = await check(open(file));
    if (found.kind !== "board") throw new Error("not a chip");
    told.push(found.infeasible?.code ?? "", ...found.warnings.filter((text) => /^as written/.test(text)).map((text) => text.split(":")[0]));
  }
  expect(told).toEqual([
    "MAP_STATE_MEMORY_FULL",
    "",
    "as written, the network fits only if the spikes of the trained network place neurons otherwise",
  ]);
});
