/** Examples of docs/own-prices.md are sound as they are written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openChip } from "../../app/index.js";
import { packageRoot } from "../../base/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "own-prices-"));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(join(packageRoot(), "docs/own-prices.md"), "utf8");
const blocksOf = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text]) => text);

function opened(text: string) {
  const file = join(folder, "page.yaml");
  writeFileSync(file, `version: 1\nextends: mesh-2x2\n${text}`);
  return openChip(file).experiment.chip;
}

writeFileSync(join(folder, "my-macros.csv"), blocksOf("csv")[0]);
const [expressions, macros] = blocksOf("yaml");

test("its expressions and its table of macros price the memories that they name", () => {
  expect(blocksOf("yaml")).toHaveLength(2);
  expect(opened(expressions).cores[0].synapseMemory.own).toBeNull();
  const { cores } = opened(macros);
  expect(cores.map(({ synapseMemory, stateMemory }) => [synapseMemory.own !== null, stateMemory.own !== null])).toEqual([
    [true, false],
    [true, true],
    [true, false],
    [true, false],
  ]);
});

test("a memory of more ports than the table has is refused with the ports to set", () => {
  expect(macros).toContain("ports: 1rw, ");
  expect(() => opened(macros.replace("ports: 1rw, ", ""))).toThrow(
    /state_memory\.macros: has no macro with ports 1r1w\s+it has 1rw: set ports: 1rw, or name another table/,
  );
});
