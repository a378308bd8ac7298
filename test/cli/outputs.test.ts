/** No command replaces what it reads: every output of the command table is tried with an input's own file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, describe, expect, test } from "vitest";
import { OutputArgument, OutputOption, StdoutOption } from "../../cli/options/output.js";
import { pointWord } from "../../cli/options/point-word.js";
import { registerAll } from "../../cli/program.js";
import { runHere } from "./in-process.js";
import { isBuilt } from "./small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "outputs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Options that name a file or folder which the command reads, or shares with others. */
const READ = [
  ...["--plugin", "--base", "--library", "--liberty", "--labels", "--warm-start", "--redis-file", "--key-file", "--shared-dir"],
  ...["--input", "--compare", "--on", "--for", "--data", "--events", "--case"],
];

const all = new Command("snn-dse");
registerAll(all);

interface Output {
  readonly command: Command;
  readonly line: readonly string[];
  readonly output: OutputOption | OutputArgument;
}
const found: Output[] = [];
const unknown: string[] = [];
const visit = (command: Command, line: readonly string[]): void => {
  for (const output of [...command.registeredArguments, ...command.options]) {
    const isOutput = output instanceof OutputOption || output instanceof OutputArgument;
    if (isOutput) found.push({ command, line, output });
    else if ("long" in output) {
      const takesFile = /[<[].*(file|dir|folder|path|\.\w+)\W/.test(output.flags) || /\b(file|folder) to write\b/.test(output.description);
      if (takesFile && !["--set", "--vary"].includes(output.long ?? "") && !READ.includes(output.long ?? ""))
        unknown.push(`${line.join(" ")} ${output.flags}`);
    } else if (/\bto write\b/.test(output.description) && output.name() !== "dir") unknown.push(`${line.join(" ")} ${output.name()}`);
  }
  for (const below of command.commands) visit(below, [...line, below.name()]);
};
visit(all, []);

/** A command line whose input is `input` and whose output is `out`. */
function wordsOf({ command, line, output }: Output, input: string, out: string): readonly string[] {
  const words = command.registeredArguments
    .filter((argument) => argument.required)
    .map((argument) => (argument === output ? out : argument.parseArg === pointWord ? "1" : input));
  const needed = command.options.filter((option) => option.mandatory && option !== output && option.defaultValue === undefined);
  const options = needed.flatMap((option) => [option.long ?? "", option.argChoices?.[0] ?? "1"]);
  const typed = output instanceof OutputOption ? [output.long ?? "", output.flags.includes("=") ? `node=${out}` : out] : [];
  return [...line, ...words, ...options, ...typed];
}

test("every option that takes a file is known to be read or written", () => {
  expect(unknown).toEqual([]);
  expect(found.length).toBeGreaterThan(14);
});

describe.skipIf(!isBuilt)("an output that is also an input is refused, and the input keeps its bytes", () => {
  test.each(found.map((one) => [[...one.line, one.output.name()].join(" "), one] as const))("%s", async (name, one) => {
    const input = join(folder, `${name.replaceAll(" ", "-")}.in`);
    writeFileSync(input, "a table, a network or a study");
    symlinkSync(input, `${input}.link`);
    for (const out of [input, `${input}.link`, `${folder}/./${name.replaceAll(" ", "-")}.in`]) {
      const { code, err } = await runHere(folder, ...wordsOf(one, input, out));
      expect([code, err]).toEqual([2, expect.stringContaining("which is also an input")]);
      expect(readFileSync(input, "utf8")).toBe("a table, a network or a study");
    }
  });

  test("- is standard output, or no output at all", async () => {
    const taking = found.filter(({ output }) => output instanceof StdoutOption);
    expect(taking.map(({ line }) => line.join(" ")).sort()).toEqual(["export points", "pareto", "report", "reprice"]);
    for (const one of found) {
      const { code, err } = await runHere(folder, ...wordsOf(one, join(folder, "none.in"), "-"));
      expect([code, err.includes("- is no file")], one.line.join(" ")).toEqual([2, !taking.includes(one)]);
    }
    expect(readdirSync(folder)).not.toContain("-");
  });

  test("an output of its own passes", async () => {
    for (const one of found)
      expect((await runHere(folder, ...wordsOf(one, join(folder, "none.in"), join(folder, "own.out")))).err).not.toContain("also an input");
  });
});
