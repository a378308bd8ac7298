/**
 * Tools that read SystemVerilog: they are looked for on use. Effects: starts processes.
 * Throws: InputError that names Debian's package if a tool is absent.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
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

/** A tool that does not tell its version in this time has hung; it counts as absent. */
const VERSION_LIMIT_MS = 60_000;

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

/** Folder of the library in the package. */
export function libraryFolder(): string {
  return join(packageRoot(), "rtl", "lib");
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
