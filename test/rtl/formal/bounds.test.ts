/** Bounds of queue, bank and write queue, proved for every input of the first cycles; one that is too small is refuted. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { versionOf } from "../../../rtl/index.js";
import { libraryFolder } from "../../../rtl/tools.js";

const absent = versionOf("yosys") === null || versionOf("z3") === null;
const skipped = absent ? " (skipped: Yosys or z3 is absent)" : "";
const folder = mkdtempSync(join(tmpdir(), "formal-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Cycles by harness: what takes some seconds. */
const CYCLES = { queue: 8, bank: 12, write_queue: 9 } as const;
const MODULES = { queue: ["queue", "flags"], bank: ["state_memory", "sram", "pipe"], write_queue: ["write_queue"] } as const;

/** Whether all assertions of a harness hold in every run of so many cycles. @throws where the tools say neither. */
function holds(name: keyof typeof MODULES, parameters: { readonly [name: string]: number } = {}): boolean {
  const top = `${name}_proof`;
  const library = MODULES[name].map((module) => join(libraryFolder(), `${module}.sv`));
  const text = Object.entries(parameters).reduce(
    (before, [parameter, value]) => before.replace(new RegExp(`\\b${parameter} = [^,\\n]+`), `${parameter} = ${value}`),
    readFileSync(join(packageRoot(), "test/rtl/formal", `${top}.sv`), "utf8"),
  );
  const harness = join(folder, `${[top, ...Object.values(parameters)].join("-")}.sv`);
  writeFileSync(harness, text);
  const sources = [...library, harness].join(" ");
  const smt2 = harness.replace(/sv$/, "smt2");
  const script = [
    `read_verilog -sv -formal -D SYNTHESIS ${sources}`,
    `hierarchy -check -top ${top}`,
    "proc; flatten; opt_clean; memory -nordff; memory_map; opt -full; async2sync; dffunmap; opt_clean",
    `write_smt2 -wires ${smt2}`,
  ];
  const made = spawnSync("yosys", ["-q", "-p", script.join("; ")], { encoding: "utf8" });
  expect(made.status, made.stderr).toBe(0);
  const { stdout } = spawnSync("yosys-smtbmc", ["-s", "z3", "-t", String(CYCLES[name]), smt2], { encoding: "utf8" });
  if (/Status: passed/i.test(stdout)) return true;
  if (/Assert failed/.test(stdout) && /Status: failed/i.test(stdout)) return false;
  throw new Error(stdout.slice(-500));
}

test.skipIf(absent)(`a queue holds its depth at most, shows a message in time and keeps their order${skipped}`, () => {
  expect(holds("queue")).toBe(true);
  expect(holds("queue", { MOST: 2 })).toBe(false);
  expect(holds("queue", { LATE: 1 })).toBe(false);
});

test.skipIf(absent)(`a bank serves a request of the soma or of the synapse unit within the words of both${skipped}`, () => {
  expect(holds("bank")).toBe(true);
  expect(holds("bank", { SOMA: 3 })).toBe(false);
  expect(holds("bank", { SYNAPSE: 3 })).toBe(false);
});

test.skipIf(absent)(
  `two sums wait at most where two come in four cycles; one is found until as many more have come as there are places${skipped}`,
  () => {
    expect(holds("write_queue")).toBe(true);
    expect(holds("write_queue", { MOST: 1 })).toBe(false);
    expect(holds("write_queue", { FOUND: 4 })).toBe(false);
  },
);
