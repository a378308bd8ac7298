/** A line that sums unlike memories has the errors of its parts, each by its share of the line. */
import { describe, expect, test } from "vitest";
import { BUILT_NEEDS, type CorePrices, corePrices, parseArch } from "../../arch/index.js";
import { type ErrorCause, priceErrors } from "../../sim/index.js";

const CORES = 16;
const HEAD = "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns";
const MACROS = (more: string): string =>
  `prices: { macros: { mine: { csv: "${HEAD}\\n64,64,1r1w,28,0.92,2000,0.5,0.6,0.5,0.5\\n"${more} } } }\n`;

/** A chip of equal cores, of which the first has other memories. */
function chipOf(first: string, more: string) {
  const base = `version: 1\nchip: { technology_nm: 28 }\nnoc: { width: ${CORES}, height: 1 }\ntile: { cores: 1, core: { synapse_memory: { size_kib: 64 } } }\n`;
  const { chip, precision } = parseArch(`${base}${MACROS(more)}tile[0]: { core: { ${first} } }\n`, "parts.yaml").experiment;
  return { chip, precision };
}

/** Errors of a line by cause: those of one name add. */
function sizes(causes: readonly ErrorCause[] | undefined): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { name, up } of causes ?? []) sums.set(name, (sums.get(name) ?? 0) + up);
  return sums;
}

const SMALL = "size_kib: 0.5, word_bits: 64";
const FIRSTS = {
  "small SRAM": [`synapse_memory: { ${SMALL} }`, ""],
  registers: [`synapse_memory: { ${SMALL}, kind: registers }`, ""],
  "an exact macro": [`synapse_memory: { ${SMALL}, macros: mine }`, ""],
  "a macro with an error": [`synapse_memory: { ${SMALL}, macros: mine }`, ", plus_minus_percent: 30"],
  "a queue of an exact macro": ["input_queue: { depth: 64, macros: mine, word_bits: 64 }", ""],
  "a queue of a macro with an error": ["input_queue: { depth: 64, macros: mine, word_bits: 64 }", ", plus_minus_percent: 30"],
} as const;
const LINES: readonly (readonly [component: string, price: keyof CorePrices])[] = [
  ["synapse memory reads", "synapse_memory_read_pj"],
  ["synapse memory leakage", "synapse_memory_leakage_mw"],
  ["synapse memory area", "synapse_memory_area_mm2"],
  ["input queue pushes", "input_queue_push_pj"],
  ["queue leakage", "queue_leakage_mw"],
  ["queue area", "queue_area_mm2"],
];

describe.each(Object.entries(FIRSTS))("one core of sixteen with %s", (name, [first, more]) => {
  const { chip, precision } = chipOf(first, more);
  const errors = priceErrors(chip);
  const [alone, others] = [chip.cores[0], chip.cores[1]].map((core) => priceErrors({ ...chip, cores: [core] }));

  test("moves no cause of a line by more than its part of the line", () => {
    let moved = 0;
    for (const [component, price] of LINES) {
      const [own, rest] = [chip.cores[0], chip.cores[1]].map((core) => corePrices(chip, core, precision, BUILT_NEEDS)[price].value);
      const share = own / (own + (CORES - 1) * rest);
      const [mixed, small, large] = [errors, alone, others].map((of) => sizes(of.get(component)));
      for (const cause of new Set([...mixed.keys(), ...small.keys(), ...large.keys()])) {
        const [is, of, without] = [mixed, small, large].map((map) => map.get(cause) ?? 0);
        expect(is, `${component}: ${cause}`).toBeCloseTo(share * of + (1 - share) * without, 9);
        if (Math.abs(is - without) > 1e-9) moved++;
      }
    }
    expect(moved).toBeGreaterThan(0);
  });

  test("counts as exact with its part of the line if its price states no error, and else not at all", () => {
    for (const [component, price] of LINES) {
      const [own, rest] = [chip.cores[0], chip.cores[1]].map((core) => corePrices(chip, core, precision, BUILT_NEEDS)[price]);
      const isExact =
        name.includes("exact macro") && (component.startsWith("synapse") ? name.startsWith("an ") : name.startsWith("a queue"));
      const part = price.startsWith("queue_") ? (own.ownPart ?? 0) : own.value;
      const share = isExact ? part / (own.value + (CORES - 1) * rest.value) : 0;
      expect(errors.exactShare(component), component).toBeCloseTo(share, 9);
    }
  });
});
