/** The models of four open RTL designs reproduce recorded runs of those designs, row by row. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../base/package-root.js";
import { caseLines } from "../cli/format/conform-lines.js";
import { conformCase } from "../sim/recorded/conform.js";
import { caseFolders, conformFolder } from "../sim/recorded/conform-folder.js";
import { casesOf } from "../sim/recorded/registry.js";
import { recordedChip } from "../sim/recorded/shipped-chip.js";

const root = join(packageRoot(), "test", "conformance");
const folders = caseFolders(root);

test("the shipped cases are 9 of tinyODIN, 5 of ODIN, 7 of RANC and 3 of SNN-DSE", () => {
  const count = (design: string): number => folders.filter((folder) => folder.includes(join(root, design))).length;
  expect([count("tinyodin"), count("odin"), count("ranc"), count("snndse_fc")]).toEqual([9, 5, 7, 3]);
});

for (const folder of folders) {
  const run = conformFolder(root, folder);
  test(`${run.name}: every row of every file is identical to the RTL run`, () => {
    expect(caseLines(run)[0]).toMatch(/^OK /);
    expect(run.result?.unknownFiles).toEqual([]);
  });
}

function filesOf(name: string): Map<string, string> {
  const folder = join(root, name);
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

test("a single changed character in any recorded file is found, with its row and both texts", () => {
  const files = filesOf("odin/cases/closed_bist");
  const chip = recordedChip("odin");
  for (const name of casesOf(chip).outputs(chip, files).keys()) {
    const text = files.get(name) as string;
    const lines = text.split("\n");
    const row = Math.floor(lines.length / 2);
    const line = lines[row];
    const at = line.search(/\d(?!.*\d)/);
    const digit = line[at];
    lines[row] = `${line.slice(0, at)}${digit === "9" ? "8" : "9"}${line.slice(at + 1)}`;
    const result = conformCase(chip, new Map(files).set(name, lines.join("\n")));
    expect(result.ok, name).toBe(false);
    expect(result.firstDifference?.file).toBe(name);
    if (name.endsWith(".json")) continue;
    expect(result.firstDifference).toEqual({ file: name, row: row + 1, expected: lines[row], got: line });
  }
});

test("each changed, missing or added number of a summary is found; only a state without cycles may be left out", () => {
  const files = filesOf("snndse_fc/cases/fc_small");
  const chip = recordedChip("snn-dse");
  type Tree = { [name: string]: number | Tree };
  const recorded = JSON.parse(files.get("summary.json") as string) as Tree;
  /** The summary with one entry of it, or of one of its parts, in another way; undefined: without it. */
  const differs = (part: string | null, name: string, value: number | undefined): string | null => {
    const copy = structuredClone(recorded);
    const place = part === null ? copy : (copy[part] as Tree);
    if (value === undefined) delete place[name];
    else place[name] = value;
    const { firstDifference } = conformCase(chip, new Map(files).set("summary.json", JSON.stringify(copy)));
    return firstDifference === null ? null : String(firstDifference.row);
  };
  const parts = [null, ...Object.keys(recorded).filter((name) => typeof recorded[name] === "object")];
  expect(parts).toEqual([null, "penc_state_cycles", "iter_state_cycles"]);
  for (const part of parts) {
    const place = part === null ? recorded : (recorded[part] as Tree);
    for (const [name, value] of Object.entries(place)) {
      if (typeof value === "object") continue;
      const path = part === null ? name : `${part}.${name}`;
      for (const other of [value + 1, undefined, 0]) expect(differs(part, name, other), `${path} ${other}`).toBe(path);
    }
    expect(differs(part, "NEVER", 0)).toBe(part === null ? "NEVER" : null);
    expect(differs(part, "NEVER", 3)).toBe(part === null ? "NEVER" : `${part}.NEVER`);
  }
});

test("a recorded file that is shorter or longer than the run differs at its end", () => {
  const files = filesOf("snndse_fc/cases/fc_small");
  const chip = recordedChip("snn-dse");
  const trace = files.get("trace.csv") as string;
  const rows = trace.trimEnd().split("\n");
  const shorter = conformCase(chip, new Map(files).set("trace.csv", rows.slice(0, -1).join("\n")));
  expect(shorter.firstDifference).toEqual({ file: "trace.csv", row: rows.length, expected: null, got: rows.at(-1) });
  const longer = conformCase(chip, new Map(files).set("trace.csv", `${trace}999,ITER,DONE,0,0\n`));
  expect(longer.firstDifference).toEqual({ file: "trace.csv", row: rows.length + 1, expected: "999,ITER,DONE,0,0", got: null });
});

test("a chip described with another queue depth no longer conforms: the description has effect", () => {
  const files = filesOf("tinyodin/cases/fifo_overflow");
  const chip = recordedChip("tinyodin");
  const shallow = conformCase({ ...chip, event_queue: { ...chip.event_queue, depth: 64 } }, files);
  expect(shallow.firstDifference?.file).toBe("trace.csv");
  expect(shallow.firstDifference?.got).toMatch(/PUSH_DROP,neur,\d+,64$/);
});

type Edit = (folder: string) => void;
const edited =
  (name: string, change: (text: string) => string): Edit =>
  (folder) =>
    writeFileSync(join(folder, name), change(readFileSync(join(folder, name), "utf8")));
const removed =
  (name: string): Edit =>
  (folder) =>
    rmSync(join(folder, name));
const everyCsv =
  (change: (text: string) => string): Edit =>
  (folder) => {
    for (const name of readdirSync(folder)) if (name.endsWith(".csv")) edited(name, change)(folder);
  };

const VARIANTS: readonly [title: string, edit: Edit, outcome: RegExp][] = [
  ["Windows line ends", everyCsv((text) => text.replaceAll("\n", "\r\n")), /^OK .* identical$/],
  ["blank lines", everyCsv((text) => `${text}\n  \n`), /^OK .* identical$/],
  ["no last line end", everyCsv((text) => text.trimEnd()), /^OK .* identical$/],
  ["input columns in another order, with one more", edited("input.csv", reordered), /^OK .* identical$/],
  ["no case.json, but case.txt", removed("case.json"), /^OK .* identical$/],
  ["no case.txt", removed("case.txt"), /^OK .* identical$/],
  ["no ops.csv", removed("ops.csv"), /^OK .* not recorded: ops\.csv$/],
  ["a foreign file", (folder) => writeFileSync(join(folder, "wave.vcd"), "\u0000"), /^OK .* not compared: wave\.vcd$/],
  ["no syn.hex", removed("syn.hex"), /^ERROR .*\n.*syn\.hex: missing/],
  ["no trace.csv", removed("trace.csv"), /^ERROR .*\n.*trace\.csv: missing/],
  ["a case.json that is no JSON", edited("case.json", () => "\u0000{"), /^ERROR .*\n.*case\.json: is not JSON/],
  ["an address wider than its port", edited("input.csv", (text) => text.replace(/\d+\n/, "1024\n")), /^ERROR .*\n.*addr is 1024/],
  [
    "a threshold wider than its field",
    edited("neur_init.csv", (text) => text.replace(/^0,0,2,4/m, "0,0,2,4096")),
    /^ERROR .*\n.*thr is 4096/,
  ],
];

function reordered(text: string): string {
  return text.replace(/^(\w+),(\w+),(\w+)$/gm, "$3,x,$2,$1");
}

test.each(VARIANTS)("a case folder with %s is run or refused alone; the case beside it still runs", (_, edit, outcome) => {
  const folder = mkdtempSync(join(tmpdir(), "conform-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const small = join(root, "tinyodin/cases/tiny_percycle");
  mkdirSync(join(folder, "deep/er"), { recursive: true });
  cpSync(small, join(folder, "deep/er/a"), { recursive: true });
  cpSync(join(root, "snndse_fc/cases/fc_small"), join(folder, "b"), { recursive: true });
  symlinkSync("..", join(folder, "deep/loop"));
  edit(join(folder, "deep/er/a"));
  const runs = caseFolders(folder).map((at) => caseLines(conformFolder(folder, at)).join("\n"));
  expect(runs.find((run) => run.includes("deep/er/a"))).toMatch(outcome);
  expect(runs.find((run) => run.includes(" b "))).toMatch(/^OK .* identical$/);
  expect(runs).toHaveLength(2);
});

test("the problem of a refused case and its proposal are lines of their own", () => {
  const run = { name: "x", design: null, result: null, problem: "a: wrong\n    do b" };
  expect(caseLines(run)).toEqual(["ERROR x", "      a: wrong", "          do b"]);
});
