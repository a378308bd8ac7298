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
import { openChip } from "../../../app/open.js";
import { rtlSynthesis, type SynthesisOptions } from "../../../app/rtl-synthesis.js";
import { sweep } from "../../../app/sweep.js";
import { InputError, InterruptedError } from "../../../base/errors.js";
import { synthesisLines } from "../../../cli/format/synthesis.js";
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
      ...{ device: "LFE5U-45F", lut4: 120, flipFlops: 40, blockRams: 2, multipliers: 1, slices: 150 },
      clockMhz: 31.25,
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
  }));

test("for several cores of one kind the model's figures are their sum, and the network's registers have a row of their own", () =>
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
  }));

test("it is synthesised again on request, and for another device", () =>
  using("works", async (tools) => {
    await rtlSynthesis(database, 1, ECP5);
    const before = runs(tools);
    expect((await rtlSynthesis(database, 1, { ...ECP5, again: true })).isRecalled).toBe(false);
    expect((await rtlSynthesis(database, 1, { ...ECP5, device: "LFE5U-85F" })).isRecalled).toBe(false);
    expect(runs(tools)).toBe(before + 2);
  }));

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
  await refused({ target: "liberty" }).toThrow(/liberty needs cell library/);
  await refused({ target: "ecp5", liberty: "cells.lib" }).toThrow(/ecp5 takes no cell library/);
  await refused({ target: "liberty", liberty: join(folder, "none.lib") }).toThrow(/none\.lib: no such cell library/);
  await using("works", async () => refused({ target: "ecp5", device: "LFE5U-1F" }).toThrow(/--device: got 'LFE5U-1F', expected LFE5U-12F/));
  vi.stubEnv("PATH", folder);
  await refused({ target: "generic" }).toThrow(/yosys is not installed\n.*apt-get install yosys/);
  vi.unstubAllEnvs();
});

test("files that are no reports are refused by name", () => {
  const ecp5 = { cells: CELLS, report: PLACED, log: PLACED_LOG };
  expect(() => ecp5Report({ ...ecp5, log: "" }, "LFE5U-45F", "chip")).toThrow(/chip: has no clock that was timed/);
  expect(() => ecp5Report({ ...ecp5, cells: "[1" }, "LFE5U-45F", "chip")).toThrow(/is no report in JSON/);
  expect(() => genericGates("{}", "cells.json")).toThrow(/cells\.json: has no counts of cells/);
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
  const goal = { target: "ecp5", device: "LFE5U-45F", liberty: null } as const;
  const key = synthesisKey(goal, files);
  for (const name of ["chip.sv", "lib/core.sv", "own.hex", "own_01.hex", "axons.hex", "segments_01.hex", "weights_00.hex"])
    expect(synthesisKey(goal, { ...files, [name]: "x" })).not.toBe(key);
  for (const name of ["frames.hex", "tb.sv"]) expect(synthesisKey(goal, { ...files, [name]: "x" })).toBe(key);
  expect(synthesisKey({ ...goal, device: "LFE5U-85F" }, files)).not.toBe(key);
  expect(synthesisKey({ ...goal, target: "generic" }, files)).not.toBe(key);
  const liberty = { ...goal, target: "liberty", liberty: { text: "a", file: "x.lib" } } as const;
  expect(synthesisKey({ ...liberty, liberty: { text: "b", file: "x.lib" } }, files)).not.toBe(synthesisKey(liberty, files));
});
