/** The house holds: which room may import which, no circles, no file too long, effects only at doors. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../base/package-root.js";

const root = packageRoot();
const mayImport: Record<string, readonly string[]> = {
  base: ["base"],
  arch: ["arch", "base"],
  sim: ["sim", "arch", "base"],
  training: ["training", "arch", "base"],
  sweeps: ["sweeps", "sim", "training", "arch", "base"],
  rtl: ["rtl", "sim", "arch", "base"],
  app: ["app", "sweeps", "rtl", "training", "sim", "arch", "base"],
  cli: ["cli", "app", "base"],
};

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

const files = Object.keys(mayImport).flatMap(sourcesBelow);
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** Every module named by an import, export-from or dynamic import, resolved to a file of the house. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["'](\.[^"']+)["']/g;
  for (const match of (text.get(file) ?? "").matchAll(pattern)) {
    const target = relative(root, resolve(root, dirname(file), match[1] ?? "")).replace(/\.js$/, "");
    const hit = [`${target}.ts`, `${target}.tsx`].find((candidate) => text.has(candidate));
    if (hit !== undefined) found.push(hit);
  }
  return found;
}

const room = (file: string): string => file.split("/")[0] ?? "";

/**
 * Rooms of `sim/`, each with the rooms that it may enter. What stands beside them (counters, results, `evaluate`) is
 * their hall: all may read its nouns.
 */
const simRooms: Record<string, readonly string[]> = {
  kernel: [],
  functional: ["kernel"],
  mapping: ["functional"],
  noc: ["kernel"],
  program: ["mapping", "noc"],
  board: ["kernel", "functional", "mapping", "noc", "program"],
  expect: ["mapping", "noc", "program", "board"],
  observe: ["mapping", "noc", "program", "board"],
  nir: ["functional"],
  sanafe: ["kernel", "noc"],
  recorded: ["mapping", "board", "observe", "sanafe"],
};

/** `board` of `sim/board/kernel/core.ts`; null outside the rooms of `sim/`. */
function simRoom(file: string): string | null {
  const [floor, name = ""] = file.split("/");
  return floor === "sim" && name in simRooms ? name : null;
}

const isFrontDoor = (file: string): boolean => file.endsWith("/index.ts") || file.startsWith("sim/kernel/");

test("imports point down: every arrow between rooms is in the table", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !(mayImport[room(file)] ?? []).includes(room(target)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("other rooms are entered by their index only; base and app, whose files are doors of their own, by the file", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => room(target) !== room(file) && !isFrontDoor(target) && !["base", "app"].includes(room(target)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("rooms of sim/ are entered by their front doors, along the arrows of their table; the doors are what its folders are", () => {
  const between = files.flatMap((file) => importsOf(file).map((target) => ({ file, target, from: simRoom(file), to: simRoom(target) })));
  const crossing = between.filter(({ from, to }) => to !== null && from !== to);
  // A kernel is one module: its parts include each other.
  const wrong = crossing
    .filter(({ file, target }) => !(file.endsWith(".as.ts") && target.endsWith(".as.ts")))
    .filter(({ from, to, target }) => !isFrontDoor(target) || (from !== null && !simRooms[from]?.includes(to ?? "")))
    .map(({ file, target }) => `${file} -> ${target}`);
  expect(wrong).toEqual([]);
  const folders = files.flatMap((file) => (file.startsWith("sim/") && file.split("/").length > 2 ? [file.split("/")[1]] : []));
  expect([...new Set(folders)].sort()).toEqual(Object.keys(simRooms).sort());
});

/** Names that are exported though no file imports them, and why. */
const FOR_DECLARATIONS = new Set(["arch/kinds/coupled-kind.ts CoupledKind"]); // the built declarations of each kind name it

test("no name is exported that no other file uses; kernels' are their hosts', the library's are its users', and a default is a program's or a thread's", () => {
  const users = [...files, ...["scripts", "test"].flatMap((folder) => sourcesBelow(folder))];
  const uses = new Map<string, Set<string>>();
  const exported: (readonly [file: string, name: string])[] = [];
  const namesIn = (list: string): string[] => list.split(",").flatMap((part) => /^\s*(?:type )?(\w+)/.exec(part)?.[1] ?? []);
  for (const file of users) {
    const source = text.get(file) ?? readFileSync(join(root, file), "utf8");
    const use = (specifier: string, names: readonly string[]): void => {
      const target = relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, "");
      for (const path of [`${target}.ts`, `${target}.tsx`]) uses.set(path, new Set([...(uses.get(path) ?? []), ...names]));
    };
    for (const [, names = "", specifier = ""] of source.matchAll(/^(?:im|ex)port (?:type )?\{([^}]*)\} from "(\.[^"]*)"/gm))
      use(specifier, namesIn(names));
    for (const [, specifier = ""] of source.matchAll(/^(?:import (?:type )?|export )\*.* from "(\.[^"]*)"/gm)) use(specifier, ["*"]);
    for (const [, specifier = ""] of source.matchAll(/\bimport\("(\.[^"]*)"\)/g)) use(specifier, ["*"]);
    if (!text.has(file)) continue;
    for (const [, name = ""] of source.matchAll(
      /^export (?:abstract |async |declare )*(?:class|const|enum|function\*?|interface|let|type) (\w+)/gm,
    ))
      exported.push([file, name]);
    for (const [, names = ""] of source.matchAll(/^export (?:type )?\{([^}]*)\}/gm))
      for (const part of names.split(","))
        exported.push(
          ...(/(\w+)\s*$/
            .exec(part)
            ?.slice(1)
            .map((name) => [file, name] as const) ?? []),
        );
  }
  const isFree = (file: string): boolean => file === "app/index.ts" || /\.as\.ts$|\/kernels?\//.test(file);
  const unused = exported.filter(([file, name]) => !isFree(file) && !uses.get(file)?.has("*") && !uses.get(file)?.has(name));
  expect(exported.length).toBeGreaterThan(2000);
  expect(unused.map((one) => one.join(" ")).filter((one) => !FOR_DECLARATIONS.has(one))).toEqual([]);
});

test("two files of a room share no name but those of a folder's door and registry", () => {
  const roomOf = (file: string): string => (simRoom(file) === null ? room(file) : `sim/${simRoom(file)}`);
  const seen = new Map<string, string[]>();
  for (const file of files.filter((path) => !/\/(index|registry)\.ts$/.test(path))) {
    const key = `${roomOf(file)}: ${file
      .split("/")
      .at(-1)
      ?.replace(/\.tsx?$/, "")}`;
    seen.set(key, [...(seen.get(key) ?? []), file]);
  }
  expect([...seen.values()].filter((same) => same.length > 1)).toEqual([]);
});

test("of the command line, its entry and its table of commands alone lie outside a folder", () => {
  expect(files.filter((file) => /^cli\/[^/]+$/.test(file))).toEqual(["cli/main.ts", "cli/program.ts"]);
});

test("a part of a recorded chip names no other part: ports are handed in", () => {
  const parts = files.filter((file) => file.startsWith("sim/recorded/parts/"));
  const wrong = parts.flatMap((file) =>
    importsOf(file)
      .filter((target) => room(target) !== "base" && !target.endsWith("/part.ts"))
      .map((target) => `${file} -> ${target}`),
  );
  expect(parts.length).toBeGreaterThan(7);
  expect(wrong).toEqual([]);
});

test("no circle among files", () => {
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      circles.push([...trail.slice(trail.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const target of importsOf(file)) visit(target, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test("no file of the house exceeds 400 lines", () => {
  expect(files.filter((file) => (text.get(file) ?? "").split("\n").length > 401)).toEqual([]);
});

/**
 * Every file outside `cli/` and the folders of `DOOR_FOLDERS` that touches files, processes or the environment, and
 * what for.
 */
const DOORS: Record<string, string> = {
  "app/evaluate-models.ts": "folders of data that are there",
  "app/inputs.ts": "case folders",
  "app/merge.ts": "databases that are there",
  "app/provenance.ts": "the package's version and revision",
  "app/report.ts": "browser builds of Vega",
  "app/rtl.ts": "folders of chips",
  "app/rtl-synthesis.ts": "the folder that a synthesis works in",
  "app/starter.ts": "copies of shipped descriptions",
  "app/study-files.ts": "content of spike files",
  "app/study-parts.ts": "folders of databases",
  "app/swept-files.ts": "data and recorded cases that are there",
  "app/train-chain.ts": "NIR files that are there",
  "app/train.ts": "models and checkpoints that are there",
  "arch/component-tables.ts": "price tables of the package",
  "arch/formats/nir/hdf5.ts": "the size of an HDF5 file",
  "arch/parse.ts": "descriptions and what they extend",
  "arch/shipped.ts": "names of what ships",
  "base/at-end.ts": "signals that end the program",
  "base/follow.ts": "links",
  "base/git-revision.ts": "asks git for the revision of a checkout",
  "base/hdf5-heaps.ts": "HDF5 files",
  "base/hdf5.ts": "HDF5 files",
  "base/kernel-file.ts": "compiled kernels",
  "base/package-root.ts": "where the package lies",
  "base/plugin-file.ts": "plug-ins and what they import",
  "base/process-life.ts": "whether a process lives, by the system",
  "base/read-file.ts": "input files",
  "base/refuse-input.ts": "looks whether an output is an input",
  "base/temporaries.ts": "temporary files of a process that ends",
  "base/thread-worker.ts": "the threads' built files",
  "base/write-file.ts": "output files, whole or not at all",
  "rtl/folder.ts": "the folder of a chip that is written out",
  "rtl/gates/run-tool.ts": "synthesis tools and their logs",
  "rtl/gates/simulate-netlist.ts": "netlists, their simulations and dumps",
  "rtl/gates/synthesise.ts": "what synthesis tools read and leave",
  "rtl/run-bench.ts": "test benches, built and run in the folder of a chip",
  "rtl/tool-process.ts": "starts simulators and synthesis tools",
  "rtl/tools.ts": "simulators and synthesis tools, looked for on use",
  "sim/recorded/conform-folder.ts": "recorded cases",
  "sim/recorded/read-case.ts": "recorded cases",
  "sim/recorded/shipped-chip.ts": "shipped descriptions",
  "training/checkpoint.ts": "checkpoints",
  "training/datasets/cache.ts": "features that were computed before",
  "training/datasets/folders.ts": "folders of data sets",
  "training/datasets/mnist.ts": "data sets",
  "training/datasets/spike-file.ts": "the size of a spike file",
  "training/datasets/tree.ts": "data sets",
};
const DOOR_FOLDERS = /^(cli\/|sweeps\/(store|engine)\/)/;

test("files, processes and the environment are touched at doors only, and each door is named", () => {
  const effects = /["'](node:)?(fs|fs\/promises|child_process|net|http|https|dns)["']|\bprocess\.(env|argv|cwd|exit|kill|on)\b/;
  const touching = files.filter((file) => !DOOR_FOLDERS.test(file) && effects.test(text.get(file) ?? ""));
  expect(touching.sort()).toEqual(Object.keys(DOORS).sort());
});

test("chance is read nowhere, and the clock only where effects live", () => {
  const clocks = /\bDate\.now\b|\bnew Date\(|\bperformance\.now\b|\bprocess\.hrtime\b/;
  expect(files.filter((file) => /\bMath\.random\b/.test(text.get(file) ?? ""))).toEqual([]);
  // This one stops the clock, so that files do not depend on it.
  const asking = files.filter((file) => !DOOR_FOLDERS.test(file) && clocks.test(text.get(file) ?? ""));
  expect(asking).toEqual(["base/hdf5.ts"]);
});

test("functions whose last bits depend on the version of Node are called nowhere, in kernels neither; the linter holds `**` as well", () => {
  const inexact =
    /\bMath\.(pow|exp|expm1|log|log1p|log2|log10|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\b/;
  // The report's page runs in a browser, and draws only.
  const drawing = /^sweeps\/report\/client\//;
  expect(files.filter((file) => !drawing.test(file) && inexact.test(text.get(file) ?? ""))).toEqual([]);
  const { overrides } = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
  expect(overrides).toContainEqual({ includes: ["**", "!test/**"], plugins: ["./scripts/lint/exact-math.grit"] });
});

/** Where no type describes what is there. */
const BORDERS: Record<string, string> = {
  "base/wasm.ts": "WebAssembly, which the type libraries of Node leave out",
  "cli/dashboard/run.ts": "the stream that Ink writes its frames to",
  "training/datasets/shd.ts": "the memory of the HDF5 library",
};

test("a type is overruled only at named borders", () => {
  const overruling = files.filter((file) => /\bas unknown as\b/.test(text.get(file) ?? ""));
  expect(overruling.filter((file) => !(file in BORDERS))).toEqual([]);
});

test("what a network is, is asked of its cell or its kind: a system is compared by name for the paper's baseline alone", () => {
  const asking = files.filter((file) => /\bsystem [!=]== "/.test(text.get(file) ?? ""));
  expect(asking.sort()).toEqual(["training/recipes.ts"]);
});

test("what is done for a board and for a coupled chip is said to ofKind: nothing else asks which one it has", () => {
  const asking = files.filter((file) => /\bisCoupled\b|"(model|noc)" in /.test(text.get(file) ?? ""));
  expect(asking.sort()).toEqual(["arch/kinds/registry.ts"]);
});

test("docs/architecture.md names files that exist, every floor and every room of sim/", () => {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const named = [...page.matchAll(/`([\w./-]+\/[\w.-]+\.(?:tsx?|grit))`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  for (const floor of Object.keys(mayImport)) expect(page, floor).toMatch(new RegExp(`\\b${floor}/`));
  for (const name of Object.keys(simRooms)) if (name !== "kernel") expect(page, name).toMatch(new RegExp(`^${name} -+>`, "m"));
});

test("text leaves through filters only: one file of cli/ writes to stdout and stderr beside the screen, and only filters make filtered text", () => {
  const writers = files.filter((file) => /\bconsole\.|\bprocess\.std(out|err)\.write\b|\.terminal\.write\(/.test(text.get(file) ?? ""));
  // The libraries of HDF5 files and of the queue are silenced by replacing the function.
  expect(writers.sort()).toEqual(["base/hdf5.ts", "cli/dashboard/screen.ts", "cli/output/print.ts", "sweeps/engine/queue-connection.ts"]);
  const casts = files.filter((file) =>
    /\bas (string as )?(readonly |\[)*(Text\b|Filtered|(Csv|Json|Markdown|Markup|Terminal|Tex)Text)/.test(text.get(file) ?? ""),
  );
  expect(casts.filter((file) => !/^base\/escape\/|^cli\/format\/terminal-text\.ts$/.test(file))).toEqual([]);
});

test("a command that a message proposes names files as one word for a shell, blanks and all", () => {
  const naming = files.filter((file) => /snn-dse (?:[a-z]+ )+\$\{(?:shellWord\(|\[)/.test(text.get(file) ?? ""));
  expect(naming.length).toBeGreaterThan(8);
  // text that is joined by a plus sign has no place for a word
  expect(files.filter((file) => /"snn-dse (?:[a-z]+ )+" \+/.test(text.get(file) ?? ""))).toEqual([]);
  expect(files.filter((file) => /snn-dse (?:[a-z]+ )+\$\{(?!shellWord\(|\[)/.test(text.get(file) ?? ""))).toEqual([]);
});
