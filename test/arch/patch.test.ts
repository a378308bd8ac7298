/** Design points: a value lands where its path says and nowhere else, and is checked like a typed one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseArch, patchDocument, patchPoint } from "../../arch/index.js";
import { parsePath } from "../../arch/path.js";
import { InputError } from "../../base/errors.js";
import { hashJson, type Json } from "../../base/hash.js";

const SEED = 20260103;
console.log(`patch.test seed ${SEED}`);
const parsed = parseArch(
  "version: 1\nextends: mesh-2x2\ntile[1]:\n  core:\n    lanes: 32\ntile[2]:\n  cores: 2\n  core[0..1]:\n    lanes: 64\n",
  "a.yaml",
);
const lanes = (values: { [path: string]: Json }): number[] => patchDocument(parsed, values).chip.cores.map((core) => core.lanes);

test("without values the point is the description itself", () => {
  const point = patchPoint(parsed, {});
  expect(point.experiment).toEqual(parsed.experiment);
  expect(point.document).toEqual(parsed.document);
});

test("a selector path reaches every core that it selects, whatever a narrower key said, and no other", () => {
  expect(lanes({})).toEqual([4, 32, 64, 64, 4]);
  expect(lanes({ "tile.core.lanes": 8 })).toEqual([8, 8, 8, 8, 8]);
  expect(lanes({ "tile[0..1].core.lanes": 8 })).toEqual([8, 8, 64, 64, 4]);
  expect(lanes({ "tile[2].core[1].lanes": 8 })).toEqual([4, 32, 64, 8, 4]);
  expect(lanes({ "tile.core[0].lanes": 8 })).toEqual([8, 8, 8, 64, 8]);
  expect(lanes({ "tile[3].core[0].lanes": 8 })).toEqual([4, 32, 64, 64, 8]);
});

test("values by path reach every core that they select, the one that selects fewer wins, and their order does not matter", {
  tags: ["long"],
}, () => {
  const [tiles, cores] = [6, 3];
  const indices = (count: number) => fc.option(fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: count }), { nil: null });
  const write = fc.record({ tiles: indices(tiles), cores: indices(cores), value: fc.integer({ min: 1, max: 50 }) });
  type Write = { readonly tiles: readonly number[] | null; readonly cores: readonly number[] | null; readonly value: number };
  const part = (stem: string, list: readonly number[] | null): string => (list === null ? stem : `${stem}[${list.join(",")}]`);
  const width = (list: readonly number[] | null): number => list?.length ?? Number.POSITIVE_INFINITY;
  const meet = (a: readonly number[] | null, b: readonly number[] | null): boolean =>
    a === null || b === null || a.some((i) => b.includes(i));
  const sameSet = (a: readonly number[] | null, b: readonly number[] | null): boolean =>
    a === null || b === null ? a === b : a.length === b.length && a.every((i) => b.includes(i));
  /** Writes in order of width: the lanes of every core. */
  const modelOf = (before: readonly number[], writes: readonly Write[]): number[] => {
    const lanes = [...before];
    const width0 = (list: readonly number[] | null): number => Math.min(width(list), 100);
    for (const one of writes.toSorted((a, b) => width0(b.tiles) - width0(a.tiles) || width0(b.cores) - width0(a.cores)))
      for (let i = 0; i < lanes.length; i++)
        if (meet(one.tiles, [Math.floor(i / cores)]) && meet(one.cores, [i % cores])) lanes[i] = one.value;
    return lanes;
  };
  const pairs = (writes: readonly Write[]): [Write, Write][] =>
    writes.flatMap((a, i) => writes.slice(0, i).map((b): [Write, Write] => [a, b]));
  const isUnclear = ([a, b]: [Write, Write]): boolean =>
    meet(a.tiles, b.tiles) &&
    meet(a.cores, b.cores) &&
    width(a.tiles) === width(b.tiles) &&
    (!sameSet(a.tiles, b.tiles) || width(a.cores) === width(b.cores));
  /** Keys of one file may not be equally wide and overlap, whatever they set. */
  const isUnclearInFile = ([a, b]: [Write, Write]): boolean =>
    sameSet(a.tiles, b.tiles) || (width(a.tiles) === width(b.tiles) && meet(a.tiles, b.tiles));
  const drawn = { crossing: 0, unclear: 0, several: 0 };
  fc.assert(
    fc.property(fc.array(write, { maxLength: 3 }), fc.array(write, { minLength: 1, maxLength: 3 }), (inFile, writes) => {
      const typed = inFile.filter((one, i) => one.tiles !== null && !inFile.slice(0, i).some((other) => isUnclearInFile([one, other])));
      const keys = typed.map((one) => `"${part("tile", one.tiles)}": { "${part("core", one.cores)}": { lanes: ${one.value} } }\n`);
      const grid = parseArch(`version: 1\nnoc: { width: 3, height: 2 }\ntile: { cores: 3 }\n${keys.join("")}`, "g.yaml");
      const before = modelOf(Array(tiles * cores).fill(4), typed);
      expect(grid.experiment.chip.cores.map((core) => core.lanes)).toEqual(before);
      const entries = writes.map((one): [string, Json] => [`${part("tile", one.tiles)}.${part("core", one.cores)}.lanes`, one.value]);
      const orders = [entries, entries.toReversed(), [...entries.slice(1), ...entries.slice(0, 1)]].map((list) => Object.fromEntries(list));
      if (pairs(writes).some(isUnclear)) {
        drawn.unclear++;
        if (Object.keys(orders[0]!).length < writes.length) return; // one path twice
        for (const values of orders) expect(() => patchDocument(grid, values)).toThrow("neither selects fewer");
        return;
      }
      if (writes.length > 1) drawn.several++;
      if (
        typed.some((a) =>
          writes.some((b) => meet(a.tiles, b.tiles) && width(a.tiles) <= width(b.tiles) && !a.tiles!.every((t) => meet(b.tiles, [t]))),
        )
      )
        drawn.crossing++;
      const points = orders.map((values) => patchPoint(grid, values));
      for (const { experiment } of points) expect(experiment.chip.cores.map((core) => core.lanes)).toEqual(modelOf(before, writes));
      expect(new Set(points.map(({ document }) => hashJson(document))).size).toBe(1);
    }),
    { seed: SEED, numRuns: 120 },
  );
  for (const [what, count] of Object.entries(drawn)) expect(count, what).toBeGreaterThan(10);
});

test("plain paths set their leaf and leave the rest untouched", () => {
  const { chip, precision } = patchDocument(parsed, {
    "chip.clock_mhz": 12.5,
    "precision.weight_bits": 5,
    "mapping.max_neurons_per_core": 9,
  });
  expect(chip.technology).toEqual({ ...parsed.experiment.chip.technology, clockMhz: 12.5 });
  expect(precision).toEqual({ ...parsed.experiment.precision, weightBits: 5 });
});

test("the number of cores a tile and the size of the mesh can be points", () => {
  const plain = parseArch("version: 1\n", "p.yaml");
  const { chip } = patchDocument(plain, { "noc.width": 3, "noc.height": 1, "tile.cores": 2 });
  expect(chip.coresPerTile).toEqual([2, 2, 2]);
});

test("equal points have equal documents, whichever order or spelling they came in", () => {
  const a = patchPoint(parsed, { "chip.clock_mhz": 50, "noc.flit_width_bits": 16 });
  const b = patchPoint(parsed, { "noc.flit_width_bits": 16, "chip.clock_mhz": 50 });
  expect(hashJson(a.document)).toBe(hashJson(b.document));
  const spelled = parseArch("version: 1\nnoc: { width: 2 }\n", "x.yaml");
  expect(hashJson(spelled.document)).toBe(hashJson(parseArch("version: 1\n", "y.yaml").document));
});

test("a bad value and a bad path are both reported, by the path and the file", () => {
  const say = (values: { [path: string]: Json }): string => {
    try {
      patchDocument(parsed, values);
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return "";
  };
  expect(say({ "tile.core.lanes": 0 })).toContain("a.yaml: tile.core.lanes: must be at least 1, got 0");
  expect(say({ "noc.withd": 2, "chip.clock_ghz": 1 })).toBe(
    "a.yaml: noc.withd: no such parameter\n    did you mean noc.width?\na.yaml: chip.clock_ghz: no such parameter\n    did you mean clock_mhz? the unit is part of the name",
  );
  expect(say({ "noc.width": 1 })).toContain("tile[2]: selects tile 2, but noc.width x noc.height gives tiles 0..1");
  expect(say({ "tile[1..2].core.lanes": 3, "tile[2..3].core.lanes": 3 })).toContain("overlaps");
  expect(say({ __proto__: 1 } as { [path: string]: Json })).toBe("");
  expect(say({ "constructor.name": 1 })).toContain("no such parameter");
  // searches are told apart by their paths, so none has two spellings
  for (const [path, meant] of [
    ["chip..clock_mhz", "chip.clock_mhz"],
    [".chip.clock_mhz", "chip.clock_mhz"],
    ["chip.clock_mhz.", "chip.clock_mhz"],
    ["tile[0]..core[0].lanes", "tile[0].core[0].lanes"],
    ["precision..layers.a.weight_bits", "precision.layers.a.weight_bits"],
    [".precision.layers.a.weight_bits", "precision.layers.a.weight_bits"],
  ])
    expect(say({ [path]: 4 })).toContain(`${path}: no such parameter\n    did you mean ${meant}?`);
  // but a population's name may have dots
  expect(parsePath("precision.layers.a..b.weight_bits")).toMatchObject({ keys: ["precision", "layers", "a..b", "weight_bits"] });
});

test("what was laid over a document before changes no later point, sound or broken", { tags: ["long"] }, () => {
  const values = fc.record(
    {
      "chip.clock_mhz": fc.constantFrom(50, 100, 200, -1),
      "chip.voltage_v": fc.constantFrom(0.7, 0.8, 0.9, "high"),
      "noc.width": fc.constantFrom(2, 2, 1, 3),
      "tile.core.lanes": fc.constantFrom(2, 4, 0.5),
      "tile[1].core.lanes": fc.constantFrom(8, 16),
      "tile[2].core[1].synapse_memory.word_bits": fc.constantFrom(4, 64),
      "precision.weight_bits": fc.constantFrom(4, 8),
      "noc.widht": fc.constant(2),
    },
    { requiredKeys: [] },
  );
  const told = (document: Json, point: { readonly [path: string]: Json | undefined }): unknown => {
    try {
      return patchPoint({ document, file: "a.yaml" }, point as { readonly [path: string]: Json });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.problems;
    }
  };
  let sound = 0;
  fc.assert(
    fc.property(values, (point) => {
      const fresh = told(structuredClone(parsed.document), point);
      if (!Array.isArray(fresh)) sound++;
      expect(told(parsed.document, point)).toEqual(fresh);
    }),
    { seed: SEED, numRuns: 300 },
  );
  expect(sound).toBeGreaterThan(10);
  expect(sound).toBeLessThan(280);
});

test("points share the values of sections that they leave alone, and of no other", () => {
  const [one, other] = [8, 16].map((clock) => patchDocument(parsed, { "chip.clock_mhz": clock, "tile.core.lanes": clock }));
  const shared = ({ network, workload, precision, mapping, chip }: NonNullable<typeof one>) => [
    network,
    workload,
    precision,
    mapping,
    chip.barrier,
  ];
  for (const [i, value] of shared(one!).entries()) expect(value).toBe(shared(other!)[i]);
  expect([one!.chip.technology.clockMhz, other!.chip.technology.clockMhz]).toEqual([8, 16]);
  const narrow = patchDocument(parsed, { "precision.weight_bits": 3 });
  expect([narrow.precision.weightBits, narrow.precision === one!.precision]).toEqual([3, false]);
});

test("how one input's recordings become steps is set below its name, dots included; what it had of the workload it keeps", () => {
  const text = (inputs: string): string =>
    `version: 1\nnetwork: { model: two.nir, nir: { step_seconds: 1e-3, reset: zero } }\nworkload: { dataset: events, events: { width: 8, steps: 30, crop: { x: 2 } }, inputs: { ${inputs} } }\n`;
  const eyes = parseArch(text("eye: { path: a }, graph.path: { path: b, events: { steps: 5 } }"), "e.yaml");
  const slicesOf = (values: { [path: string]: Json }) => {
    const { inputs } = patchDocument(eyes, values).workload;
    return inputs.map(({ events }) => events && [events.width, events.steps, events.crop.x, events.downsample]);
  };
  const [eye, other] = ["workload.inputs.eye.events", "workload.inputs.graph.path.events"];
  expect(slicesOf({})).toEqual([
    [8, 30, 2, 1],
    [null, 5, 0, 1],
  ]);
  expect(slicesOf({ [`${eye}.steps`]: 10, [`${other}.crop.x`]: 3 })).toEqual([
    [8, 10, 2, 1],
    [null, 5, 3, 1],
  ]);
  // whichever comes first
  const both = { [`${eye}.downsample`]: 2, "workload.events.steps": 20 };
  for (const values of [both, Object.fromEntries(Object.entries(both).reverse())])
    expect(slicesOf(values)).toEqual([
      [8, 20, 2, 2],
      [null, 5, 0, 1],
    ]);
  expect(patchDocument(eyes, { "workload.inputs.graph.path.path": "c" }).workload.inputs[1].path).toBe("c");
  const said = (path: string, value: Json): string => {
    try {
      patchDocument(eyes, { [path]: value });
      return "";
    } catch (error) {
      return (error as InputError).message;
    }
  };
  expect(said(`${eye}.stepz`, 3)).toMatch(/no such parameter.*did you mean workload\.inputs\.eye\.events\.steps/s);
  expect(said("workload.inputs.eye", 3)).toMatch(/is not a single value/);
  expect(said(`${eye}.crop`, 3)).toMatch(/is not a single value.*below a name|is not a single value.*did you mean/s);
  expect(said(`${eye}.steps`, 0)).toMatch(/workload\.inputs\.eye\.events\.steps.*at least 1/s);
  expect(said("workload.inputs.eye.dataset", "spike-file")).toMatch(/^$/);
});
