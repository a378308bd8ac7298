/** The tools that read the library have no complaint. */
// @module-tag slow
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { emit, versionOf, writeChip } from "../../rtl/index.js";
import { libraryFolder } from "../../rtl/tools.js";
import { randomCore } from "./random-cores.js";
import { randomPort } from "./random-ports.js";

const folder = libraryFolder();
const names = readdirSync(folder).sort();

test("every module is in a file of its own name, says what it does first, and is no longer than 320 lines", () => {
  for (const name of names) {
    const text = readFileSync(join(folder, name), "utf8");
    expect(text.startsWith("// "), name).toBe(true);
    expect(/^module (\w+)/gm.exec(text)?.[1], name).toBe(name.replace(".sv", ""));
    expect(text.match(/^module /gm)?.length, name).toBe(1);
    expect(text.split("\n").length, name).toBeLessThanOrEqual(320);
  }
});

test.skipIf(versionOf("verilator") === null)(
  "Verilator has no warning, with events, compressed and dense scans, and for an imported network",
  () => {
    for (const parameters of [
      ["-GSCAN=0", "-GCELL=0", "-GGATES=1", "-GFACTORS=1"],
      ["-GSCAN=1", "-GLATCHES=1"],
      ["-GSCAN=2", "-GOVERHEAD=0", "-GKINDS=2", "-GCELL=3", "-GGATES=1", "-GFACTORS=2", "-GJUMPS=2"],
    ]) {
      const { stdout, stderr } = spawnSync("verilator", ["--lint-only", "-Wall", ...parameters, "--top-module", "core", ...names], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("%"))).toEqual([]);
    }
  },
);

test.skipIf(versionOf("verilator") === null)(
  "Verilator has no warning for a networked core, a mesh of one and more VCs, trees, a port, and a barrier's tree",
  { tags: ["long"] },
  () => {
    for (const [top, ...parameters] of [
      ["core", "-GCORES=3"],
      ["core", "-GCORES=4", "-GTREE=1", "-GVISIBLE=3"],
      ["mesh"],
      ["mesh", "-GTREE=1", "-GVCS=2", "-GROUTING=0", "-GPORT_QUEUE=2"],
      ["mesh", "-GVCS=2", "-GROUTING=2", "-GVC_CYCLES=2", "-GFIRST=1", "-GDEPTH=1"],
      ["barrier_tree", "-GLEVELS=2", "-GCORES=5", "-GSCANS=1", "-GEMPTY=1"],
      ["barrier_tree", "-GPERIOD=7"],
      ["packet"],
      ["host_port", "-GLINK=40"],
      ["barrier", "-GEMPTY=1"],
    ]) {
      const { stdout, stderr } = spawnSync("verilator", ["--lint-only", "-Wall", ...parameters, "--top-module", top, ...names], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("%"))).toEqual([]);
    }
  },
);

test.skipIf(versionOf("yosys") === null)("nor does Yosys find any in a mesh with trees", { tags: ["long"] }, () => {
  const script = `read_verilog -sv -DSYNTHESIS ${names.join(" ")}; chparam -set TREE 1 -set VCS 2 mesh; hierarchy -top mesh; proc; flatten; opt_clean; check -assert; select -assert-none t:$dlatch`;
  const { status, stdout, stderr } = spawnSync("yosys", ["-q", "-p", script], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
  expect(status, `${stdout}${stderr}`.slice(-500)).toBe(0);
});

test.skipIf(versionOf("yosys") === null)("nor in a chip of several cores with a port", { tags: ["long"] }, () => {
  const point = randomPort(7);
  if (point === null) throw new Error("the seed's network does not fit");
  const chip = join(mkdtempSync(join(tmpdir(), "lint-")), "chip");
  const { files, expected } = emit(point);
  writeChip(chip, files, expected, "lint");
  const script = [
    "read_verilog -sv -D SYNTHESIS lib/*.sv chip.sv; hierarchy -check -top chip; proc; flatten; opt_clean",
    "check -assert; select -assert-none t:$dlatch",
  ];
  const { status, stdout, stderr } = spawnSync("yosys", ["-q", "-p", script.join("; ")], { cwd: chip, encoding: "utf8" });
  rmSync(dirname(chip), { recursive: true });
  expect(status, `${stdout}${stderr}`.slice(-500)).toBe(0);
});

test.skipIf(versionOf("yosys") === null)(
  "F1: a lane of two-bit weights has no multiplier, as its area says; one of three bits has",
  { tags: ["long"] },
  () => {
    const products = (bits: number): string =>
      `chparam -set WEIGHT ${bits} -set GROUP 4 core; hierarchy -top core; proc; select -count *accumulate*/t:$mul`;
    const script = `read_verilog -sv -DSYNTHESIS ${names.join(" ")}; design -save read; ${products(2)}; design -load read; ${products(3)}`;
    const { stdout } = spawnSync("yosys", ["-p", script], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
    const [ofTwo, ofThree] = [...stdout.matchAll(/^(\d+) objects/gm)].map(([, count]) => Number(count));
    // all others are products of an address and a constant
    expect(ofThree - ofTwo).toBe(4);
  },
);

for (const [core, set, ...tags] of [
  ["a core of imported networks", "chparam -set KINDS 2 -set CELL 3 -set GATES 1 -set FACTORS 2 -set JUMPS 2 core;"],
  ["the usual core", "", "long"],
] as const)
  test.skipIf(versionOf("yosys") === null)(
    `Yosys finds no latch, loop, undriven net or second driver in ${core}`,
    { tags: [...tags] },
    () => {
      const script = `read_verilog -sv -DSYNTHESIS ${names.join(" ")}; ${set} hierarchy -top core; proc; flatten; opt_clean; check -assert; select -assert-none t:$dlatch`;
      const { status, stdout, stderr } = spawnSync("yosys", ["-q", "-p", script], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
      expect(status, `${stdout}${stderr}`.slice(-500)).toBe(0);
    },
  );

test.skipIf(versionOf("yosys") === null)(
  "nor in whole chips on their board, with events, a compressed and a dense scan",
  { tags: ["long"] },
  () => {
    for (const [seed, policy] of [
      [7, "event"],
      [27, "compressed"],
      [16, "dense"],
    ] as const) {
      const point = randomCore(seed);
      expect(point.experiment.chip.cores[0].scan.policy).toBe(policy);
      const chip = join(mkdtempSync(join(tmpdir(), "lint-")), "chip");
      const { files, expected } = emit(point);
      writeChip(chip, files, expected, "lint");
      const script = [
        "read_verilog -sv -D SYNTHESIS lib/*.sv board/*.sv chip.sv ulx3s.sv; hierarchy -check -top ulx3s; proc; flatten; opt_clean",
        "check -assert; select -assert-none t:$dlatch",
      ];
      const { status, stdout, stderr } = spawnSync("yosys", ["-q", "-p", script.join("; ")], { cwd: chip, encoding: "utf8" });
      rmSync(dirname(chip), { recursive: true });
      expect(status, `${stdout}${stderr}`.slice(-500)).toBe(0);
    }
  },
);
