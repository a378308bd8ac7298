/** Expressions and names of a description that are made to break the program. */
import { describe, expect, test } from "vitest";
import { ExpressionError, evaluateExpression, parseArch, parseExpression } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { Space } from "../../sweeps/index.js";

const search = (more: string): string =>
  `version: 1\nnetwork: { model: x }\nsweep:\n  objectives: { energy_uj_per_inference: min }\n${more}`;

function refusal(text: string): string {
  try {
    parseArch(text, "x.yaml");
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "";
}

describe("expressions", () => {
  test.each([
    ["parentheses", `${"(".repeat(900)}1${")".repeat(900)}`],
    ["minus signs", `${"-".repeat(1900)}1`],
    ["negations", `${"not ".repeat(400)}true`],
    ["powers", Array.from({ length: 400 }, () => "1").join(" ** ")],
    ["choices", `${"true ? 1 : ".repeat(150)}1`],
    ["functions", `${"abs(".repeat(300)}1${")".repeat(300)}`],
  ])("L1: hundreds of %s inside each other are refused by their depth", (_what, text) => {
    expect(() => parseExpression(text)).toThrow(new ExpressionError("is nested deeper than 64 levels", 1).message);
  });

  test("L1: a text beyond 2,000 characters is refused before it is read; the longest sums are read and evaluated", () => {
    for (const text of [`${"1+".repeat(20_000)}1`, "(".repeat(5000)])
      expect(() => parseExpression(text)).toThrow(/characters long; at most 2000 are read/);
    expect(evaluateExpression(parseExpression(`${"1+".repeat(999)}1`).root, () => undefined)).toBe(1000);
    expect(evaluateExpression(parseExpression(`${"(".repeat(60)}7${")".repeat(60)}`).root, () => undefined)).toBe(7);
  });

  test("L1: constraints, conditions and derived values that are too deep are problems of the description", () => {
    const deep = `${"(".repeat(200)}1${")".repeat(200)}`;
    const parameters = `  parameters: [{ path: chip.clock_mhz, values: [1, 2], when: "${deep} < 2" }, { path: tile.core.lanes, derived: "${deep}" }]\n`;
    const message = refusal(search(`${parameters}  constraints: ["${deep} < 2", "${"(".repeat(5000)}"]\n`));
    for (const place of ["parameters[0].when", "parameters[1].derived"])
      expect(message).toContain(`sweep.${place}: is nested deeper than 64 levels`);
    expect(message).toMatch(/sweep\.constraints\[1\]: must be at most 500 characters/);
  });
});

describe("names", () => {
  const named = (name: string): string => search(`  parameters: [{ path: chip.clock_mhz, values: [1, 2], name: ${name} }]\n`);

  const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf", "__defineGetter__"];

  test.each(NAMES)("L2: a parameter named %s, as a part of every object is, is refused by the description and by a space", (name) => {
    expect(refusal(named(name))).toMatch(new RegExp(`^x\\.yaml:5:\\d+: sweep\\.parameters\\[0\\]: the name ${name} is not allowed\n`));
    const domain = { kind: "list", values: [1, 2] } as const;
    expect(() => new Space([{ name, path: "chip.clock_mhz", when: null, domain }])).toThrow(`the name ${name} is not allowed`);
  });

  test("L2: of names that no object has, none is refused", () => {
    expect(refusal(named("prototype"))).toBe("");
  });
});

describe("messages", () => {
  test("a bare number for a price shows how a price is written, a wrong name those that share its words", () => {
    const message = refusal("version: 1\nprices: { router_area_mm2: 0.01, read_of_synapse_pj: { value: 1, source: x } }\n");
    expect(message).toContain('write router_area_mm2: { value: 0.01, source: "where the number comes from" }');
    expect(message).toMatch(/unknown key "read_of_synapse_pj"\n {4}did you mean (one of )?synapse_memory_read_pj/);
  });
});
