/**
 * The folder of a chip is written whole or not at all, replaces no foreign files, and is read only if it is unchanged.
 */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InputError } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { processPlace } from "../../base/process-life.js";
import { emit, judge, readChip, writeChip } from "../../rtl/index.js";
import { randomCore } from "./random-cores.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chip-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const { files, expected } = emit(randomCore(1));
const write = (target: string): number => writeChip(target, files, expected, { point: "random" });

test("a chip is written with the hash of each file, and over an earlier one", () => {
  const target = join(folder, "deep", "chip");
  const count = write(target);
  expect(write(target)).toBe(count);
  const { manifest, edited } = readChip(target);
  expect(edited).toEqual([]);
  expect(Object.keys(manifest.files).length + 1).toBe(count);
  expect(manifest.files["weights_00.hex"]).toBe(sha256(readFileSync(join(target, "weights_00.hex"))));
  expect(readdirSync(join(folder, "deep"))).toEqual(["chip"]);
});

test("a chip is written into a folder that may be written and not listed", () => {
  const shared = join(folder, "shared");
  mkdirSync(shared);
  chmodSync(folder, 0o755);
  chmodSync(shared, 0o333);
  const isRoot = process.geteuid?.() === 0; // whom no mode keeps out
  if (isRoot) process.seteuid?.(65_534);
  try {
    expect(() => readdirSync(shared)).toThrow(/EACCES/);
    expect(write(join(shared, "chip"))).toBeGreaterThan(40);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(shared, 0o755);
  }
  expect(readdirSync(shared)).toEqual(["chip"]);
});

test("what a killed program left beside a chip goes, its former chip comes back, and what may be of a running one stays", () => {
  const target = join(folder, "chip");
  const beside = (place: string, id: number, name = "chip"): string => `.${name}-${sha256(place).slice(0, 8)}-${id}-abcdef`;
  const ended = spawnSync(process.execPath, ["-e", ""]).pid;
  const stay = [beside(processPlace(), process.pid), beside("another host", ended), beside(processPlace(), ended, "other"), ".chip-mine"];
  for (const name of stay) mkdirSync(join(folder, name));
  write(target);
  appendFileSync(join(target, "chip.sv"), "// mine\n");
  const left = join(folder, beside(processPlace(), ended));
  mkdirSync(left);
  renameSync(target, join(left, "former")); // killed between the two renames
  expect(() => write(target)).toThrow(/holds chip\.sv, which was changed since it was written/);
  expect(readdirSync(folder).sort()).toEqual([...stay, "chip"].sort());
  mkdirSync(left);
  writeChip(join(folder, "chip2"), files, expected, {});
  expect(existsSync(left)).toBe(true);
});

test("others may read a chip as they may read any folder that the user makes", () => {
  const usual = join(folder, "usual");
  mkdirSync(usual);
  write(join(folder, "chip"));
  for (const name of [".", "lib", "board"]) expect(statSync(join(folder, "chip", name)).mode).toBe(statSync(usual).mode);
});

test("a target that holds foreign files is refused and stays unchanged", () => {
  const target = join(folder, "mine");
  mkdirSync(target);
  writeFileSync(join(target, "thesis.tex"), "mine");
  expect(() => write(target)).toThrow(/holds thesis\.tex, which is no part of a chip/);
  expect(readdirSync(target)).toEqual(["thesis.tex"]);
  const chip = join(folder, "chip");
  write(chip);
  writeFileSync(join(chip, "notes.txt"), "mine");
  expect(() => write(chip)).toThrow(/holds notes\.txt/);
  expect(existsSync(join(chip, "notes.txt"))).toBe(true);
});

test("a source that was changed by hand is not written over, and images are", () => {
  for (const name of ["lib/queue.sv", "chip.sv", "board/ulx3s.lpf"]) {
    const chip = join(folder, name, "chip");
    write(chip);
    appendFileSync(join(chip, name), "// mine\n");
    const mine = readFileSync(join(chip, name), "utf8");
    expect(() => write(chip)).toThrow(new RegExp(`holds ${name.replaceAll(".", "\\.")}, which was changed since it was written`));
    expect(readFileSync(join(chip, name), "utf8")).toBe(mine);
  }
  const chip = join(folder, "chip");
  write(chip);
  appendFileSync(join(chip, "weights_00.hex"), "0\n");
  write(chip);
  expect(readFileSync(join(chip, "weights_00.hex"), "utf8")).toBe(files["weights_00.hex"]);
});

test("names that runs leave are a user's own where no chip is: nothing is deleted; in a chip's folder they go with it", () => {
  for (const name of ["obj", "bench.vvp"]) {
    const target = join(folder, name, "mine");
    mkdirSync(join(target, name), { recursive: true });
    writeFileSync(join(target, name, "thesis.o"), "mine");
    expect(() => write(target)).toThrow(new RegExp(`holds ${name}/thesis\\.o`));
    expect(readFileSync(join(target, name, "thesis.o"), "utf8")).toBe("mine");
  }
  const chip = join(folder, "chip");
  write(chip);
  mkdirSync(join(chip, "obj"));
  for (const name of ["Vbench__ALL.a", "verilated.o", "bench"]) writeFileSync(join(chip, "obj", name), "");
  writeFileSync(join(chip, "bench.vvp"), "");
  write(chip);
  expect(readdirSync(chip)).not.toContain("obj");
  expect(readdirSync(chip)).not.toContain("bench.vvp");
  mkdirSync(join(chip, "obj"));
  writeFileSync(join(chip, "obj", "waves.gtkw"), "mine");
  expect(() => write(chip)).toThrow(/holds obj\/waves\.gtkw/);
});

test("the working directory, and a folder that contains it, are refused by any name, and stay", () => {
  const target = join(folder, "here");
  mkdirSync(join(target, "below"), { recursive: true });
  const cwd = vi.spyOn(process, "cwd");
  try {
    for (const here of [target, join(target, "below")]) {
      cwd.mockReturnValue(here);
      for (const name of [target, "", "nosuch/..", "nosuch/../.", ...(here === target ? ["."] : ["nosuch/../.."])])
        expect(() => write(name)).toThrow(/is the working directory, or contains it/);
    }
    cwd.mockReturnValue(join(folder, "here"));
    expect(write(join(folder, "here2"))).toBeGreaterThan(1);
  } finally {
    cwd.mockRestore();
  }
  expect(readdirSync(target)).toEqual(["below"]);
});

test("a link to a folder stays a link, and the chip lies in that folder", () => {
  const real = join(folder, "real");
  mkdirSync(real);
  const link = join(folder, "link");
  symlinkSync(real, link);
  write(link);
  write(link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(existsSync(join(real, "chip.sv"))).toBe(true);
});

test("a target that is a file, and one that cannot be made, are refused", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => write(join(folder, "file"))).toThrow(/file: /);
  expect(() => write("/proc/chip")).toThrow(/\/proc/);
});

test("a changed image is refused by its hash; a changed source is named", () => {
  const target = join(folder, "chip");
  write(target);
  appendFileSync(join(target, "lib", "core.sv"), "// mine\n");
  expect(readChip(target).edited).toEqual(["lib/core.sv"]);
  appendFileSync(join(target, "weights_00.hex"), "0\n");
  expect(() => readChip(target)).toThrow(/weights_00\.hex is not what was written/);
  rmSync(join(target, "weights_00.hex"));
  expect(() => readChip(target)).toThrow(/weights_00\.hex is missing/);
});

test("a source in the library's folder that the manifest does not have is named and refused, other files are not", () => {
  const chip = join(folder, "chip");
  write(chip);
  writeFileSync(join(chip, "lib", "queue.sv~"), "");
  expect(readChip(chip).edited).toEqual([]);
  for (const name of ["a_queue.sv", "zz.sv"]) writeFileSync(join(chip, "lib", name), readFileSync(join(chip, "lib", "queue.sv")));
  expect(() => readChip(chip)).toThrow(/lib\/a_queue\.sv, lib\/zz\.sv are no part of the chip that was written/);
});

test("a folder without a manifest of this program is refused", () => {
  expect(() => readChip(folder)).toThrow(/is no folder of a chip/);
  const target = join(folder, "chip");
  write(target);
  const whole = JSON.parse(readFileSync(join(target, "manifest.json"), "utf8")) as { readonly expected: object };
  const { spikes: _, ...fewer } = whole.expected as { readonly spikes: number };
  for (const text of [
    "{",
    "null",
    "[]",
    ...[{ files: null }, { files: [] }, { files: { "chip.sv": 1 } }, { expected: null }, { expected: fewer }, { format: "1" }].map(
      (change) => JSON.stringify({ ...whole, ...change }),
    ),
  ]) {
    writeFileSync(join(target, "manifest.json"), text);
    expect(() => readChip(target), text.slice(0, 60)).toThrow(/is no folder of a chip/);
    expect(() => write(target), text.slice(0, 60)).toThrow(/is no folder of a chip/);
  }
});

test("a source that cannot be read is the user's to mend, and the folder stays", () => {
  const target = join(folder, "chip");
  write(target);
  const source = join(target, "lib/queue.sv");
  const text = readFileSync(source);
  for (const [put, meaning] of [
    [() => symlinkSync(join(folder, "nowhere"), source), /lib\/queue\.sv:? (cannot be used: no such file|is missing)/],
    [() => symlinkSync(source, source), /lib\/queue\.sv:? (cannot be used: its symbolic links lead in a circle|is missing)/],
    [() => symlinkSync(folder, source), /lib\/queue\.sv: cannot be used: is a folder/],
  ] as const) {
    rmSync(source);
    put();
    for (const work of [() => write(target), () => readChip(target)]) {
      expect(work).toThrow(InputError);
      expect(work).toThrow(meaning);
    }
    expect(lstatSync(source).isSymbolicLink()).toBe(true);
  }
  rmSync(source);
  writeFileSync(source, text);
  expect(readChip(target).edited).toEqual([]);
});

test("the generated modules hold no logic: parameters, ports and instances", () => {
  for (const name of ["chip.sv", "bench.sv"]) expect(files[name]).not.toMatch(/\b(always|assign|initial|if|case|function)\b/);
});

const said = (spikes: string): string =>
  `RESULT spikes ${spikes}\nRESULT scores 4 of 4, 0 wrong\nRESULT waves 3 of 3, 0 wrong\nRESULT counters 25 of 25, 0 wrong\nRESULT undrained 0\n`;
const awaited = { spikes: 9, scores: 4, waves: 3, counters: 25 };

test("a comparison of nothing, of too little or without an end is a failure", () => {
  expect(judge([said("9 of 9, 0 wrong")], awaited).isEqual).toBe(true);
  expect(judge([said("9 of 9, 1 wrong")], awaited).differences).toEqual(["spikes: 1 of 9 differ"]);
  expect(judge([said("8 of 9, 0 wrong")], awaited).differences).toEqual(["spikes: 8 compared, 9 expected"]);
  expect(judge([said("9 of 9, 0 wrong").replace("RESULT undrained 0", "")], awaited).isEqual).toBe(false);
  expect(judge([said("9 of 9, 0 wrong").replace(/scores 4/, "scores 0")], { ...awaited, scores: 0 }).differences).toEqual([
    "scores: nothing was compared",
  ]);
  expect(judge([""], awaited).differences.filter((line) => /did not come to its end/.test(line))).toHaveLength(4);
  expect(judge([`${said("9 of 9, 0 wrong")}FAIL queue overrun\n`], awaited).differences).toEqual(["queue overrun"]);
  expect(
    judge(
      [
        `DIFF core 2 counter 8: 3, expected 4\nDIFF router 1 counter 7: 0, expected 1\nDIFF router 1 counter 10: 0, expected 2\n${said("9 of 9, 0 wrong")}`,
      ],
      awaited,
    ).differences,
  ).toEqual([
    "core 2 element_multiplies: 3, expected 4",
    "router 1 stall_switch_cycles: 0, expected 1",
    "router 1 flits of port 1: 0, expected 2",
  ]);
});

test("each run of the bench is judged: what is missing, wrong or without an end in the second one too", () => {
  const right = said("9 of 9, 0 wrong");
  expect(judge([right, right], awaited)).toEqual({ isEqual: true, compared: awaited, differences: [] });
  for (const second of ["", said("8 of 9, 0 wrong"), right.replace("undrained 0", "undrained 2"), `FAIL no end\n`]) {
    const alone = judge([second], awaited);
    expect(alone.isEqual).toBe(false);
    expect(judge([right, second], awaited)).toEqual(alone);
    expect(judge([second, second], awaited)).toEqual(alone);
  }
});

test("a signal that comes as soon as the temporary folder exists leaves a whole chip or none, and nothing beside it", () => {
  const program = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    for (const name of ["mkdirSync", "mkdtempSync"]) {
      const make = fs[name];
      fs[name] = (path, ...more) => {
        const made = make(path, ...more);
        if (/\\.made-[^/]*$/.test(path)) {
          console.log("made");
          process.kill(process.pid, "SIGTERM");
        }
        return made;
      };
    }
    syncBuiltinESMExports();
    const { writeChip } = await import(${JSON.stringify(new URL("../../rtl/folder.ts", import.meta.url).href)});
    writeChip(process.argv[1], { "chip.sv": "module chip; endmodule\\n" }, { spikes: 1, scores: 0, waves: 0, counters: 0 }, null);
    setTimeout(() => {}, 5000);
  `;
  const made = join(folder, "made");
  const { signal, stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, made], {
    encoding: "utf8",
  });
  expect({ signal, stdout }).toEqual({ signal: "SIGTERM", stdout: "made\n" });
  expect(readdirSync(folder)).toEqual(["made"]);
  expect(readdirSync(made)).toContain("manifest.json");
});
