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
