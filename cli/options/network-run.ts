/**
 * Shared by the commands that read another tool's network: options of its input, of nodes to record and compare, and of
 * its chip; and how the result is printed.
 */
import type { Command } from "commander";
import type { NirImport } from "../../app/import-nir.js";
import { lookOf } from "../format/style.js";
import { print, printJson } from "../output/print.js";
import { EXIT } from "../process/exit.js";
import { type EncodingOptions, encodingOf, withEncoding } from "./encoding.js";
import { repeated, wholeNumber, withJson } from "./help.js";
import { nodeFile } from "./node-file.js";
import { OutputOption } from "./output.js";
import { withRules } from "./together.js";

export interface NetworkRunOptions extends EncodingOptions {
  readonly input?: readonly string[];
  readonly sample: number;
  readonly record?: readonly string[];
  readonly compare?: readonly string[];
  readonly on?: string;
  readonly json?: boolean;
}

/**
 * Adds the options. `part`: the tool's word for a named part of its network; the others are help texts of `--input`,
 * `--record` and `--on`.
 */
export function withNetworkRun(
  command: Command,
  { part, input, record, on }: { readonly part: string; readonly input: string; readonly record: string; readonly on: string },
): Command {
  command
    .option("--input <file>", input, repeated)
    .option("--sample <n>", "index of the sample in the file", wholeNumber(0), 0)
    .addOption(new OutputOption(`--record <${part}=file.csv>`, `${record}; may be repeated`).argParser(repeated))
    .option(`--compare <${part}=file>`, "count values that differ from a file's (exit 1 if any differ); may be repeated", repeated)
    .option("--on <arch.yaml>", on);
  withEncoding(command);
  withRules<NetworkRunOptions>(
    command,
    (["sample", "encoder", "stepsPerFrame", "gain", "threshold", "seed"] as const).map((name) => [
      name,
      "only with",
      "--input",
      ({ input }) => input !== undefined,
    ]),
  );
  return withJson(command, "print report, counts and chip result as JSON");
}

/** The options for the library. */
export function networkRunOf(options: NetworkRunOptions) {
  const { input, sample, seed, encoder } = options;
  const run = { sample, encoding: encodingOf(options), ...(encoder === "rate" ? { seed } : {}) };
  return {
    input: input ?? null,
    ...(input === undefined ? {} : run),
    record: (options.record ?? []).map(nodeFile),
    compare: (options.compare ?? []).map(nodeFile),
    on: options.on ?? null,
  };
}

/** Prints the import; the exit code is 1 if a compared value differs, as for `reproduce`. */
export async function printNetworkRun(found: NirImport, { json, record }: NetworkRunOptions): Promise<void> {
  const { nirImportJson, nirImportLines } = await import("../format/nir-import.js");
  if (json === true) printJson(nirImportJson(found), 2);
  else print(nirImportLines(lookOf(process.stdout, process.env), found, (record ?? []).map(nodeFile)));
  process.exitCode = found.compared.every(({ differ }) => differ === 0) ? EXIT.ok : EXIT.internal;
}
