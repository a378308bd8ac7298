/** The shipped JSON Schema is the code's, and says what the parser does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { descriptionSchema, samplerOptionTables } from "../../app/description-schema.js";
import {
  archJsonSchema,
  archReference,
  coupledJsonSchema,
  coupledReference,
  jsonFromYaml,
  KNOWN_PATHS,
  ofKind,
  parseArch,
  parseDescription,
  readDescription,
  shippedCoupledChips,
} from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { packageRoot } from "../../base/package-root.js";

/** Of a program that knows nothing of this one. */
const validatorOf = (schema: Json) => new Ajv2020({ strict: false, inlineRefs: false }).compile(schema as object);
let forChips: ReturnType<typeof validatorOf> | null = null;
/** Of the generated schema, whose code takes a second to make. */
const chipValidator = (): ReturnType<typeof validatorOf> => {
  forChips ??= validatorOf(archJsonSchema());
  return forChips;
};

type Node = { readonly [key: string]: Node } & { readonly anyOf?: readonly Node[] };

test("arch/schema/arch.schema.json is what the code generates; npx tsx scripts/write-schema.ts brings it up to date", () => {
  const text = readFileSync(join(packageRoot(), "arch/schema/arch.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(descriptionSchema())));
});

test("docs/description.md is what the code generates, and its example parses", () => {
  const text = readFileSync(join(packageRoot(), "docs/description.md"), "utf8");
  expect(text).toBe(archReference(samplerOptionTables()));
  const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] as string;
  expect(parseArch(example, "description.md").sweep?.parameters.map(({ path }) => path)).toEqual(["tile[0].core[1].lanes"]);
  for (const [sampler, options] of Object.entries(samplerOptionTables()))
    for (const [option, { value }] of Object.entries(options))
      expect(text).toMatch(new RegExp(`\\| \`sweep\\.sampler\\.${option}\` \\| [^|]*\`${sampler}\`[^|]* \\| [^|]* \\| \`${value}\` \\|`));
  for (const path of KNOWN_PATHS) expect(text).toContain(`| \`${path}\` |`);
});

test("arch/schema/coupled.schema.json is what the code generates; its page's example parses, and has a sentence for every key of every chip", () => {
  const text = readFileSync(join(packageRoot(), "arch/schema/coupled.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(coupledJsonSchema())));
  const page = coupledReference();
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] as string;
  const { experiment, sweep } = parseDescription(example, "description.md");
  expect(ofKind<string | null>(experiment, { board: () => null, coupled: ({ chip }) => chip.model })).toBe("tinyodin");
  expect(sweep?.parameters.map(({ path }) => path)).toEqual(["event_queue.depth", "output_link.ack_up_delay_cycles"]);
  const leaves = (value: unknown, path: string): string[] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, entry]) => leaves(entry, path === "" ? key : `${path}.${key}`))
      : [path];
  const described = new Set([...page.matchAll(/^\| `(\S+)` \| [^|]+ \| [^|]+ \| \w[^|]+ \|$/gm)].map(([, path]) => path));
  for (const name of shippedCoupledChips()) {
    const { chip } = readDescription(join(packageRoot(), "arch/chips", `${name}.yaml`)).experiment;
    const paths = leaves(chip, "").filter((path) => !/^(version|name|model|source|layers|power)$/.test(path));
    expect(
      paths.filter((path) => !described.has(path)),
      name,
    ).toEqual([]);
  }
});

test("every parameter is in it, with a sentence, and may be a sweep", () => {
  const root = archJsonSchema() as unknown as Node;
  const byPattern = (node: Node, key: string): Node | undefined =>
    Object.entries(node.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key))?.[1] as Node | undefined;
  const known = KNOWN_PATHS.filter((path) => path !== "prices.basis"); // of one study there is one
  expect(known.length).toBe(KNOWN_PATHS.length - 1);
  for (const path of known) {
    let here: Node = root;
    for (const key of path.split("."))
      here = (here.properties?.[key] as Node | undefined) ?? byPattern(here, key) ?? expect.fail(`${path} is missing`);
    expect((here as unknown as { description: string }).description, path).toMatch(/\w/);
    expect(JSON.stringify(here.anyOf), path).toContain("inPlaceSweep");
  }
});

test("searches below names and of prices are valid by it, as the parser takes them; those of tables and of the basis are not", {
  tags: ["long"],
}, () => {
  const isValid = chipValidator();
  const takes = (more: { readonly [key: string]: Json }): boolean => isValid({ version: 1, ...more });
  const searches: readonly { readonly [key: string]: Json }[] = [
    { prices: { synapse_memory_read_pj: { value: { sweep: [1, 2] }, source: "x" } } },
    { precision: { layers: { layer1: { weight_bits: { sweep: [4, 2] } } } } },
  ];
  for (const search of searches) {
    expect(takes(search), JSON.stringify(search)).toBe(true);
    const text = JSON.stringify({ version: 1, extends: "mesh-2x2", ...search, sweep: { objectives: { area_mm2: "min" } } });
    expect(parseArch(text, "a.yaml").sweep?.parameters).toHaveLength(1);
  }
  expect(takes({ prices: { basis: { sweep: ["library", "silicon"] } } })).toBe(false);
  expect(takes({ precision: { layers: { layer1: { weight_bits: { sweep: [4, 2], wen: "1 < 2" } } } } })).toBe(false);
});

test("selector keys are known to editors, and only those", () => {
  const patterns = Object.keys(
    (archJsonSchema() as { readonly [key: string]: { readonly [key: string]: Json } }).patternProperties as object,
  );
  expect(patterns).toHaveLength(1);
  const pattern = new RegExp(patterns[0]);
  for (const key of ["tile", "tile[0]", "tile[0..3]", "tile[0, 2,4..7]"]) expect(key).toMatch(pattern);
  for (const key of ["tiles", "tile[", "tile[a]", "subtile"]) expect(key).not.toMatch(pattern);
});

test("names of rooms above are completed: data sets, metrics, samplers with their own options, shipped chips and models or a file", {
  tags: ["long"],
}, () => {
  const isValid = validatorOf(
    archJsonSchema({
      datasets: { digits: "of hands" },
      metrics: { area_mm2: "small" },
      samplers: {
        nsga2: { about: "genetic", options: { population: { value: 32, low: 4, high: 100, whole: true, about: "points" } } },
        grid: { about: "all", options: {} },
      },
      chips: ["mesh-2x2"],
      models: ["m.safetensors"],
    }),
  );
  const takes = (more: { readonly [key: string]: Json }): boolean => isValid({ version: 1, ...more });
  expect(takes({ extends: "mesh-2x2", network: { model: "own.nir" }, workload: { dataset: "digits" } })).toBe(true);
  expect(takes({ workload: { dataset: "feet" } })).toBe(false);
  expect(takes({ workload: { dataset: { sweep: ["digits"] } } })).toBe(true);
  const search = (sampler: Json, objectives: Json = { area_mm2: "min" }): boolean => takes({ sweep: { objectives, sampler } });
  expect(search({})).toBe(true);
  expect(search({}, { beauty: "max" })).toBe(false);
  expect(search({ population: 8 })).toBe(true);
  expect(search({ name: "nsga2", population: 3 })).toBe(false);
  expect(search({ name: "nsga2", population: 4.5 })).toBe(false);
  expect(search({ name: "grid", population: 8 })).toBe(false);
  expect(search({ name: "grid", budget: 8 })).toBe(true);
  expect(search({ name: "anneal" })).toBe(false);
});

test("every shipped example and chip of the board is valid by the shipped schema", () => {
  const isValid = validatorOf(descriptionSchema());
  const coupled = shippedCoupledChips();
  let checked = 0;
  for (const folder of ["arch/examples", "arch/chips"])
    for (const file of readdirSync(join(packageRoot(), folder)).filter((name) => name.endsWith(".yaml"))) {
      const document = jsonFromYaml(readFileSync(join(packageRoot(), folder, file), "utf8"), file) as { readonly [key: string]: Json };
      if ("model" in document || coupled.includes(String(document.extends))) continue;
      isValid(document);
      expect(isValid.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? [], file).toEqual([]);
      checked++;
    }
  expect(checked).toBeGreaterThan(10);
});
