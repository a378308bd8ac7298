/**
 * Chips run as simulated with the memory of the page on RTL, whose words lie in macros, in the library's memory's
 * place.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { candidateOf, obstaclesOf, versionOf } from "../../rtl/index.js";
import { libraryFolder } from "../../rtl/tools.js";
import { randomChip } from "./random-chips.js";
import { type RandomCore, randomCore } from "./random-cores.js";
import { randomRows } from "./random-rows.js";
import { runCore } from "./run-core.js";

const absent = versionOf("iverilog") === null;
const why = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Least number of first cores with both kinds of ports. */
const SHORT = 3;
const MANY = 10;
/** One core in ten notices a word that is wholly unknown. */
const NOTICING = 40;

const read = (...path: readonly string[]): string => readFileSync(join(packageRoot(), ...path), "utf8");

describe.skipIf(absent)(`memories of macros${why}`, () => {
  const library = mkdtempSync(join(tmpdir(), "snn-dse-macros-"));
  beforeAll(() => {
    cpSync(libraryFolder(), library, { recursive: true });
    const [, module] = read("docs/rtl.md").match(/```systemverilog\n(module sram [\s\S]*?)```/) ?? [];
    writeFileSync(join(library, "sram.sv"), `${module}${read("test/rtl/macro_models.sv")}`);
  });
  afterAll(() => rmSync(library, { recursive: true }));

  /** The first `count` points of `make`'s seeds that can be emitted. */
  function points(count: number, make: (seed: number) => RandomCore | null): readonly RandomCore[] {
    const found: RandomCore[] = [];
    for (let seed = 1; found.length < count; seed++) {
      const point = make(seed);
      if (point !== null && obstaclesOf(candidateOf(point)).length === 0) found.push(point);
    }
    return found;
  }
  const differences = (point: RandomCore): readonly string[] => runCore(point, "iverilog", library).verdict.differences;
  const portsOf = ({ experiment }: RandomCore): string => experiment.chip.cores[0].stateMemory.ports;

  test("cores with state memories of one port and of two", () => {
    const cores = points(SHORT, randomCore);
    expect(new Set(cores.map(portsOf)).size).toBe(2);
    for (const core of cores) expect(differences(core)).toEqual([]);
  });

  test.each([
    ["cores", randomCore],
    ["cores whose rows name their targets", randomRows],
    ["chips", randomChip],
  ])("%s, many", { tags: ["long"], timeout: 600_000 }, (_, make) => {
    for (const point of points(MANY, make)) expect(differences(point)).toEqual([]);
  });

  test("a macro of two ports that gives no bit of a row that is written is noticed", { tags: ["long"], timeout: 300_000 }, () => {
    const file = join(library, "sram.sv");
    const kind = readFileSync(file, "utf8");
    const unkind = kind.replace("words[read_row] ^ (bits & 'x)", "'x");
    expect(unkind).not.toBe(kind);
    writeFileSync(file, unkind);
    try {
      const noticed = points(NOTICING, randomCore).filter((core) => differences(core).length > 0);
      expect(noticed.map(portsOf)).toContain("1r1w");
      expect(noticed.map(portsOf)).not.toContain("1rw");
    } finally {
      writeFileSync(file, kind);
    }
  });
});
