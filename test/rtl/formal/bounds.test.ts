/**
 * Bounds of queue, bank, write queue, port, credits and allocators are proved for every input of the first cycles. That
 * smaller bounds are refuted, a harness shows once: the long run does.
 */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
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
  const sources = [...library, harness].map((file) => `"${file}"`).join(" ");
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

const PROVED: readonly (readonly [name: keyof typeof HARNESSES, claim: string, refuted: readonly { readonly [name: string]: number }[]])[] =
  [
    ["queue", "a queue holds its depth at most, shows a message in time and keeps their order", [{ MOST: 2 }, { LATE: 1 }]],
    ["bank", "a bank serves a request of the soma or of the synapse unit within the words of both", [{ SOMA: 3 }, { SYNAPSE: 3 }]],
    [
      "write_queue",
      "at most two sums wait if two arrive in four cycles; a sum is found until as many more have arrived as the queue has places",
      [{ MOST: 1 }, { FOUND: 4 }],
    ],
    [
      "injector",
      "a source has at most as many flits of a VC under way as the VC has places, and sends a flit in the cycle in which it arrives",
      [{ MOST: 1 }, { AT_ONCE: 0 }],
    ],
    [
      "host_port",
      "a packet enters the chip with its last beat, unchanged, and the port rests only between packets",
      [{ SAID: 6 }, { WAITS: 0 }, { RESTS_AT: 1 }],
    ],
    [
      "router_vcs",
      "a VC is granted to one head, and a head is granted one VC; the next search begins after the last winner, so that a head waits for each other one at most once",
      [{ MOST: 0 }, { BEHIND: 0 }, { LATE: 2 }],
    ],
    [
      "router_switch",
      "an output takes one flit, and an input port sends one; the next search begins after the last winner, so that an input port waits for each other one at most once",
      [{ MOST: 0 }, { BEHIND: 0 }, { LATE: 2 }],
    ],
  ];

describe.skipIf(absent).each(PROVED)("%s", (name, claim, refuted) => {
  test(`${claim}${skipped}`, { timeout: 120_000 }, () => expect(holds(name)).toBe(true));

  test.each(refuted)(`not with %j${skipped}`, { tags: ["long"], timeout: 120_000 }, (bound) => expect(holds(name, bound)).toBe(false));
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

test.skipIf(absent)(`the same where inputs choose first${skipped}`, { tags: ["long"], timeout: 300_000 }, () => {
  for (const name of ["router_vcs", "router_switch"] as const) {
    expect(holds(name, { FIRST: 1 })).toBe(true);
    expect(holds(name, { FIRST: 1, BEHIND: 0 })).toBe(false);
  }
});
