/**
 * Tools that read SystemVerilog: they are looked for on use, and run in the folder of a chip. Effects: starts
 * processes.
 * Throws: InputError that names Debian's package if a tool is absent.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inputError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";

interface Tool {
  readonly command: string;
  readonly version: string;
  /** Name of Debian's package. */
  readonly debian: string;
  readonly use: string;
}

export const TOOLS = {
  iverilog: { command: "iverilog", version: "-V", debian: "iverilog", use: "simulates small chips" },
  verilator: { command: "verilator", version: "--version", debian: "verilator", use: "simulates whole utterances" },
  yosys: { command: "yosys", version: "-V", debian: "yosys", use: "synthesises" },
  nextpnr: { command: "nextpnr-ecp5", version: "--version", debian: "nextpnr-ecp5", use: "places and routes on an ECP5" },
  ecppack: { command: "ecppack", version: "--version", debian: "fpga-trellis", use: "makes the bitstream of an ECP5" },
  smtbmc: { command: "yosys-smtbmc", version: "-h", debian: "yosys", use: "proves properties of modules" },
  z3: { command: "z3", version: "--version", debian: "z3", use: "solves the proofs" },
} as const satisfies { readonly [name: string]: Tool };
export type ToolName = keyof typeof TOOLS;

/** A compilation or simulation that takes longer has hung: the bench ends by itself after too many cycles. */
const LIMIT_MS = 3_600_000;
/** So has a tool that does not tell its version in this time; it counts as absent. */
const VERSION_LIMIT_MS = 60_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** First line of a tool's version text; null: the tool is absent, or does not answer within `limitMs`. */
export function versionOf(name: ToolName, limitMs = VERSION_LIMIT_MS): string | null {
  const { command, version } = TOOLS[name];
  const { status, stdout, stderr } = spawnSync(command, [version], { encoding: "utf8", timeout: limitMs, killSignal: "SIGKILL" });
  return status === 0 ? (`${stdout}${stderr}`.trim().split("\n")[0] ?? "").trim() : null;
}

/** The simulator for running a chip: Verilator, or else Icarus. @throws InputError if neither is installed */
export function simulatorOf(): "iverilog" | "verilator" {
  for (const name of ["verilator", "iverilog"] as const) if (versionOf(name) !== null) return name;
  throw inputError("--run", "neither Verilator nor Icarus Verilog is installed", "apt-get install verilator (or iverilog)");
}

/** Runs a command in a folder and returns its output. @throws InputError with the last lines if it fails */
function run(command: string, args: readonly string[], folder: string): string {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: LIMIT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
  if (error !== undefined && "code" in error && error.code === "ETIMEDOUT")
    throw inputError(folder, `${command} was stopped after ${LIMIT_MS / 60_000} minutes`, "emit fewer utterances: --samples 1");
  if (error !== undefined) throw inputError(folder, `${command} did not run: ${error.message}`, "snn-dse doctor lists the tools");
  if (status !== 0) {
    const last = `${stdout}\n${stderr}`.trim().split("\n").slice(-5).join(" | ");
    throw inputError(folder, `${command} failed with ${status ?? signal}: ${last}`, `run it by hand in ${folder} to see all of it`);
  }
  return stdout;
}

/** Folder of the library in the package. */
export function libraryFolder(): string {
  return join(packageRoot(), "rtl", "lib");
}

/** Registers and unknown bits can start at random; warnings about the bench's style do not stop the build. */
const VERILATOR = ["--binary", "--timing", "-O3", "--x-assign", "unique", "--x-initial", "unique", "--noassert", "-Wno-fatal"];
/**
 * Up to this many cycles, a run built with `-O0` ends sooner: per core, compiling with `-O2` takes about 15 s longer,
 * and a cycle without it about 50 us longer. Measured on the fastest point of the example, 8 cores: 1.7 s with `-O0`
 * and 5.7 s with `-Os` for one of 42 files, 46 us per core and cycle.
 */
const SHORT_CYCLES = 250_000;
const COMPILED = { short: ["-CFLAGS", "-O0", "-MAKEFLAGS", "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0"], long: ["-CFLAGS", "-O2"] } as const;

/** Expected cycles of all waves of the chip in a folder. */
export function cyclesOf(folder: string): number {
  const waves = readFileSync(join(folder, "cycles.hex"), "utf8").split("\n");
  return waves.reduce((sum, cycles) => sum + (cycles === "" ? 0 : Number.parseInt(cycles, 16)), 0);
}

/**
 * Unknown bits, those of registers before reset and of words beyond a memory's end, are random, but the same in every
 * run; a short run is repeated with zeros. By chance a random word is the right one: a wrong route's was in 2 of 3
 * seeds.
 */
const UNKNOWN = { random: ["+verilator+rand+reset+2", "+verilator+seed+1"], zero: ["+verilator+rand+reset+0"] } as const;
/** Up to this many cycles a run is repeated, which takes about a second per core. */
const REPEATED_CYCLES = 20_000;

/**
 * Calls `build` with the folder for Verilator's objects: `obj`, where a second run finds them. GNU Make builds in no
 * folder whose path has a space; a chip there is built in a temporary folder.
 */
function withObjects<T>(folder: string, build: (objects: string) => T): T {
  const hasBlank = (path: string): boolean => /\s/.test(realpathSync(path));
  if (!hasBlank(folder)) return build("obj");
  if (hasBlank(tmpdir()))
    throw inputError(
      tmpdir(),
      "has a blank in its path, as the chip's folder has, and Verilator's makefiles work in neither",
      "set TMPDIR to a path without blanks, or --simulator iverilog",
    );
  const objects = mkdtempSync(join(tmpdir(), "snn-dse-obj-"));
  try {
    return build(objects);
  } finally {
    rmSync(objects, { recursive: true });
  }
}

/**
 * Sources of the library in a chip's folder, sorted; other files that lie there, such as an editor's backups, are no
 * sources.
 */
export const librarySources = (folder: string): readonly string[] =>
  readdirSync(join(folder, "lib"))
    .filter((name) => name.endsWith(".sv"))
    .sort()
    .map((name) => `lib/${name}`);

/**
 * Builds and runs the bench of a folder with its library in `lib`; returns what it prints in each run: a short one in
 * Verilator is run twice.
 */
export function runBench(folder: string, simulator: "iverilog" | "verilator"): readonly [string, ...string[]] {
  const sources = [...librarySources(folder), "chip.sv", "tb.sv", "bench.sv"];
  if (simulator === "iverilog") {
    run("iverilog", ["-g2012", "-s", "bench", "-o", "bench.vvp", ...sources], folder);
    return [run("vvp", ["-n", "bench.vvp"], folder)];
  }
  const cycles = cyclesOf(folder);
  const compiled = COMPILED[cycles <= SHORT_CYCLES ? "short" : "long"];
  return withObjects(folder, (objects) => {
    run("verilator", [...VERILATOR, ...compiled, "--top-module", "bench", "--Mdir", objects, "-o", "bench", ...sources], folder);
    const runWith = (unknown: keyof typeof UNKNOWN): string => run(resolve(folder, objects, "bench"), UNKNOWN[unknown], folder);
    return cycles <= REPEATED_CYCLES ? [runWith("random"), runWith("zero")] : [runWith("random")];
  });
}
