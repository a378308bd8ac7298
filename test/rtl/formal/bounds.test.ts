/**
 * Bounds of queue, bank, write queue, port, credits and allocators are proved for every input of the first cycles;
 * smaller bounds are refuted.
 */
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

/** By harness: its modules, and a number of cycles that is proved in seconds. */
const HARNESSES = {
  queue: { modules: ["queue", "flags"], cycles: 8 },
  bank: { modules: ["state_memory", "sram", "pipe"], cycles: 12 },
  write_queue: { modules: ["write_queue"], cycles: 9 },
  host_port: { modules: ["host_port", "lookup"], cycles: 12 },
  injector: { modules: ["injector", "queue", "flags", "router_pick"], cycles: 8 },
  router: { modules: ["router", "router_input", "router_vcs", "router_switch", "router_pick"], cycles: 8 },
  router_vcs: { modules: ["router_vcs", "router_pick"], cycles: 6 },
  router_switch: { modules: ["router_switch", "router_pick"], cycles: 5 },
} as const satisfies { readonly [name: string]: { readonly modules: readonly string[]; readonly cycles: number } };

/** True if all assertions of a harness hold in every run of this many cycles. @throws if the tools give no verdict */
function holds(name: keyof typeof HARNESSES, parameters: { readonly [name: string]: number } = {}): boolean {
  const top = `${name}_proof`;
  const { modules, cycles } = HARNESSES[name];
  const library = modules.map((module) => join(libraryFolder(), `${module}.sv`));
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
  const { stdout } = spawnSync("yosys-smtbmc", ["-s", "z3", "-t", String(cycles), smt2], { encoding: "utf8" });
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
  `at most two sums wait if two arrive in four cycles; a sum is found until as many more have arrived as the queue has places${skipped}`,
  () => {
    expect(holds("write_queue")).toBe(true);
    expect(holds("write_queue", { MOST: 1 })).toBe(false);
    expect(holds("write_queue", { FOUND: 4 })).toBe(false);
  },
);

test.skipIf(absent)(
  `a source has at most as many flits of a VC under way as the VC has places, and sends a flit in the cycle in which it arrives${skipped}`,
  () => {
    expect(holds("injector")).toBe(true);
    expect(holds("injector", { MOST: 1 })).toBe(false);
    expect(holds("injector", { AT_ONCE: 0 })).toBe(false);
  },
);

test.skipIf(absent)(`a packet enters the chip with its last beat, unchanged, and the port rests only between packets${skipped}`, () => {
  expect(holds("host_port")).toBe(true);
  expect(holds("host_port", { SAID: 6 })).toBe(false);
  expect(holds("host_port", { WAITS: 0 })).toBe(false);
  expect(holds("host_port", { RESTS_AT: 1 })).toBe(false);
});

test.skipIf(absent)(
  `a router's credits are the places of its neighbours, and a VC carries one packet at a time${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    expect(holds("router")).toBe(true);
    expect(holds("router", { FIRST: 1 })).toBe(true);
    expect(holds("router", { MOST: 1 })).toBe(false);
    expect(holds("router", { WHOLE: 0 })).toBe(false);
  },
);

for (const [name, what, one] of [
  ["router_vcs", "a VC is granted to one head, and a head is granted one VC", "a head"],
  ["router_switch", "an output takes one flit, and an input port sends one", "an input port"],
] as const)
  test.skipIf(absent)(
    `${what}; the next search begins after the last winner, so that ${one} waits for each other one at most once${skipped}`,
    { timeout: 120_000 },
    () => {
      expect(holds(name)).toBe(true);
      expect(holds(name, { MOST: 0 })).toBe(false);
      expect(holds(name, { BEHIND: 0 })).toBe(false);
      expect(holds(name, { LATE: 2 })).toBe(false);
    },
  );

test.skipIf(absent)(`the same where inputs choose first${skipped}`, { tags: ["long"], timeout: 300_000 }, () => {
  for (const name of ["router_vcs", "router_switch"] as const) {
    expect(holds(name, { FIRST: 1 })).toBe(true);
    expect(holds(name, { FIRST: 1, BEHIND: 0 })).toBe(false);
  }
});
