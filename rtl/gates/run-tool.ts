/**
 * Runs a program that takes long: its output goes into a log, its stages are reported, and it ends with its caller.
 * Effects: starts processes, writes the log. Throws: InputError with the log's path if it fails or does not write what
 * it should, and without a path if the log cannot be written; InterruptedError if it was stopped.
 */
import { createWriteStream, existsSync } from "node:fs";
import { join } from "node:path";
import { InterruptedError, inputError } from "../../base/errors.js";
import { fileMeaning } from "../../base/file-errors.js";
import { startTool } from "../tool-process.js";

export interface ToolRun {
  readonly folder: string;
  /** Name of the log in the folder. */
  readonly log: string;
  /** Files that the program leaves in the folder. */
  readonly makes: readonly string[];
  /** Called with each stage of the program. */
  readonly onStage: (stage: string) => void;
  readonly signal: AbortSignal | null;
}

/** The stage that a line of output names: Yosys's passes of the first level, nextpnr's steps. */
function stageOf(line: string): string | null {
  const pass = /^\d+(?:\.\d+)?\. Executing ([A-Z0-9_]+) (?:pass|frontend|backend)/.exec(line)?.[1];
  const step = /^Info: (Packing|Placing|Running|Routing|Creating|Device|Promoting|Max frequency)\b.*$/.exec(line)?.[0];
  return pass !== undefined ? pass.toLowerCase() : step === undefined ? null : step.slice("Info: ".length).replace(/\.+$/, "");
}

const LAST_LINES = 3;
const OTHER_PLACE = "make room there, or name another folder by TMPDIR";

/** Resolves once the program has ended with exit code 0. */
export async function runTool(command: string, args: readonly string[], { folder, log, makes, onStage, signal }: ToolRun): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) throw new InterruptedError(`${command} was not begun`);
  const path = join(folder, log);
  const file = createWriteStream(path);
  const { child, stop } = startTool(command, args, folder);
  signal?.addEventListener("abort", stop);
  let unwritten: Error | null = null;
  file.on("error", (error) => {
    unwritten = error;
    stop();
  });
  const logEnds = (): Promise<void> =>
    new Promise((resolve) => {
      if (file.closed) return resolve();
      file.once("close", resolve);
      file.end();
    });
  const last: string[] = [];
  let rest = "";
  const take = (bytes: Buffer): void => {
    file.write(bytes);
    const lines = `${rest}${bytes.toString("latin1")}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const stage = stageOf(line);
      if (stage !== null) onStage(`${command}: ${stage}`);
      if (line.trim() !== "") last.push(line.trim());
      if (last.length > LAST_LINES) last.shift();
    }
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    await logEnds();
    if (isStopped()) throw new InterruptedError(`${command} was stopped; nothing was stored`);
    if (unwritten !== null) throw inputError(log, `cannot be written: ${fileMeaning(unwritten) ?? "the device failed"}`, OTHER_PLACE);
    if (code !== 0)
      throw inputError(path, `${command} failed with ${code ?? "a signal"}: ${[...last, rest].join(" | ")}`, `all of it is in ${path}`);
    const missing = makes.find((name) => !existsSync(join(folder, name)));
    if (missing !== undefined)
      throw inputError(path, `${command} ended without an error, and without ${missing}`, `all of it is in ${path}`);
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "string")
      throw inputError(folder, `${command} did not run: ${error.message}`, "snn-dse doctor lists the tools");
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await logEnds();
  }
}
