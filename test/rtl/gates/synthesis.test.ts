/**
 * `snn-dse rtl --synth` reads reports correctly and stores them with the point; a tool that fails or is stopped leaves
 * nothing half done.
 */
// @module-tag slow
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test, vi } from "vitest";
import { type ChipCheck, check } from "../../../app/check.js";
import { openChip } from "../../../app/open.js";
import { rtlSynthesis, type SynthesisOptions } from "../../../app/rtl-synthesis.js";
import { sweep } from "../../../app/sweep.js";
import { BUILT_NEEDS } from "../../../arch/index.js";
import { InputError, InterruptedError } from "../../../base/errors.js";
import { synthesisLines } from "../../../cli/format/synthesis.js";
import { modelFigures } from "../../../rtl/gates/model-figures.js";
import { ecp5Report, genericGates } from "../../../rtl/gates/reports.js";
import { runTool } from "../../../rtl/gates/run-tool.js";
import { shapeOf } from "../../../rtl/gates/shape.js";
import { storedSynthesis } from "../../../rtl/gates/stored-synthesis.js";
import { synthesisKey } from "../../../rtl/gates/synthesise.js";
import { CELLS, fakeTools, PLACED, PLACED_LOG, SHAPE } from "./fake-tools.js";
import { oneCoreSweep } from "./one-core-sweep.js";
import { twoCellLibrary } from "./two-cells.js";

const folder = mkdtempSync(join(tmpdir(), "synthesis-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const description = oneCoreSweep(folder);
const database = join(folder, "one.db");
const study = sweep(openChip(description), { db: database, workers: 1 });
const ECP5: SynthesisOptions = { target: "ecp5", base: description };

/** Runs `work` with a program of this behaviour in place of Yosys, and with a temporary folder of its own. */
async function using<T>(yosys: Parameters<typeof fakeTools>[1], work: (tools: string, scratch: string) => Promise<T>): Promise<T> {
  await study;
  const tools = fakeTools(mkdtempSync(join(folder, "tools-")), yosys);
  const scratch = mkdtempSync(join(folder, "scratch-"));
  vi.stubEnv("PATH", `${tools}:/usr/bin:/bin`);
  vi.stubEnv("TMPDIR", scratch);
  try {
    return await work(tools, scratch);
  } finally {
    vi.unstubAllEnvs();
  }
}

const runs = (tools: string): number =>
  existsSync(join(tools, "runs")) ? readFileSync(join(tools, "runs"), "utf8").split("\n").length - 1 : 0;

test("a point is synthesised once; later the database answers without the tools, unless another synthesis is asked for", () =>
  using("works", async (tools, scratch) => {
    const stages: string[] = [];
    const first = await rtlSynthesis(database, 1, { ...ECP5, onStage: (stage) => stages.push(stage) });
    expect(first).toMatchObject({ isRecalled: false, notStored: null });
    expect(first.synthesis.ecp5).toEqual({
      ...{ device: "LFE5U-45F", lut4: 120, flipFlops: 40, blockRams: 2, multipliers: 1, slices: 164 },
      ...{ clockMhz: 31.25, askedMhz: 10 },
    });
    expect(first.synthesis.tools).toEqual({ yosys: "Yosys 9.9", nextpnr: "nextpnr 9.9" });
    expect(stages).toContain("yosys: hierarchy");
    expect(readdirSync(scratch)).toEqual([]);
    rmSync(join(tools, "nextpnr-ecp5"));
    const second = await rtlSynthesis(database, 1, ECP5);
    expect(second).toEqual({ ...first, isRecalled: true });
    expect(runs(tools)).toBe(1);
    const lines = synthesisLines({ unicode: false, colour: false }, second);
    expect(lines.join("\n")).toMatch(/one\.db point 1: ecp5, LFE5U-45F\nnextpnr 9\.9; Yosys 9\.9; from the database/);
    expect(lines.join("\n")).toMatch(/^LUT4 +- +120 +-$/m);
    expect(lines.join("\n")).toMatch(/^the placement reaches the chip's clock of 10 MHz/m);
  }));

test(
  "the model's figures are those of the target, wherever the description builds its chip: of an ECP5, they are what check says on one",
  { tags: ["long"] },
  () =>
    using("works", async () => {
      const figures = async (fpga: string | null): Promise<{ readonly [figure: string]: number | null }> => {
        const values = fpga === null ? {} : { "chip.fpga": fpga };
        const { rows } = await rtlSynthesis(description, null, { target: "ecp5", values });
        return Object.fromEntries(rows.map(({ figure, model }) => [figure, model]));
      };
      const own = await figures("ecp5-45");
      for (const fpga of [null, "ecp5-85", "xczu7ev"]) expect(await figures(fpga), String(fpga)).toEqual(own);
      const { chip, precision } = openChip(description).experiment;
      const onSilicon = modelFigures(chip, chip.cores[0], precision, BUILT_NEEDS);
      for (const fpga of ["ecp5-45", "xczu7ev"] as const)
        expect(modelFigures({ ...chip, fpga }, chip.cores[0], precision, BUILT_NEEDS), fpga).toEqual(onSilicon);
      const mhz = own["clock after placement"] ?? Number.NaN;
      const checked = (clock: number) => {
        const file = join(folder, `at-${clock}.yaml`);
        const text = readFileSync(description, "utf8").replace("energy_uj_per_inference", "latency_us");
        writeFileSync(file, text.replace("clock_mhz: 10", `fpga: ecp5-85, clock_mhz: ${clock}`));
        return check(openChip(file)) as Promise<ChipCheck>;
      };
      const { fpga, infeasible } = await checked(0.999 * mhz);
      expect(infeasible).toBeNull();
      expect((await checked(1.001 * mhz)).infeasible?.code).toBe("CLOCK_TOO_FAST");
      expect(own).toMatchObject({
        "LUT4, placed": fpga?.total.luts,
        "flip-flops": fpga?.total.flipFlops,
        "block RAMs of 18 kbit (model: whole memories)": fpga?.total.blockRams,
        "multipliers 18 x 18": fpga?.total.dsps,
      });
    }),
);

test("nextpnr is asked for the chip's clock, a clock of its own is another synthesis, and one that is missed is said", () =>
  using("works", async (tools) => {
    const at = (clock: number) => rtlSynthesis(description, null, { target: "ecp5", values: { "chip.clock_mhz": clock } });
    const fast = await at(45);
    expect(readFileSync(join(tools, "placed"), "utf8")).toMatch(/ --freq 45 /);
    const lines = synthesisLines({ unicode: false, colour: false }, fast).join("\n");
    expect(lines).toMatch(/^the placement does not reach the chip's clock of 45 MHz/m);
  }));

test(
  "for several cores of one kind the model's figures are their sum, and the network's registers have a row of their own",
  { tags: ["long"] },
  () =>
    using("works", async () => {
      const of = async (width: number) => {
        const values = { "noc.width": width, "noc.height": 1, "tile.core.max_neurons": width === 1 ? 512 : 160, "tile.core.lanes": 4 };
        return (await rtlSynthesis(description, null, { target: "generic", values })).rows;
      };
      const [one, two] = [await of(1), await of(2)];
      const modelOf = (rows: typeof one, figure: string) => rows.find((row) => row.figure === figure)?.model;
      for (const figure of ["registers", "multipliers of the lanes", "multipliers of the update units"])
        expect(modelOf(two, figure), figure).toBe(2 * (modelOf(one, figure) ?? Number.NaN));
      expect(two.map(({ figure }) => figure)).toContain("registers of the network");
      expect(one.map(({ figure }) => figure)).not.toContain("registers of the network");
    }),
);

test("it is synthesised again on request, and for another device", { tags: ["long"] }, () =>
  using("works", async (tools) => {
    await rtlSynthesis(database, 1, ECP5);
    const before = runs(tools);
    expect((await rtlSynthesis(database, 1, { ...ECP5, again: true })).isRecalled).toBe(false);
    expect((await rtlSynthesis(database, 1, { ...ECP5, device: "LFE5U-85F" })).isRecalled).toBe(false);
    expect(runs(tools)).toBe(before + 2);
  }),
);

test("a report that was changed in the database is not used", () =>
  using("works", async (tools) => {
    await rtlSynthesis(database, 1, { ...ECP5, device: "LFE5U-12F" });
    const db = new Database(database);
    db.exec("UPDATE synthesis SET report_json = replace(report_json, '120', '121')");
    db.close();
    expect((await rtlSynthesis(database, 1, { ...ECP5, device: "LFE5U-12F" })).isRecalled).toBe(false);
    expect(runs(tools)).toBe(2);
  }));

test("a tool that fails is named with its last lines and the path of its log", () =>
  using("fails", async (_, scratch) => {
    const error: unknown = await rtlSynthesis(description, null, { target: "generic" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).toMatch(/yosys failed with 1: ERROR: syntax error in lib\/core\.sv/);
    const log = /all of it is in (\S+)/.exec(message)?.[1] ?? "";
    expect(log.startsWith(scratch)).toBe(true);
    expect(readFileSync(log, "utf8")).toContain("ERROR: syntax error");
  }));

test("a tool that ends well but writes nothing is named with the file that is missing and its log, which stays", () =>
  using("idles", async (_, scratch) => {
    const error: unknown = await rtlSynthesis(description, null, { target: "generic" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).toMatch(/yosys ended without an error, and without shape\.json/);
    const log = /all of it is in (\S+)/.exec(message)?.[1] ?? "";
    expect(log.startsWith(scratch)).toBe(true);
    expect(readFileSync(log, "utf8")).toContain("PROC pass");
  }));

test("a failure that names no file of the synthesis leaves no folder", () =>
  using("works", async (_, scratch) => {
    const liberty = join(folder, "wide.lib");
    writeFileSync(liberty, twoCellLibrary().replace("area : ", "area : wide"));
    await expect(rtlSynthesis(description, null, { target: "liberty", liberty })).rejects.toThrow(
      /wide\.lib:\d+: cell \(INV\) has the value 'wide/,
    );
    expect(readdirSync(scratch)).toEqual([]);
  }));

test.skipIf(!existsSync("/dev/full"))(
  "a disk that is full for the log ends the tool and all its processes with an error that says so",
  { tags: ["long"] },
  async () => {
    symlinkSync("/dev/full", join(folder, "full.log"));
    const run = { folder, log: "full.log", makes: [], onStage: () => {}, signal: null };
    const error: unknown = await runTool("sh", ["-c", "yes & yes"], run).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/full\.log: cannot be written: the disk is full.*\n.*TMPDIR/);
    await expect(runTool("sh", ["-c", "echo few"], run)).rejects.toThrow(/the disk is full/);
  },
);

test("a stopped synthesis ends its tool, and leaves no folder and no row", () =>
  using("hangs", async (_, scratch) => {
    const stopped = new AbortController();
    const run = rtlSynthesis(database, 1, { ...ECP5, device: "LFE5U-25F", signal: stopped.signal, onStage: () => stopped.abort() });
    await expect(run).rejects.toBeInstanceOf(InterruptedError);
    expect(readdirSync(scratch)).toEqual([]);
    const db = new Database(database, { readonly: true });
    expect(db.prepare("SELECT count(*) AS n FROM synthesis WHERE report_json LIKE '%25F%'").get()).toEqual({ n: 0 });
    db.close();
  }));

test("wrong values are refused with the expected ones", async () => {
  await study;
  const refused = (options: SynthesisOptions) => expect(rtlSynthesis(description, null, options)).rejects;
  await refused({ target: "asic" }).toThrow(/--synth: got 'asic', expected ecp5, generic, liberty/);
  await refused({ target: "liberty" }).toThrow(/liberty needs a cell library/);
  await refused({ target: "generic", again: true }).toThrow(/--again: has no effect without a database/);
  await refused({ target: "ecp5", liberty: "cells.lib" }).toThrow(/ecp5 takes no cell library/);
  await refused({ target: "liberty", liberty: join(folder, "none.lib") }).toThrow(/none\.lib: no such cell library/);
  for (const device of ["LFE5U-1F", "toString", "constructor", "__proto__"])
    await using("works", async () => {
      const stages: string[] = [];
      await refused({ target: "ecp5", device, onStage: (stage) => stages.push(stage) }).toThrow(
        new RegExp(`--device: got '${device}', expected LFE5U-12F`),
      );
      expect(stages).toEqual([]);
    });
  vi.stubEnv("PATH", folder);
  await refused({ target: "generic" }).toThrow(/yosys is not installed\n.*apt-get install yosys/);
  vi.unstubAllEnvs();
});

test("files that are no reports are refused by name", () => {
  const ecp5 = { cells: CELLS, report: PLACED, log: PLACED_LOG };
  const asked = { device: "LFE5U-45F", askedMhz: 10 };
  expect(() => ecp5Report({ ...ecp5, log: "" }, asked, "chip")).toThrow(/chip: has no clock that was timed/);
  expect(() => ecp5Report({ ...ecp5, cells: "[1" }, asked, "chip")).toThrow(/is no report in JSON/);
  expect(() => genericGates("{}", "cells.json")).toThrow(/cells\.json: has no counts of cells/);
  // cells under other names, as another version of a tool might write them, are not 0 of them
  for (const [from, to] of [
    ["TRELLIS_COMB", "TRELLIS_SLICE"],
    ["TRELLIS_RAMW", "RAMW"],
    ["utilization", "utilisation"],
    ['"used":150', '"used":"n"'],
  ])
    expect(() => ecp5Report({ ...ecp5, report: PLACED.replace(from, to) }, asked, "chip"), from).toThrow(
      /chip: does not say how many TRELLIS_\w+ are used\n.*another version of nextpnr/,
    );
  for (const type of ["LUT4", "TRELLIS_FF"])
    expect(() => ecp5Report({ ...ecp5, cells: CELLS.replace(type, `\\\\${type}`) }, asked, "chip"), type).toThrow(
      `chip: counts no ${type}`,
    );
  expect(() => genericGates(CELLS.replaceAll("$_", "\\\\$_"), "cells.json")).toThrow(/cells\.json: counts no gate/);
  const counts = { $_AND_: 5, $_SDFF_PP0_: 2, $_DFF_P_: 3, $mem_v2: 1 };
  const report = JSON.stringify({ design: { num_cells_by_type: counts, estimated_num_transistors: "130+" } });
  expect(genericGates(report, "cells.json")).toEqual({ gates: 5, flipFlops: 5, transistors: 130 });
});

test("sizes are read through the instances: registers, memories", () => {
  expect(shapeOf(JSON.parse(SHAPE).modules, "chip")).toEqual({
    registerBits: { core: 5 },
    multipliers: [],
    memories: [{ path: "core_0.words", words: 8, wordBits: 16, bits: 128, isSram: true }],
  });
});

test("a stored synthesis with an extra field, a missing field or one of another type is refused", async () => {
  const run = await using("works", () => rtlSynthesis(description, null, { target: "ecp5" }));
  const text = JSON.stringify(run.synthesis);
  expect(storedSynthesis(text)).toEqual(run.synthesis);
  for (const changed of [
    text.replace('"lut4":', '"lut5":'),
    text.replace(":120", ':"120"'),
    text.replace('{"target"', '{"x":1,"target"'),
    "[]",
    "{",
  ])
    expect(storedSynthesis(changed), changed.slice(0, 60)).toBeNull();
});

test("the key depends on every source and image, on target, device and library, and on nothing that only the bench reads", () => {
  const files = { "chip.sv": "a", "lib/core.sv": "b", "own.hex": "c", "weights_00.hex": "d", "frames.hex": "e", "tb.sv": "f" };
  const goal = { target: "ecp5", device: "LFE5U-45F", clockMhz: 10, liberty: null } as const;
  const key = synthesisKey(goal, files);
  for (const name of ["chip.sv", "lib/core.sv", "own.hex", "own_01.hex", "axons.hex", "segments_01.hex", "weights_00.hex"])
    expect(synthesisKey(goal, { ...files, [name]: "x" })).not.toBe(key);
  for (const name of ["frames.hex", "tb.sv"]) expect(synthesisKey(goal, { ...files, [name]: "x" })).toBe(key);
  expect(synthesisKey({ ...goal, device: "LFE5U-85F" }, files)).not.toBe(key);
  expect(synthesisKey({ ...goal, clockMhz: 20 }, files)).not.toBe(key);
  expect(synthesisKey({ ...goal, target: "generic" }, files)).not.toBe(key);
  const keyOf = (text: string) => synthesisKey({ ...goal, target: "liberty", liberty: { text, file: "x.lib" } }, files);
  expect(keyOf(`${twoCellLibrary()} `)).not.toBe(keyOf(twoCellLibrary()));
});
