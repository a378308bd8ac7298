/** `snn-dse rtl` says why it refuses a chip, writes a chip as files, and runs the files that it wrote. */
// @module-tag slow
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { Values } from "../../app/open.js";
import { rtl } from "../../app/rtl.js";
import { rtlSynthesis } from "../../app/rtl-synthesis.js";
import { packageRoot } from "../../base/package-root.js";
import { lifeOfProcess } from "../../base/process-life.js";
import { registerRtl } from "../../cli/commands/rtl.js";
import { emit, runBench, versionOf, writeChip } from "../../rtl/index.js";
import { randomCore } from "../rtl/random-cores.js";
import { printedByCommand } from "./command.js";
import { isBuilt } from "./small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "rtl-cli-"));
const edge = join(packageRoot(), "arch/examples/edge.yaml");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the command prints on stdout, and the exit code that it asks for. */
async function printed(...words: readonly string[]): Promise<{ readonly code: typeof process.exitCode; readonly text: string }> {
  const before = process.exitCode;
  const text = await printedByCommand(registerRtl, "rtl", ...words);
  const code = process.exitCode;
  process.exitCode = before;
  return { code, text };
}

test("a source that is not there, a folder without a chip and one with nothing to do are refused", async () => {
  await expect(rtl(join(folder, "none.db"), 1)).rejects.toThrow(/none\.db: is not there/);
  await expect(rtl("edge", 1)).rejects.toThrow(/edge: is not there\n.*a description takes no point/);
  await expect(rtl(folder, null)).rejects.toThrow(/is a folder that is already written/);
  // a user would take the verdict for that of point 3
  for (const runs of [true, false])
    await expect(rtl(folder, 3, { runs })).rejects.toThrow(
      /point 3: has no effect on a folder that is already written\n.*leave point 3 out/,
    );
  for (const point of [null, 3])
    await expect(rtlSynthesis(folder, point, { target: "generic" })).rejects.toThrow(
      /is a folder, and what is synthesised is a point\n.*name the/,
    );
  writeFileSync(join(folder, "study.db"), "no database");
  await expect(rtl(join(folder, "study.db"), 7)).rejects.toThrow(/study\.db/);
});

test("a simulator that is absent or unknown is named with Debian's package", async () => {
  await expect(rtl(folder, null, { runs: true, simulator: "questa" })).rejects.toThrow(/got 'questa', expected iverilog or verilator/);
  vi.stubEnv("PATH", folder);
  try {
    await expect(rtl(folder, null, { runs: true })).rejects.toThrow(/neither Verilator nor Icarus .*\n.*apt-get install verilator/);
    await expect(rtl(folder, null, { runs: true, simulator: "iverilog" })).rejects.toThrow(
      /iverilog is not installed\n.*apt-get install iverilog/,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a tool that hangs at its version counts as absent", () => {
  const tools = mkdtempSync(join(folder, "hangs-"));
  writeFileSync(join(tools, "iverilog"), "#!/bin/sh\nsleep 600\n", { mode: 0o755 });
  vi.stubEnv("PATH", `${tools}:/usr/bin:/bin`);
  try {
    expect(versionOf("iverilog", 200)).toBeNull();
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a point on a torus is refused with its key and the nearest change, and nothing is written", async () => {
  const out = join(folder, "torus");
  const values = { "noc.topology": "torus", "noc.virtual_channels": 2 };
  await expect(rtl(edge, null, { out, samples: 1, values })).rejects.toThrow(
    /edge\.yaml: noc\.topology: .*no torus.*\n.*noc\.topology: mesh/,
  );
  await expect(rtl(out, null)).rejects.toThrow(/is not there/);
});

test("a point on several cores is written without the top of a board", { tags: ["long"] }, async () => {
  const out = join(folder, "several");
  const { files } = await rtl(edge, null, { out, samples: 1 });
  const names = readdirSync(out);
  expect(files).toBeGreaterThan(40);
  expect(names).toEqual(expect.arrayContaining(["chip.sv", "bench.sv", "weights_00_00.hex", "weights_01_00.hex", "own_01.hex"]));
  expect(names).not.toContain("ulx3s.sv");
  expect(readFileSync(join(out, "chip.sv"), "utf8").split("\n").length).toBeLessThan(200);
});

const OPTIONS = [
  "noc.width=1",
  "noc.height=1",
  "tile.core.synapse_memory.size_kib=128",
  "tile.core.lanes=32",
  "tile.core.state_memory.word_bits=256",
];
/** A value as `--set` reads it. */
const readValue = (text: string): readonly [string, number] => {
  const [path, value] = text.split("=");
  return [path, Number(value)];
};
const sets = [...OPTIONS, "tile.core.synapse_memory.word_bits=256", "chip.clock_mhz=50"].flatMap((value) => ["--set", value]);

test("a description's point is written; its manifest names the point, its digit and its memories", async () => {
  const out = join(folder, "chip");
  // a model's folder is no part of the chip
  const name = "mnist-rows-rec-v2.safetensors";
  const model = join(packageRoot(), "training/models", name);
  const { code, text } = await printed(edge, "--out", out, "--samples", "1", ...sets, "--set", `network.model=${model}`, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ folder: out, verdict: null, edited: [] });
  const { about } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  expect(about).toEqual({
    point: "edge.yaml",
    values: { ...Object.fromEntries(sets.filter((word) => word !== "--set").map(readValue)), "network.model": name },
    experiment: expect.stringMatching(/^[0-9a-f]{64}$/),
    model: { file: name, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    utterances: [expect.any(Number)],
    memoryBits: { weights: expect.any(Number), states: expect.any(Number) },
  });
});

test("chips of two values have manifests that tell them apart, whether or not any file but the manifest differs", {
  tags: ["long"],
}, async () => {
  const aboutOf = async (name: string, values: Values, samples = 1): Promise<{ readonly [key: string]: unknown }> => {
    await rtl(edge, null, { out: join(folder, name), samples, values: { ...Object.fromEntries(OPTIONS.map(readValue)), ...values } });
    return JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8")).about;
  };
  const model = (at: string): Values => ({ "network.model": join(at, "mnist-rows-rec-v2.safetensors") });
  const models = join(packageRoot(), "training/models");
  const [slow, fast] = [await aboutOf("slow", { "chip.clock_mhz": 10 }), await aboutOf("fast", { "chip.clock_mhz": 50 })];
  expect([slow.values, fast.values]).toEqual([
    { ...(fast.values as Values), "chip.clock_mhz": 10 },
    expect.objectContaining({ "chip.clock_mhz": 50 }),
  ]);
  expect(slow.experiment).not.toBe(fast.experiment);
  // the same chip, whose model lies elsewhere
  cpSync(models, join(folder, "models"), {
    recursive: true,
    filter: (file) => !/\.safetensors$/.test(file) || /mnist-rows-rec-v2/.test(file),
  });
  expect(await aboutOf("elsewhere", model(join(folder, "models")))).toEqual(await aboutOf("here", model(models)));
});

test("more utterances than a point times are refused with the value to set, and never cut", async () => {
  const out = join(folder, "many");
  const values = Object.fromEntries(OPTIONS.map(readValue));
  const asked = (samples: number, timed: number, scored = 500) =>
    rtl(edge, null, { out, samples, values: { ...values, "workload.timing_samples": timed, "workload.samples": scored } });
  await expect(asked(4, 3)).rejects.toThrow(/--samples: got 4, the point times 3\n.*--set workload\.timing_samples=4/);
  await expect(asked(4, 3, 3)).rejects.toThrow(/--set workload\.samples=4 --set workload\.timing_samples=4/);
  await expect(rtl(out, null)).rejects.toThrow(/is not there/);
  await asked(3, 3);
  expect(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")).about.utterances).toHaveLength(3);
});

test.skipIf(versionOf("verilator") === null)(
  "Verilator, whose makefiles allow no space in a path, runs a chip in such a folder",
  { tags: ["long"], timeout: 120_000 },
  async () => {
    const chip = join(folder, "a chip for Verilator");
    const { files, expected } = emit(randomCore(1));
    writeChip(chip, files, expected, "random");
    const { code, text } = await printed(chip, "--run", "--simulator", "verilator");
    expect(text).toMatch(/^equal to the simulator: /);
    expect(code).toBe(0);
    expect(readdirSync(chip)).not.toContain("obj");
  },
);

test.skipIf(versionOf("iverilog") === null)("the caller hears of the simulator and the chip's cycles before the bench runs", async () => {
  const chip = join(folder, "told");
  const { files, expected } = emit(randomCore(1));
  writeChip(chip, files, expected, "random");
  const cycles = readFileSync(join(chip, "cycles.hex"), "utf8").trim().split(/\s+/);
  const told: object[] = [];
  const { verdict } = await rtl(chip, null, { runs: true, simulator: "iverilog", onRun: (run) => told.push(run) });
  expect(verdict?.isEqual).toBe(true);
  expect(told).toEqual([{ simulator: "iverilog", cycles: cycles.reduce((sum, text) => sum + Number(`0x${text}`), 0) }]);
});

test("a blank in the path of the chip and in that of temporary files is refused with what to set, before Verilator starts", async () => {
  const chip = join(folder, "a chip");
  const temporary = join(folder, "temporary files");
  const { files, expected } = emit(randomCore(1));
  writeChip(chip, files, expected, "random");
  mkdirSync(temporary);
  vi.stubEnv("TMPDIR", temporary);
  vi.stubEnv("PATH", folder);
  try {
    await expect(runBench(chip, "verilator")).rejects.toThrow(
      /temporary files: has a blank.*\n.*set TMPDIR to a path without blanks, or --simulator iverilog/,
    );
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test.skipIf(versionOf("iverilog") === null)(
  "a chip's folder runs, and the comparison is counted; one that was edited is named and seen",
  async () => {
    const chip = join(folder, "a small chip");
    const { files, expected } = emit(randomCore(1));
    writeChip(chip, files, expected, "random");
    const run = () => printed(chip, "--run", "--simulator", "iverilog");
    const { code, text } = await run();
    expect(text).toBe(
      `equal to the simulator: ${expected.spikes} spikes, ${expected.scores} scores, ${expected.waves} waves, ${expected.counters} counters\n`,
    );
    expect(code).toBe(0);
    // a run may take more cycles than 31 bits hold: the bench waits for its end
    const patient = files["bench.sv"].replace(/MOST_CYCLES\(\d+\)/, "MOST_CYCLES(64'd3000000000)");
    expect(patient).not.toBe(files["bench.sv"]);
    writeFileSync(join(chip, "bench.sv"), patient);
    const fire = join(chip, "lib", "fire.sv");
    // an editor's backup is no source
    cpSync(fire, `${fire}.orig`);
    expect((await run()).code).toBe(0);
    writeFileSync(join(chip, "bench.sv"), files["bench.sv"]);
    const whole = readFileSync(fire, "utf8");
    const faulty = whole.replace("limit > theta", "limit <= theta");
    expect(faulty).not.toBe(whole);
    writeFileSync(fire, faulty);
    const edited = await run();
    expect(edited.text).toMatch(/^changed since they were written: lib\/fire\.sv\ndiffers from the simulator; compared: /);
    expect(edited.code).toBe(1);
  },
);

test.skipIf(!isBuilt).each(["iverilog", "verilator"])(
  "a signal ends the bench in %s and what it started with the program, whose exit code says that it was stopped",
  async (simulator) => {
    const place = mkdtempSync(join(folder, "stopped "));
    const [chip, tools] = ["chip", "tools"].map((name) => join(place, name));
    const started = join(folder, `started-${simulator}`);
    const { files, expected } = emit(randomCore(1));
    writeChip(chip, files, expected, "random");
    mkdirSync(tools);
    const tool = (name: string, script: string): void => writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const told = `echo $$ $! > ${started}.part; mv ${started}.part ${started}; wait`;
    tool("iverilog", "echo 1.0");
    tool("vvp", `sleep 300 & ${told}`);
    // in a folder with a blank, Verilator's objects are temporary, and are written until its compilers end
    const writes = "(cd $2 && while :; do i=$((i + 1)); : > $i; done) &";
    tool("verilator", `[ $# = 1 ] && exec echo 5.0\nwhile [ "$1" != --Mdir ]; do shift; done\n${writes} ${told}`);
    const temporaries = mkdtempSync(join(tmpdir(), "rtl-temporary-"));
    const words = [join(packageRoot(), "dist", "main.js"), "rtl", chip, "--run", "--simulator", simulator];
    const env = { ...process.env, PATH: `${tools}:${process.env.PATH}`, TMPDIR: temporaries };
    const program = spawn(process.execPath, words, { env, stdio: "ignore" });
    const ended = new Promise((resolve) => program.on("close", (code, signal) => resolve(code ?? signal)));
    await vi.waitUntil(() => existsSync(started), { timeout: 30_000 });
    const processes = readFileSync(started, "utf8").split(" ").map(Number);
    program.kill("SIGTERM");
    expect(await ended).toBe(130);
    expect(processes).toHaveLength(2);
    for (const one of processes) await vi.waitUntil(() => lifeOfProcess(one, true) === "ended", { timeout: 30_000 });
    expect(readdirSync(temporaries)).toEqual([]);
    rmSync(temporaries, { recursive: true });
  },
);

test.skipIf(!isBuilt)(
  "a signal that the caller of the library does not hear ends it by that signal, and the bench and what it started",
  async () => {
    const place = mkdtempSync(join(folder, "library-"));
    const [chip, tools, started] = ["chip", "tools", "started"].map((name) => join(place, name));
    const { files, expected } = emit(randomCore(1));
    writeChip(chip, files, expected, "random");
    mkdirSync(tools);
    const tool = (name: string, script: string): void => writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    tool("iverilog", "echo 1.0");
    // the tool ends first; what it started still holds its output
    tool("vvp", `sleep 300 & echo $! > ${started}.part; mv ${started}.part ${started}`);
    const library = JSON.stringify(join(packageRoot(), "dist", "index.js"));
    const code = `import { rtl } from ${library}; await rtl(${JSON.stringify(chip)}, null, { runs: true, simulator: "iverilog" });`;
    const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
    const program = spawn(process.execPath, ["--input-type=module", "--eval", code], { env, stdio: "ignore" });
    const ended = new Promise((resolve) => program.on("close", (code, signal) => resolve(code ?? signal)));
    await vi.waitUntil(() => existsSync(started), { timeout: 30_000 });
    program.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    await vi.waitUntil(() => lifeOfProcess(Number(readFileSync(started, "utf8")), true) === "ended", { timeout: 30_000 });
  },
);
