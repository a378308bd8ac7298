/**
 * A search in place means the key at which it is typed: every point is the description with the point's values typed.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ParsedArch, parseArch, patchDocument } from "../../arch/index.js";
import { hashJson } from "../../base/hash.js";
import { problemsOf } from "./problems.js";

const SEED = 20261130;
console.log(`swept-places.test seed ${SEED}`);
const SWEEP = "sweep: { objectives: { area_mm2: min } }\n";

const parsedOf = (keys: string): ParsedArch => parseArch(`version: 1\nnoc: { width: 2, height: 2 }\ntile: { cores: 3 }\n${keys}`, "a.yaml");
const lanesOf = ({ experiment }: ParsedArch): number[] => experiment.chip.cores.map(({ lanes }) => lanes);

test("a description at the first values of its sweeps, and at every other point, is the one with these values typed, or it is refused", () => {
  const tiles = fc.constantFrom("tile[0]", "tile[1]", "tile[0..1]", "tile[1..3]", "tile[0..3]", "tile[1,3]", "tile[0..2]");
  const cores = fc.constantFrom("core", "core[0]", "core[1]", "core[0..1]", "core[0..2]");
  const key = fc.record({
    tile: tiles,
    core: cores,
    swept: fc.boolean(),
    first: fc.constantFrom(1, 2, 3),
    second: fc.constantFrom(5, 6, 7),
  });
  const drawn = { refused: 0, several: 0, narrower: 0 };
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 4, selector: ({ tile }) => tile }), (drawnKeys) => {
      const keys = drawnKeys.map((one, i) => ({ ...one, swept: one.swept || i === 0, name: `p${i}` }));
      const text = (drawnFor: (one: (typeof keys)[number]) => string): string =>
        keys.map((one) => `"${one.tile}": { "${one.core}": { lanes: ${drawnFor(one)} } }\n`).join("");
      const typed = (drawnFor: (one: (typeof keys)[number]) => number): string =>
        text((one) => String(one.swept ? drawnFor(one) : one.first));
      // Keys that are equally wide and overlap are refused in any description.
      if (problemsOf(() => parsedOf(typed(({ first }) => first))).length > 0) return;
      const swept = text((one) => (one.swept ? `{ sweep: [${one.first}, ${one.second}], name: ${one.name} }` : String(one.first))) + SWEEP;
      const problems = problemsOf(() => parsedOf(swept));
      if (problems.length > 0) {
        for (const { message } of problems) expect(message).toContain("sets it too");
        drawn.refused++;
        return;
      }
      const parsed = parsedOf(swept);
      const sweeps = keys.filter((one) => one.swept);
      if (keys.length > 1) drawn.narrower++;
      if (sweeps.length > 1) drawn.several++;
      expect(hashJson(parsed.document)).toBe(hashJson(parsedOf(typed(({ first }) => first)).document));
      for (let point = 0; point < 1 << sweeps.length; point++) {
        const drawnFor = (one: (typeof keys)[number]): number => ((point >> sweeps.indexOf(one)) % 2 === 0 ? one.first : one.second);
        const values = Object.fromEntries(
          parsed.sweep!.parameters.map(({ name, path }) => [path, drawnFor(sweeps.find((one) => one.name === name)!)]),
        );
        const lanes = patchDocument(parsed, values).chip.cores.map((core) => core.lanes);
        expect(lanes, JSON.stringify(values)).toEqual(lanesOf(parsedOf(typed(drawnFor))));
      }
    }),
    { seed: SEED, numRuns: 80 },
  );
  for (const [what, count] of Object.entries(drawn)) expect(count, what).toBeGreaterThan(8);
});

test("values of prices are searched in place as by path; the basis and tables are not", () => {
  const own = (value: string, list = ""): string =>
    `prices: { synapse_memory_read_pj: { value: ${value}, source: x } }\n${SWEEP.slice(0, -2)}, parameters: [${list}] }\n`;
  const inPlace = parsedOf(own("{ sweep: [1, 2 * size_kib] }"));
  const byPath = parsedOf(own("1", '{ path: prices.synapse_memory_read_pj.value, values: [1, "2 * size_kib"] }'));
  expect(inPlace.sweep).toEqual(byPath.sweep);
  expect(inPlace.document).toEqual(byPath.document);
  const said = (prices: string): readonly string[] =>
    problemsOf(() => parsedOf(`prices: ${prices}\n${SWEEP}`)).map(({ path, message }) => `${path}: ${message}`);
  expect(said("{ basis: { sweep: [library, silicon] } }")).toEqual(["prices.basis: points of two bases cannot share a front"]);
  expect(said("{ macros: { mine: { file: { sweep: [a.csv, b.csv] } } } }")[0]).toBe(
    "prices.macros.mine.file: expected text, got a mapping",
  );
});

test("a sweep in place is refused if a narrower key sets the value, unless that is swept in all points, too", () => {
  const swept = (keys: string): readonly string[] =>
    problemsOf(() => parsedOf(keys)).map(({ line, path, message, fix }) => `${line}: ${path}: ${message}: ${fix}`);
  const wide = "tile[0..2]: { core: { lanes: { sweep: [4, 2], name: wide } } }\n";
  const fix = "sweep only what is left, e.g. tile[1..3] in place of tile; or sweep it by path, under sweep.parameters, which reaches all";
  const narrow = (value: string): string => `tile[0]: { core: { lanes: ${value} } }\n`;
  expect(swept(wide + narrow("1") + SWEEP)).toEqual([`4: tile[0..2].core.lanes: tile[0].core.lanes sets it too, for fewer cores: ${fix}`]);
  expect(swept(wide + narrow("{ sweep: [1, 2], when: wide > 2 }") + SWEEP)).toEqual([
    `4: tile[0..2].core.lanes: tile[0].core.lanes sets it too, for fewer cores, in some points: ${fix}`,
  ]);
  expect(swept(wide + narrow("{ sweep: [1, 2] }") + SWEEP)).toEqual([]);
  const listed = (path: string): string => `${SWEEP.slice(0, -2)}, parameters: [{ path: "${path}", values: [1, 2] }] }\n`;
  expect(swept(wide + narrow("1") + listed("tile[0..0].core.lanes"))).toEqual([]);
  expect(swept(wide + listed("tile[1..3].core.lanes"))).toEqual([
    "5: sweep.parameters[0]: overlaps tile[0..2].core.lanes, and neither selects fewer: make one of them narrower",
  ]);
  expect(swept(narrow("1") + listed("tile.core.lanes"))).toEqual([]);
});
