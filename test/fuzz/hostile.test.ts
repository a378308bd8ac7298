/**
 * Inputs made by hand to do harm: bombs, prototype keys, paths, lies about sizes, work for the queue that is none. All
 * refused, at once and for nothing.
 */
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseNpy } from "../../arch/formats/npy.js";
import { parseSpikeCsv } from "../../arch/formats/spike-csv.js";
import { decodeSafetensors, parseArch, patchDocument } from "../../arch/index.js";
import { boundedJson } from "../../base/bounded-json.js";
import { InputError } from "../../base/errors.js";
import { type Asked, unpackDone } from "../../sweeps/engine/answer.js";
import { beatSchema, jobSchema, replySchema } from "../../sweeps/engine/protocol.js";
import { parseTrainingConfig } from "../../training/index.js";
import { MOST_BYTES, SLOWEST_MS } from "./run.js";
import { description, npy } from "./seeds.js";

const asked: Asked = { inputs: { modelHash: "m", dataHash: "d" }, traceKey: "t", cores: 4, mostBytes: 2 ** 22 };

describe("hostile inputs", () => {
  const refused = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    throw new Error("was not refused");
  };

  test("YAML: alias bombs, prototype keys, endless nesting and functions are refused in no time", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "x" : `*a${i - 1}, *a${i - 1}`}]`).join("\n");
    const start = performance.now();
    expect(refused(() => parseArch(`version: 1\n${levels}\n`, "x"))).toMatch(/more than 1000 aliases/);
    const squares = Array.from(
      { length: 6 },
      (_, i) => `a${i}: &a${i} [${Array.from({ length: 30 }, () => (i === 0 ? "x" : `*a${i - 1}`)).join()}]`,
    );
    refused(() => parseArch(`version: 1\n${squares.join("\n")}\n`, "x"));
    refused(() => parseTrainingConfig(`version: 1\n${squares.join("\n")}\n`, "x"));
    expect(refused(() => parseArch("version: 1\n__proto__: {polluted: 1}\n", "x"))).toMatch(/__proto__/);
    refused(() => parseArch(`version: 1\na: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`, "x"));
    refused(() => parseArch("version: 1\na: &a [*a]\n", "x"));
    refused(() => parseArch('version: 1\na: !!js/function "function () {}"\n', "x"));
    refused(() => parseArch("version: 1\nextends: ../../../../etc/passwd\n", "x"));
    expect(performance.now() - start).toBeLessThan(SLOWEST_MS);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("values of a point cannot reach a prototype or a place outside the description", () => {
    const { document } = parseArch(description, "x.yaml");
    for (const path of ["__proto__.polluted", "constructor.prototype.polluted", "tile.__proto__.x", "tile.core.no_such"])
      refused(() => patchDocument({ document, file: "x" }, { [path]: 1 }));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("jobs and replies: unknown kinds, further fields, wrong addresses, prototype keys and huge numbers are no jobs", () => {
    const digest = "0".repeat(64);
    const job = {
      kind: "point",
      key: digest,
      values: { "tile.core.lanes": 8 },
      modelHash: "m",
      dataHash: "d",
      trace: digest,
      fidelity: 1,
      alone: false,
      nonce: "cd".repeat(16),
    };
    const { trace: _trace, fidelity: _fidelity, ...rest } = job;
    const coupled = { ...rest, kind: "coupled", files: digest };
    for (const sound of [job, coupled]) expect(jobSchema.safeParse(sound).success).toBe(true);
    const wrong: unknown[] = [
      null,
      1,
      "x",
      [],
      {},
      { ...job, kind: "shell" },
      { ...job, run: "rm" },
      { ...job, trace: "../../etc/passwd" },
      { ...job, key: "A".repeat(64) },
      { ...job, fidelity: 0 },
      { ...job, fidelity: 1.5 },
      { ...coupled, files: "/etc/passwd" },
      { ...coupled, trace: digest },
    ];
    wrong.push(
      { ...job, values: { "": 1 } },
      { ...job, values: { ["a".repeat(5000)]: 1 } },
      { ...job, values: { a: {} } },
      { ...job, values: { a: Number.NaN } },
      { ...job, values: { a: "x".repeat(5000) } },
    );
    for (const value of wrong) expect(jobSchema.safeParse(value).success, JSON.stringify(value)).toBe(false);
    expect(replySchema.safeParse({ kind: "functional", trace: "../x", traceKey: digest, durationMs: 1 }).success).toBe(false);
    const bomb = Buffer.from("not deflate").toString("base64");
    expect(refused(() => unpackDone({ kind: "done", resultText: bomb, countersText: bomb, durationMs: 1 }, asked))).toMatch(/no result/);
  });

  test("M3: what only nests is refused before it is parsed, whatever stands in its strings", () => {
    const deep = (levels: number): string => `${"[".repeat(levels)}"]]{\\"[[[["${"]".repeat(levels)}`;
    expect(boundedJson(deep(32), 1000)).toEqual(JSON.parse(deep(32)));
    for (const text of [deep(33), "[".repeat(900), `${'{"a":'.repeat(33)}1${"}".repeat(33)}`])
      expect(() => boundedJson(text, 1000)).toThrow(/nests deeper than 32 levels/);
    expect(() => boundedJson("[]", 1)).toThrow(/2 characters, at most 1/);
    for (const text of ['"', '"\\"', '["a', "[[["]) expect(() => boundedJson(text, 1000)).toThrow(SyntaxError);
  });

  test("what a worker or a sweep calls itself, and its reasons, reach no terminal as commands", () => {
    const evil = "\u001b[31m\u001b]0;title\u0007\u009b2J\u202e line\nbreak";
    const beat = { pid: 1, threads: 1, busy: 0, done: 0, failed: 0, version: "1", draining: false, beat: 1 };
    const shown = JSON.stringify([
      beatSchema.parse({ ...beat, host: evil, name: evil, refused: evil }),
      replySchema.parse({ kind: "failed", code: evil, reason: evil, retryable: false, durationMs: 1 }),
    ]);
    expect(shown).toContain("line\\nbreak");
    expect(JSON.parse(shown).flatMap(Object.values).join("")).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  test("a tensor that says it is a gigabyte costs none", () => {
    const before = process.memoryUsage.rss();
    const header = Buffer.from(JSON.stringify({ huge: { dtype: "F32", shape: [2 ** 28], data_offsets: [0, 2 ** 30] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    refused(() => decodeSafetensors(Buffer.concat([length, header]), "x"));
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_BYTES);
  });

  test("a short spike file that names a far step, and an array of nothing but sizes, cost nothing", () => {
    const before = process.memoryUsage.rss();
    const start = performance.now();
    expect(refused(() => parseSpikeCsv("step,neuron\n200000000,1\n", "x"))).toMatch(/more than 67108864 values/);
    for (const shape of ["1000000000, 0, 4", "4294967296, 0, 6", "-2, -3, 4", "2.5, 2"])
      expect(refused(() => parseNpy(npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`, 0), "x"))).toMatch(/shape/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_BYTES / 10);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("an answer that unpacks to more than a result may have is stopped at its limit", () => {
    const texts = ["\0", "["].map((fill) => deflateRawSync(Buffer.alloc(60 * 2 ** 20, fill), { level: 6 }).toString("base64"));
    const before = process.memoryUsage.rss();
    for (const resultText of texts) {
      expect(resultText.length).toBeLessThan(100_000);
      expect(refused(() => unpackDone({ kind: "done", resultText, countersText: "", durationMs: 1 }, asked))).toMatch(/no result/);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_BYTES / 10);
  });
});
