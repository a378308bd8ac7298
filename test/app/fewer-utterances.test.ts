/** A bench of fewer utterances, and a synthesis, have the point's own chip: placed by all utterances that it times. */
// @module-tag slow
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { rtl } from "../../app/rtl.js";
import { rtlSynthesis } from "../../app/rtl-synthesis.js";
import { packageRoot } from "../../base/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "fewer-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const edge = join(packageRoot(), "arch/examples/edge.yaml");

/** What a synthesis reads of a chip, by file. */
function circuitIn(name: string): { readonly [file: string]: string } {
  const files = readdirSync(join(folder, name)).filter((file) =>
    /^(chip\.sv|weights\w*\.hex|(own|axons|segments|routes)\w*\.hex)$/.test(file),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(folder, name, file), "utf8")]));
}

test("a point of several cores is one chip, whether its bench runs one utterance or all, or it is synthesised", {
  tags: ["long"],
}, async () => {
  const values = { "tile.core.synapse_memory.size_kib": 64 };
  const at = (name: string) => ({ out: join(folder, name), values });
  await rtl(edge, null, at("all"));
  await rtl(edge, null, { ...at("one"), samples: 1 });
  vi.stubEnv("PATH", folder);
  try {
    await expect(rtlSynthesis(edge, null, { ...at("gates"), target: "generic" })).rejects.toThrow(/yosys is not installed/);
  } finally {
    vi.unstubAllEnvs();
  }
  const all = circuitIn("all");
  expect(Object.keys(all).filter((file) => file.startsWith("own_")).length).toBeGreaterThan(1);
  expect(circuitIn("one")).toEqual(all);
  expect(circuitIn("gates")).toEqual(all);
  // the claim is empty if one utterance alone places the network the same
  await rtl(edge, null, { out: join(folder, "alone"), values: { ...values, "workload.timing_samples": 1 } });
  expect(circuitIn("alone")).not.toEqual(all);
});
