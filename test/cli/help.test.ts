/** Values of options, read strictly. */
import { tmpdir } from "node:os";
import { Command, type Option } from "commander";
import { expect, test } from "vitest";
import { milliseconds, repeated, wholeNumber } from "../../cli/options/help.js";
import { registerAll } from "../../cli/program.js";
import { runHere } from "./in-process.js";

test("a time is a number with s, m or h; a bare number is seconds", () => {
  expect(["90", "90s", "1.5m", "2h"].map(milliseconds)).toEqual([90_000, 90_000, 90_000, 7_200_000]);
  for (const wrong of ["", "0", "-1s", "5d", "1e3s", "ten"]) expect(() => milliseconds(wrong), wrong).toThrow(/90s, 10m or 1.5h/);
});

test("a whole number is refused below its least value, above its most, and with a fraction", () => {
  expect(wholeNumber(1)("7")).toBe(7);
  for (const wrong of ["0", "1.5", "x"]) expect(() => wholeNumber(1)(wrong), wrong).toThrow(/at least 1/);
  for (const wrong of ["86401", "9999999"]) expect(() => wholeNumber(0, 86_400)(wrong), wrong).toThrow(/at most 86400/);
  expect(wholeNumber(0, 86_400)("86400")).toBe(86_400);
});

test("every option that collects says in the same words that it may be repeated, but for the one input of Lava; no other option says it", () => {
  const optionsOf = (command: Command): readonly Option[] => [...command.options, ...command.commands.flatMap(optionsOf)];
  const program = new Command();
  registerAll(program);
  const options = optionsOf(program);
  const saying = options.filter(({ description }) => /may be repeated/.test(description));
  expect(saying.filter(({ parseArg }) => parseArg !== repeated).map(({ flags }) => flags)).toEqual([]);
  const collecting = options.filter(({ parseArg }) => parseArg === repeated);
  // a network of Lava has one input, and a second file is refused
  expect(collecting.filter((option) => !saying.includes(option)).map(({ flags }) => flags)).toEqual(["--input <file>"]);
  expect(collecting.length).toBeGreaterThan(25);
  const otherwise = /repeatable|repeated for|, repeated|given (again|several)/;
  expect(options.flatMap(({ description }) => (otherwise.test(description) ? [description] : []))).toEqual([]);
});

test("a grace that is longer than a timer could be is refused, because it would be over at once", async () => {
  for (const seconds of [86_401, 9_999_999])
    expect(await runHere(tmpdir(), "worker", "--grace-seconds", String(seconds))).toMatchObject({
      ...{ code: 2, err: expect.stringMatching(/--grace-seconds.*at most 86400/) },
    });
});

test("help on a command that does not exist names it, with the nearest one", async () => {
  expect(await runHere(tmpdir(), "help", "swep")).toMatchObject({
    ...{ code: 2, out: "", err: "error: help: no command is named 'swep'\n    did you mean sweep?\n" },
  });
  expect((await runHere(tmpdir(), "help", "sweep")).code).toBe(0);
  for (const [line, where, hint] of [
    ["swep --help", "swep", "did you mean sweep?"],
    ["swep x.yaml -h", "swep", "did you mean sweep?"],
    ["nir --help", "nir", "all commands: snn-dse help"],
    ["help export pionts", "pionts", "did you mean points?"],
    ["import nur --help", "nur", "did you mean nir?"],
  ] as const)
    expect(await runHere(tmpdir(), ...line.split(" "))).toMatchObject({
      ...{ code: 2, out: "", err: `error: help: no command is named '${where}'\n    ${hint}\n` },
    });
});

test("a line of an example is a command line and at most a comment, on narrow terminals and wide ones", async () => {
  const program = new Command();
  registerAll(program);
  const paths = (command: Command, path: readonly string[]): (readonly string[])[] => [
    path,
    ...command.commands.flatMap((one) => paths(one, [...path, one.name()])),
  ];
  const before = Object.getOwnPropertyDescriptor(process.stdout, "columns");
  const found = { lines: 0, comments: 0 };
  try {
    for (const columns of [80, 400]) {
      Object.defineProperty(process.stdout, "columns", { value: columns, configurable: true, writable: true });
      for (const path of paths(program, []))
        for (const [, line] of (await runHere(tmpdir(), ...path, "--help")).out.matchAll(/^ {2}\$ (.*)$/gm)) {
          // columns stand two blanks apart at least, and words of a command line one
          const [command, ...rest] = line.split(/ {2,}/);
          expect(rest.join(" "), line).toMatch(/^$|^# \S/);
          expect(command).toMatch(/snn-dse|^openssl /);
          found.lines++;
          if (rest.length > 0) found.comments++;
        }
    }
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.stdout, "columns");
    else Object.defineProperty(process.stdout, "columns", before);
  }
  expect(found.lines).toBeGreaterThan(200);
  expect(found.comments).toBeGreaterThan(80);
});

test("help by the word and by the option is the same, also on a command of a group", async () => {
  for (const words of [[], ["sweep"], ["export"], ["export", "points"], ["import", "nir"]]) {
    const [word, option] = [await runHere(tmpdir(), "help", ...words), await runHere(tmpdir(), ...words, "--help")];
    expect([word.code, word.out]).toEqual([0, option.out]);
    expect(word.out).toMatch(words.length === 0 ? /^Usage: snn-dse/ : new RegExp(`^Usage: snn-dse ${words.join(" ")} `));
  }
});

test("a value that a flag of noc gave is refused by the flag's name, one of --set by its path", async () => {
  const refused = async (...words: readonly string[]): Promise<string> => (await runHere(tmpdir(), "noc", ...words)).err;
  expect(await refused("--topology", "mush")).toMatch(/^error: --topology: no topology is named mush\n/);
  expect(await refused("--set", "noc.topology=mush")).toMatch(/^error: --set: noc\.topology: no topology is named mush\n/);
});
