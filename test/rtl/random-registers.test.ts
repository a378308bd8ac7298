/** A core's run does not depend on the values of its registers before reset. */
// @module-tag slow
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { libraryFolder } from "../../rtl/tools.js";
import { randomCore } from "./random-cores.js";
import { runCore } from "./run-core.js";

const absent = versionOf("iverilog") === null;
const CLOCKED = /^( *)always_ff @\(posedge clk\).*\n(?:\1 .*\n|\1end.*\n)*/gm;
const ASSIGNED = /(?:\)|\belse|\bbegin|^)\s+(\{[^}]*\}|\w+) <= /gm;

const ARRAY = /^( *)logic (?:\[[^\]]*\] )?(\w+)\[0:([^\]]+)\];\n/gm;

/** A module whose registers and arrays, except memories' words, begin at random; and their number. */
function begunAtRandom(text: string): { readonly text: string; readonly registers: number } {
  let registers = 0;
  const begun = text
    .replace(CLOCKED, (block, indent: string) => {
      const names = new Set([...block.matchAll(ASSIGNED)].map(([, name]) => name));
      registers += names.size;
      return `${[...names].map((name) => `${indent}initial ${name} = {64{$urandom}};\n`).join("")}${block}`;
    })
    .replace(ARRAY, (declared, indent: string, name: string, last: string) => {
      if (text.includes("initial $readmemh")) return declared;
      registers++;
      return `${declared}${indent}initial for (int z = 0; z <= ${last}; z++) ${name}[z] = {64{$urandom}};\n`;
    });
  return { text: begun, registers };
}

/** Runs the library with random registers, and with a change of one file. */
function runAtRandom(seed: number, change: (name: string, text: string) => string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "registers-"));
  try {
    let registers = 0;
    for (const name of readdirSync(libraryFolder())) {
      const begun = begunAtRandom(change(name, readFileSync(join(libraryFolder(), name), "utf8")));
      registers += begun.registers;
      writeFileSync(join(folder, name), begun.text);
    }
    expect(registers).toBeGreaterThan(70);
    return runCore(randomCore(seed), "iverilog", folder).verdict.differences;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SEEDS = [3, 7];
test.skipIf(absent)(
  `registers that begin with random values change nothing${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
  { tags: ["long"] },
  () => {
    for (const seed of SEEDS) expect(runAtRandom(seed, (_, text) => text)).toEqual([]);
  },
);

test.skipIf(absent)("a word that is written before the end of the reset is noticed", { tags: ["long"] }, () => {
  const ungated = (name: string, text: string): string => (name === "state_memory.sv" ? text.replace("free = !rst && ", "free = ") : text);
  expect(SEEDS.filter((seed) => runAtRandom(seed, ungated).length > 0)).not.toEqual([]);
});
