/** A key of an extended file can be taken away by the extending one, as the fix of a message says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { parseArch, readArch, readDescription } from "../../arch/index.js";
import { patchDescription, patchPoint } from "../../arch/patch.js";
import type { Problem } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { problemsOf } from "./problems.js";

const folder = mkdtempSync(join(tmpdir(), "left-out-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Document = { readonly [key: string]: Json };
const CSV = `words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns
8192,64,1rw,28,0.92,80000,2,3,4,0.5
8192,64,1r1w,28,0.92,120000,2,3,4,0.5
`;
const PRICES = { macros: { mine: { csv: CSV } } };
const HEAD = { version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-rec-v2.safetensors" } };
const CORE = (core: Document): Document => ({ prices: PRICES, tile: { core } });
const DEVICE = { chip: { fpga: "ecp5-85" } };
/** Every memory that can be built of macros. */
const MEMORIES: { readonly [path: string]: Document } = {
  "tile.core.synapse_memory.macros": CORE({ synapse_memory: { macros: "mine" } }),
  "tile.core.state_memory.macros": CORE({ state_memory: { macros: "mine" } }),
  "tile.core.axon_table.macros": CORE({ axon_table: { entries: 64, macros: "mine" } }),
  "tile.core.route_table.macros": CORE({ route_table: { entries: 64, macros: "mine" } }),
  "tile.core.input_queue.macros": CORE({ input_queue: { macros: "mine", word_bits: 40 } }),
  "tile.core.output_queue.macros": CORE({ output_queue: { macros: "mine", word_bits: 40 } }),
  "tile.core.parameter_memory.macros": CORE({ parameter_memory: { macros: "mine", word_bits: 128 } }),
};
const FRAMES = { inputs: { frame_buffer: { entries: 784, macros: "mine", word_bits: 16 } }, prices: PRICES };

let count = 0;
/** Writes a file and one that extends it; the path of the latter. */
function extending(base: Document, more: Document): string {
  count++;
  writeFileSync(join(folder, `base${count}.yaml`), JSON.stringify({ ...HEAD, ...base }));
  const file = join(folder, `over${count}.yaml`);
  writeFileSync(file, JSON.stringify({ version: 1, extends: `base${count}.yaml`, ...more }));
  return file;
}
/** `more` with the value null at a path. */
function withNull(more: Document, [key, ...rest]: readonly string[]): Document {
  return { ...more, [key]: rest.length === 0 ? null : withNull((more[key] ?? {}) as Document, rest) };
}

test.each([
  ...Object.entries(MEMORIES).map(([path, base]) => [path, base, DEVICE] as const),
  [
    "network.nir.reset",
    { network: { model: "net.nir", nir: { reset: "zero", step_seconds: 1e-3 } } },
    { network: { model: "mnist-rows-lif" } },
  ],
  [
    "workload.labels",
    { workload: { dataset: "spike-file", path: "s.csv", labels: "l.csv" } },
    { workload: { dataset: "mnist-rows", path: null } },
  ],
  [
    "workload.events",
    { workload: { dataset: "events", path: "x", events: { width: 2 } } },
    { workload: { dataset: "mnist-rows", path: null } },
  ],
  ["inputs.frame_buffer", { inputs: { frame_buffer: { entries: 784 } } }, DEVICE],
  ["inputs.frame_buffer", { inputs: { frame_buffer: { entries: 784 } } }, { inputs: { at: "port" } }],
  ["chip.corner", { chip: { corner: "slow" } }, DEVICE],
  ["noc.tree", { noc: { topology: "fractal-tree", tree: { arity: 2, levels: 1 }, width: 2, height: 2 } }, { noc: { topology: "mesh" } }],
  ["noc.dies", { noc: { dies: { columns: 2 } } }, DEVICE],
  ["noc.dies", { noc: { dies: { columns: 2 } } }, { noc: { topology: "crossbar" } }],
] as readonly (readonly [string, Document, Document])[])(
  "%s of an extended file: what the message says to write is accepted, and leaves the key out",
  (path, base, more) => {
    const [problem] = problemsOf(() => readArch(extending(base, more))).filter((one) => one.path === path);
    expect(problem?.fix).toMatch(/leave (it|one of them) out/);
    const keys = path.split(".");
    const typed = /\(in the file that extends it: (.*)\)$/.exec(problem?.fix ?? "")?.[1];
    if (path.startsWith("tile")) expect(problem?.fix).toContain("macros: null");
    else expect(parse(typed ?? "")).toEqual(withNull({}, keys));
    const left = problemsOf(() => readArch(extending(base, withNull(more, keys))));
    expect(left.filter((one) => one.path === path || path.startsWith(`${one.path}.`))).toEqual([]);
  },
);

const SYNTHETIC = { synthetic: { seed: 1, events: 40, density: 0.3, gap_cycles: 300 }, limit_cycles: 2000 };
/** Writes a description of a coupled chip and one that extends it. */
function coupled(base: Document, more: Document): string {
  const file = extending({}, more);
  writeFileSync(join(folder, `base${count}.yaml`), JSON.stringify({ version: 1, extends: "odin", loop: "open", ...base }));
  return file;
}

test("null takes away the keys of an extended coupled chip that may be left out, as the message and the page say, and no other", () => {
  const [recorded, drawn] = [{ workload: { case: "foo" } }, { workload: SYNTHETIC }];
  const want = JSON.stringify(readDescription(coupled({}, drawn)).experiment);
  const [problem] = problemsOf(() => readDescription(coupled(recorded, drawn)));
  expect(problem.path).toBe("workload.case");
  expect(problem.fix).toBe("leave one of them out (in the file that extends it: workload: { case: null })");
  expect(JSON.stringify(readDescription(coupled(recorded, withNull(drawn, ["workload", "case"]))).experiment)).toBe(want);
  const other = { workload: { case: "foo", synthetic: null, limit_cycles: null } };
  expect(problemsOf(() => readDescription(coupled(drawn, other)))).toEqual([]);
  // by path
  const set = (base: Document, values: Document): readonly Problem[] =>
    problemsOf(() => patchDescription(readDescription(coupled(base, {})), values));
  expect(set(recorded, { "workload.case": null, "workload.limit_cycles": 2000 })).toEqual([]);
  // what must stand, and a case and a synthetic workload of one file
  expect(problemsOf(() => readDescription(coupled({}, { power: { leakage_uw: null } })))).toHaveLength(1);
  expect(problemsOf(() => readDescription(coupled({}, { power: null })))).toEqual([]);
  const [both] = problemsOf(() => readDescription(coupled({}, { workload: { case: "foo", ...SYNTHETIC } })));
  expect([both.path, both.fix]).toEqual(["workload.synthetic", "leave one of them out"]);
  const page = readFileSync("docs/description.md", "utf8").replaceAll(/\s+/g, " ");
  expect(page).toContain("On a coupled chip it takes away `workload.case` and `workload.synthetic`, and `power: null` is");
});

test("the page lists the sections that null takes away, and null is refused for every other", () => {
  const page = readFileSync("docs/description.md", "utf8").replaceAll(/\s+/g, " ");
  const listed = /and these sections: (.*?)\. Other sections/.exec(page)?.[1].replaceAll("`", "").split(", ") ?? [];
  const paths = [
    ...page.matchAll(/\| `((?:chip|noc|barrier|tick|spill|inputs|training|network|workload|precision|mapping|tile)\.[\w.]+)` \|/g),
  ];
  const sections = new Set(
    paths.map(([, path]) => path.split(".")).flatMap((keys) => keys.slice(1).map((_, i) => keys.slice(0, i + 1).join("."))),
  );
  expect(listed.filter((path) => !sections.has(path))).toEqual([]);
  let refused = 0;
  for (const path of sections) {
    const keys = path.split(".");
    // the extended file has the section, so that there is something to take away
    const base = withNull({}, [...keys, "unknown_key"]);
    const isRefused = problemsOf(() => readArch(extending(base, withNull({}, keys)))).some((problem) => problem.path.startsWith(path));
    expect(isRefused, path).toBe(!listed.includes(path));
    refused += isRefused ? 1 : 0;
  }
  expect(refused).toBeGreaterThan(10);
});

test("macros: null builds each memory as if none were named, in an extending file and by path", () => {
  for (const [path, base] of [...Object.entries(MEMORIES), ["inputs.frame_buffer.macros", FRAMES] as const]) {
    const keys = path.split(".");
    const plain = JSON.parse(JSON.stringify(base)) as { [key: string]: never };
    const owner = keys.slice(0, -1).reduce<{ [key: string]: never }>((node, key) => node[key], plain);
    for (const key of ["macros", "word_bits"]) delete owner[key];
    const want = JSON.stringify(readArch(extending(plain, {})).experiment);
    expect(JSON.stringify(readArch(extending(base, {})).experiment), path).not.toBe(want);
    expect(JSON.stringify(readArch(extending(base, withNull({}, keys))).experiment), path).toBe(want);
    expect(JSON.stringify(patchPoint(readArch(extending(base, {})), { [path]: null }).experiment), path).toBe(want);
  }
});

test("null by path leaves out a key of the root that may be left out; anywhere else it stays a mistake", () => {
  const cornered = readArch(extending({ chip: { corner: "slow" } }, {}));
  expect(problemsOf(() => patchPoint(cornered, { "chip.fpga": "ecp5-85" })).map(({ path }) => path)).toEqual(["chip.corner"]);
  expect(problemsOf(() => patchPoint(cornered, { "chip.fpga": "ecp5-85", "chip.corner": null }))).toEqual([]);
  // nothing to take away, and no key that can be left out
  for (const more of [{ chip: { corner: null } }, { chip: { clock_mhz: null } }])
    expect(problemsOf(() => parseArch(JSON.stringify({ ...HEAD, ...more }), "a.yaml"))).toHaveLength(1);
  expect(problemsOf(() => readArch(extending({ chip: { clock_mhz: 50 } }, { chip: { clock_mhz: null } })))).toHaveLength(1);
});
