/**
 * Builds a chip's test bench in Verilator or Icarus Verilog and runs it, command by command. Effects: starts processes
 * in the chip's folder. Throws: InputError with the last lines of a command that fails.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inputError } from "../base/errors.js";
import { keepTemporary, releaseTemporary } from "../base/temporaries.js";
import { startTool } from "./tool-process.js";
import { librarySources } from "./tools.js";

/** A compilation or simulation that takes longer has hung: the bench ends by itself after too many cycles. */
const LIMIT_MS = 3_600_000;
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** Expected cycles of all waves of the chip in a folder. */
export function cyclesOf(folder: string): number {
  const waves = readFileSync(join(folder, "cycles.hex"), "utf8").split("\n");
  return waves.reduce((sum, cycles) => sum + (cycles === "" ? 0 : Number.parseInt(cycles, 16)), 0);
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

/**
 * Unknown bits, those of registers before reset and of words beyond a memory's end, are random, but the same in every
 * run; a short run is repeated with zeros. By chance a random word is the right one: a wrong route's was in 2 of 3
 * seeds.
 */
const UNKNOWN = { random: ["+verilator+rand+reset+2", "+verilator+seed+1"], zero: ["+verilator+rand+reset+0"] } as const;
/** Up to this many cycles a run is repeated, which takes about a second per core. */
const REPEATED_CYCLES = 20_000;

/**
 * The folder for Verilator's objects: `obj`, where a second run finds them. GNU Make builds in no folder whose path has
 * a space; a chip there is built in a temporary folder, which `remove` takes away.
 */
function objectsOf(folder: string): { readonly objects: string; readonly remove: () => void } {
  const hasBlank = (path: string): boolean => /\s/.test(realpathSync(path));
  if (!hasBlank(folder)) return { objects: "obj", remove: () => {} };
  if (hasBlank(tmpdir()))
    throw inputError(
      tmpdir(),
      "has a blank in its path, as the chip's folder has, and Verilator's makefiles work in neither",
      "set TMPDIR to a path without blanks, or --simulator iverilog",
    );
  const objects = mkdtempSync(join(tmpdir(), "snn-dse-obj-"));
  keepTemporary(objects);
  const remove = (): void => {
    rmSync(objects, { recursive: true });
    releaseTemporary(objects);
  };
  return { objects, remove };
}

interface BenchCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** What a bench prints in each run: a short one in Verilator is run twice. */
type Outputs = readonly [string, ...string[]];

/** The commands that build and run the bench of a folder with its library in `lib`; each is answered by its output. */
export function* benchCommands(folder: string, simulator: "iverilog" | "verilator"): Generator<BenchCommand, Outputs, string> {
  const sources = [...librarySources(folder), "chip.sv", "tb.sv", "bench.sv"];
  if (simulator === "iverilog") {
    yield { command: "iverilog", args: ["-g2012", "-s", "bench", "-o", "bench.vvp", ...sources] };
    return [yield { command: "vvp", args: ["-n", "bench.vvp"] }];
  }
  const cycles = cyclesOf(folder);
  const compiled = COMPILED[cycles <= SHORT_CYCLES ? "short" : "long"];
  const { objects, remove } = objectsOf(folder);
  try {
    const named = ["--top-module", "bench", "--Mdir", objects, "-o", "bench"];
    yield { command: "verilator", args: [...VERILATOR, ...compiled, ...named, ...sources] };
    const command = resolve(folder, objects, "bench");
    const random = yield { command, args: UNKNOWN.random };
    return cycles <= REPEATED_CYCLES ? [random, yield { command, args: UNKNOWN.zero }] : [random];
  } finally {
    remove();
  }
}

/** Builds and runs the bench of a folder; timers run meanwhile. */
export async function runBench(folder: string, simulator: "iverilog" | "verilator"): Promise<Outputs> {
  const commands = benchCommands(folder, simulator);
  let next = commands.next();
  while (next.done !== true) {
    const output = outputOf(next.value, folder);
    next = await output.then(
      (text) => commands.next(text),
      (error) => commands.throw(error),
    );
  }
  return next.value;
}

/** Runs a command in a folder; it and what it starts end with this program. */
function outputOf({ command, args }: BenchCommand, folder: string): Promise<string> {
  return new Promise((done, fail) => {
    const { child, stop } = startTool(command, args, folder);
    let stopped: string | null = null;
    const stopFor = (reason: string): void => {
      stopped ??= reason;
      stop();
    };
    const timer = setTimeout(stopFor, LIMIT_MS, `after ${LIMIT_MS / 60_000} minutes`);
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        if (output[name].length + text.length > OUTPUT_LIMIT) stopFor(`as it printed more than ${OUTPUT_LIMIT} characters`);
        else output[name] += text;
      });
    const failed = (what: string, fix: string): void => fail(inputError(folder, `${command} ${what}`, fix));
    child.on("error", (error) => {
      clearTimeout(timer);
      failed(`did not run: ${error.message}`, "snn-dse doctor lists the tools");
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (stopped !== null) return failed(`was stopped ${stopped}`, "emit fewer utterances: --samples 1");
      if (code === 0) return done(output.stdout);
      const last = `${output.stdout}\n${output.stderr}`.trim().split("\n").slice(-5).join(" | ");
      failed(`failed with ${code ?? signal}: ${last}`, `run it by hand in ${folder} to see all of it`);
    });
  });
}
