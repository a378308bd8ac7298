/** Damaged cases and descriptions are refused as bad input, never as a defect of the program. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conform } from "../../../app/conform.js";
import { parseCoupledChip } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { conformCase, designOf } from "../../../sim/recorded/conform.js";
import { recordedChip } from "../../../sim/recorded/shipped-chip.js";

const SEED = 20_266;
const CASES = ["tinyodin/cases/tiny_percycle", "odin/cases/allbist", "ranc/cases/tiny2x2", "snndse_fc/cases/fc_small"];
const PIECES = ["", "-1", "999999999999", "0.5", "NaN", "x", ",,", "{", "[]", "null", "&a *a", "\n"];

/** The text with one place replaced, cut or doubled. */
function damaged(text: string, seed: number): string {
  const rng = createRng(seed, "damage");
  const at = rng.int(0, text.length - 1);
  const kind = rng.int(0, 3);
  if (kind === 0) return text.slice(0, at);
  if (kind === 1) return text.slice(0, at) + text.slice(at + rng.int(1, 40));
  if (kind === 2) return text.slice(0, at) + text.slice(at, at + 30) + text.slice(at);
  return text.slice(0, at) + PIECES[rng.int(0, PIECES.length - 1)] + text.slice(at + rng.int(0, 6));
}

function refusedOrRun(what: string, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error, what).toBeInstanceOf(InputError);
  }
}

test.each(CASES)("%s: 25 damaged copies run or are refused", (name) => {
  const folder = join(packageRoot(), "test", "conformance", name);
  const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const inputs = [
    "case.json",
    "input.csv",
    "neur_init.csv",
    "sign.txt",
    "stim.csv",
    "net.json",
    "spikes.csv",
    "syn.hex",
    "summary.json",
  ].filter((file) => files.has(file));
  for (let i = 0; i < 25; i++) {
    const file = inputs[i % inputs.length];
    const copy = new Map(files).set(file, damaged(files.get(file) as string, SEED + i));
    refusedOrRun(`${file}, seed ${SEED + i}`, () => conformCase(recordedChip(designOf(copy, [name])), copy));
  }
});

test("300 damaged descriptions are read or refused", () => {
  const text = readFileSync(join(packageRoot(), "arch", "chips", "ranc.yaml"), "utf8");
  for (let i = 0; i < 300; i++) refusedOrRun(`seed ${SEED + i}`, () => parseCoupledChip(damaged(text, SEED + i), "ranc.yaml"));
});

test.each(CASES)("%s: a JSON file nested 200,000 deep is refused by name, and hides no other case", (name) => {
  const folder = join(packageRoot(), "test", "conformance", name);
  const root = mkdtempSync(join(tmpdir(), "deep-"));
  try {
    const names = readdirSync(folder).filter((file) => file.endsWith(".json"));
    expect(names).toContain("case.json");
    cpSync(folder, join(root, "whole"), { recursive: true });
    for (const file of names) {
      cpSync(folder, join(root, `deep ${file}`), { recursive: true });
      writeFileSync(join(root, `deep ${file}`, file), `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
    }
    const found = [...conform(root)];
    expect(found.length).toBe(names.length + 1);
    for (const { name: one, problem } of found)
      if (one === "whole") expect(problem).toBeNull();
      else expect(problem).toContain(`${one.slice("deep ".length)}: nests deeper than 32 levels`);
  } finally {
    rmSync(root, { recursive: true });
  }
});
