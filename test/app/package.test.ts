/**
 * The packed package in a user's empty folder: a project in strict TypeScript compiles and runs, and so does plain
 * JavaScript; and every command line that help, README and documents show can be typed there. `npm run test:long` types
 * the first example of each help, and then all of them.
 */
// @module-tag slow
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { toolProgram } from "../../scripts/lint/tool.mjs";
import { BRIEF } from "../cli/small-sweep.js";
import { typedLines, WALKED_PAGES } from "./documented.js";
import { canPack, installInto } from "./installed.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";
import { undocumented } from "./undocumented.js";
import { stepsOf, unprinted, walk } from "./walk.js";

const root = packageRoot();
const isLong = process.env.SNN_DSE_LONG !== undefined;
const folder = mkdtempSync(join(tmpdir(), "snn-dse-user-"));
beforeAll(() => {
  if (canPack) installInto(folder);
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true }), 120_000);

const DOCUMENT = JSON.stringify(lanesAndClocks("grid", 20));
/** `typed`: the same text as JavaScript without its types. */
const project = (typed: (type: string) => string): string => `
import { writeFileSync } from "node:fs";
import { exportFront, InputError, open, pareto, results, simulate, sweep } from "snn-dse";
const description = open(${DOCUMENT});
const one = await simulate(description, { values: { "tile.core.lanes": 4 } });
const energy${typed(": number | null")} = one.result.metrics.energy_uj_per_inference;
const summary = await sweep(description, { db: "study.db", workers: 1 });
const front = pareto("study.db");
writeFileSync("front.svg", await exportFront(front, "svg"));
let places = 0;
try {
  open({ version: 1, chip: { clock_mhz: "fast" } });
} catch (error) {
  if (error instanceof InputError) places = error.problems.length;
}
console.log(JSON.stringify({ energy, done: summary.done, points: results("study.db").points.length, front: front.rows.length, places }));
`;

const ran = (file: string): unknown => JSON.parse(execFileSync(process.execPath, [...BRIEF, file], { cwd: folder, encoding: "utf8" }));

/** The snippets of docs/library.md, one program. */
const snippets = (): string => {
  const page = readFileSync(join(root, "docs", "library.md"), "utf8");
  const blocks = Array.from(page.matchAll(/```ts\n(.*?)```/gs), ([, block = ""]) => block);
  expect(blocks.length).toBeGreaterThan(4);
  return blocks.join("\n");
};

/** A function around each of the library's: with `declaration`, the compiler must name the type of what it returns. */
const returned = async (): Promise<string> => {
  const library = (await import(join(folder, "node_modules", "snn-dse", "dist", "index.js"))) as { readonly [name: string]: unknown };
  const names = Object.keys(library).filter((name) => typeof library[name] === "function" && /^[a-z]/.test(name));
  expect(names.length).toBeGreaterThan(40);
  const lines = names.map((name) =>
    name === "examples"
      ? "export const its_examples = () => snn.examples();" // a list of read-only rest parameters has no Parameters<>
      : `export const its_${name} = (...given: Parameters<typeof snn.${name}>) => snn.${name}(...given);`,
  );
  return ['import * as snn from "snn-dse";', ...lines].join("\n");
};

test.skipIf(!canPack)(
  "open, simulate, a sweep of 20 points, its front and a figure: in strict TypeScript, and the same in JavaScript; the snippets of docs/library.md; what functions return has a name",
  async () => {
    mkdirSync(join(folder, "node_modules", "@types"));
    for (const name of ["@types/node", "undici-types"]) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    writeFileSync(
      join(folder, "user.ts"),
      project((type) => type),
    );
    writeFileSync(join(folder, "snippets.ts"), snippets());
    writeFileSync(join(folder, "returns.ts"), await returned());
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          target: "ES2022",
          lib: ["ES2022"],
          module: "NodeNext",
          outDir: "out",
          types: ["node"],
          declaration: true,
        },
        include: ["user.ts", "snippets.ts", "returns.ts"],
      }),
    );
    execFileSync(process.execPath, [toolProgram("tsc"), "-p", folder]);
    if (isLong) execFileSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", folder]);
    const answer = ran(join(folder, "out", "user.js"));
    expect(answer).toMatchObject({ done: 20, points: 20, places: 1 });
    expect(readFileSync(join(folder, "front.svg"), "utf8")).toMatch(/^<svg /);
    rmSync(join(folder, "study.db"));
    const said = execFileSync(process.execPath, [...BRIEF, join(folder, "out", "snippets.js")], { cwd: folder, encoding: "utf8" });
    expect(said).toMatch(/chip\.clock_mhz .*\n\d+ points on the front\ndone \d/);
    rmSync(join(folder, "study.db"));
    // what was run is the same in JavaScript: the compiler took its type away, and nothing else
    const dense = (text: string): string => text.replace(/\s/g, "");
    expect(dense(readFileSync(join(folder, "out", "user.js"), "utf8"))).toBe(dense(project(() => "")));
  },
  300_000,
);

test.skipIf(!canPack)("every exported name of the library, and every member of its types, has a docstring", () => {
  const bundle = readFileSync(join(folder, "node_modules", "snn-dse", "dist", "index.d.ts"), "utf8");
  const plain = bundle.replace("  /** null: no search. */\n", "");
  expect(plain).not.toBe(bundle);
  expect(undocumented(plain)).toHaveLength(1);
  expect(undocumented(bundle)).toEqual([]);
});

const hasPython = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;

test.skipIf(!canPack || !hasPython)(
  "Python: the installed client finds its program, sweeps and reads the front; needs python3",
  {
    tags: ["long"],
  },
  () => {
    const code = `
from snn_dse import Study, pareto
with Study("edge", db="python.db", budget=3, workers=1) as study:
    print(len(study.sweep().results("records")), len(pareto("python.db", "records")) > 0)
`;
    const bin = join(folder, "node_modules", ".bin", "snn-dse");
    const client = execFileSync(bin, ["python", "--folder"], { encoding: "utf8" }).trim();
    expect(client).toBe(join(realpathSync(folder), "node_modules", "snn-dse", "app", "python"));
    const env = { ...process.env, PYTHONPATH: client, PYTHONDONTWRITEBYTECODE: "1" };
    expect(execFileSync("python3", ["-c", code], { cwd: folder, env, encoding: "utf8" })).toBe("3 True\n");
  },
);

const SCIENTIFIC = ["python3", "/usr/bin/python3"].find((python) => spawnSync(python, ["-c", "import h5py, numpy"]).status === 0);

/** Walks a page in an empty folder of the installed package. `typed`: what is typed in place of a line. */
function walked(page: string, typed: (line: string) => string | null) {
  const home = mkdtempSync(join(folder, "walk-"));
  symlinkSync(join(folder, "node_modules"), join(home, "node_modules"));
  const programs = join(home, "programs");
  mkdirSync(programs);
  if (SCIENTIFIC !== undefined) writeFileSync(join(programs, "python3"), `#!/bin/sh\nexec ${SCIENTIFIC} "$@"\n`, { mode: 0o755 });
  const bin = join(folder, "node_modules", ".bin");
  const steps = stepsOf(readFileSync(join(root, "docs", page), "utf8"));
  return { home, walked: walk(steps, { folder: home, programs: [programs, bin], typed }) };
}

test.skipIf(!canPack || SCIENTIFIC === undefined)(
  "the tutorial, in short: its files, its network, its chip, its search and its figure; needs python3 with h5py and numpy",
  { tags: ["long"], timeout: 300_000 },
  () => {
    const short = (line: string): string | null =>
      /^snn-dse (?:check|doctor|sim|quantise|report|reproduce|export)|--confidence|--top 8/.test(line)
        ? null
        : line.startsWith("snn-dse sweep ")
          ? `${line} --budget 6 --workers 1`
          : line;
    const { home, walked: steps } = walked("tutorial.md", short);
    expect(steps.filter(({ step }) => step.kind === "save").length).toBe(4);
    expect(steps[2].said).toBe("events.npy: 200 samples, 20 steps, 512 inputs\n\n");
    expect(readFileSync(join(home, "front.pdf"), "latin1")).toMatch(/^%PDF/);
    expect(readFileSync(join(home, "front.tex"), "utf8")).toContain("\\toprule");
  },
);

test.skipIf(!canPack || SCIENTIFIC === undefined)(
  "quick start and tutorial, every line as it is written, print what the pages show",
  { tags: ["long"], timeout: 600_000 },
  () => {
    for (const page of WALKED_PAGES) {
      const { walked: steps } = walked(page, (line) => line);
      const wrong = steps.flatMap(({ step, said }) => (step.kind === "type" ? unprinted(step.shown, said) : []));
      expect(wrong, page).toEqual([]);
      expect(steps.length, page).toBeGreaterThan(4);
    }
  },
);

const hasLatex = spawnSync("kpsewhich", ["IEEEtran.cls", "siunitx.sty"], { encoding: "utf8" }).stdout?.trim().split("\n").length === 2;

test.skipIf(!canPack || !hasLatex)(
  "docs/paper: one command makes a draft of two pages, with fonts embedded and no complaint of LaTeX; needs pdflatex, IEEEtran, siunitx",
  { tags: ["long"], timeout: 300_000 },
  () => {
    const home = mkdtempSync(join(folder, "paper-"));
    const env = { ...process.env, PATH: `${join(folder, "node_modules", ".bin")}:${process.env.PATH}`, BUDGET: "40" };
    const make = `cp -r "${join(folder, "node_modules/snn-dse/docs/paper")}" draft && sh draft/make.sh && pdffonts draft/paper.pdf`;
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", make], { cwd: home, env, encoding: "utf8" });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const fonts = stdout.split("\n").filter((line) => / (yes|no) (yes|no) (yes|no) /.test(line));
    expect(fonts.length).toBeGreaterThan(6);
    expect(fonts.filter((line) => !/ yes (yes|no) (yes|no) /.test(line))).toEqual([]);
    const log = readFileSync(join(home, "draft", "pdflatex.log"), "utf8");
    expect(log).toMatch(/Output written on paper.pdf \(2 pages/);
    expect(log).not.toMatch(/Overfull|Warning: (?!Font)/);
  },
);

/**
 * Files that a reader has already made: databases of the sweeps in the text, and, for the long run, the user's own
 * files.
 */
const MACROS = [1024, 2048, 4096, 8192].flatMap((words) =>
  [32, 64].map((bits) => `${words},${bits},1rw,22,tt,0.8,${(bits * words) / 5},${bits / 20},${bits / 18},${(bits * words) / 20_000},1`),
);
const madeBefore = (points: number): string => `
printf '%s\\n' words,bits,ports,technology_nm,corner,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns ${MACROS.join(" ")} >my-macros.csv
cp "${join(root, "test/arch/formats/lava/spikes.net")}" network.net
snn-dse sweep edge --no-tui --budget ${points}
for name in random nsga2 night1 night2; do cp edge.db $name.db; done
`;
const MADE_FOR_ALL = `
snn-dse init
snn-dse sweep input-queues --no-tui --budget 2
snn-dse init --example edge && mv edge.yaml edge-45nm.yaml
snn-dse init --example mnist-rows-alif && mv mnist-rows-alif.yaml my.yaml
printf 'synapse_memory_read_pj: {value: 3.1, source: my macro}\\n' > my-macros.yaml
cp my-macros.yaml prices.yaml
`;

/** Command lines that cannot run in an empty folder, with the reason. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/--redis|bullmq|^openssl|^snn-dse worker/, "needs a server and a key"],
  [/fsdd|TIMIT|timit|free-spoken-digit|\.npy|recording/, "needs recordings that are not ours to ship"],
  [/braille|rockpool|sinabs|norse/, "needs networks of other tools"],
  [/^snn-dse rtl .*--(run|synth|liberty)/, "needs a simulator or a synthesis of SystemVerilog; test/rtl runs them"],
  [/halton|--plugin \.\//, "needs the plug-in that its page tells to write"],
  [/--backend tensorflow/, "needs the optional native back end"],
  [/\| source$/, "needs the shell fish"],
  [/\bwhole\.db\b/, "needs the parts of a search; test/sweeps/samplers/shard.test.ts joins some"],
];
/**
 * Short runs: what is appended to a command line, where the last option of a name holds; a path that the line sets
 * itself is not set again. What is endless is stopped after some seconds, as by Ctrl-C.
 */
const SHORT: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^snn-dse sweep /, ["--budget 2", "--workers 1", "--no-tui"]],
  [/^snn-dse sim /, ["--set workload.samples=50", "--set workload.timing_samples=1"]],
  [/^snn-dse quantise /, ["--samples 20"]],
  [/^snn-dse noc /, ["--warmup 100", "--measure 300", "--replications 1"]],
];
/** Command lines that run long, or until they are stopped. */
const ENDLESS = /^snn-dse (train |report .*--live)/;
const INTERRUPTED = 130;

function shortened(line: string): string {
  const [, appended = []] = SHORT.find(([command]) => command.test(line)) ?? [];
  const options = appended.filter((option) => !option.startsWith("--set ") || !line.includes(option.split("=")[0])).join(" ");
  const [, command = "", rest = ""] = /^([^|>]*?)( [|>] ?.*)?$/.exec(line) ?? [];
  const whole = `${command} ${options}${rest}`;
  return ENDLESS.test(line) ? `timeout --preserve-status -s INT 6 ${whole}` : whole;
}

/** Only in the long run: they take a second or more, or need many points. */
const SLOW = /^snn-dse (coupled|conform|doctor|evaluate|published|quantise|reprice|reproduce|rtl|show|table|train)\b/;

const lines = (await typedLines({ all: isLong })).filter(({ line }) => isLong || !SLOW.test(line));
const left = lines.filter(({ line }) => LEFT_OUT.some(([pattern]) => pattern.test(line)));
const typed = lines.filter((one) => !left.includes(one));

test.skipIf(!canPack)(
  `what is shown can be typed in an empty folder: ${typed.length} command lines, ${left.length} left out by name`,
  { tags: ["long"], timeout: isLong ? 7_200_000 : 600_000 },
  () => {
    const env = { ...process.env, PATH: `${join(folder, "node_modules", ".bin")}:${process.env.PATH}`, NO_COLOR: "1" };
    const emptyFolder = (): string => mkdtempSync(join(folder, "empty-"));
    const home = emptyFolder();
    const type = (text: string, cwd = home) =>
      spawnSync("bash", ["-e", "-o", "pipefail", "-c", text], {
        ...{ cwd, env, encoding: "utf8", timeout: 600_000 },
        stdio: ["ignore", "ignore", "pipe"], // all points of a study are more than a buffer holds
      });
    const made = type(isLong ? madeBefore(300) + MADE_FOR_ALL : madeBefore(12));
    expect(made).toMatchObject({ status: 0, stderr: "" });
    const wrong = typed.flatMap(({ place, line }) => {
      const startMs = performance.now();
      const { status, stderr } = type(shortened(line), line.startsWith("snn-dse init") ? emptyFolder() : home);
      // at once, past the runner, who prints when the test has ended
      if (isLong) writeSync(2, `${((performance.now() - startMs) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
      const isFine = status === 0 || (status === INTERRUPTED && ENDLESS.test(line));
      return isFine ? [] : [`${place}: ${line}: exit ${status}: ${stderr.slice(0, 300)}`];
    });
    expect(wrong).toEqual([]);
    expect(typed.length).toBeGreaterThan(isLong ? 80 : 15);
  },
);

test("every reason to leave out a command line applies to a line", async () => {
  const all = await typedLines({ all: true });
  for (const [pattern, reason] of LEFT_OUT)
    expect(
      all.some(({ line }) => pattern.test(line)),
      reason,
    ).toBe(true);
});

test.skipIf(!canPack)("every package that the built program imports is installed with it", () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const installed = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
  const files = readdirSync(join(root, "dist")).filter((name) => name.endsWith(".js"));
  const named = files.flatMap((name) =>
    [
      ...readFileSync(join(root, "dist", name), "utf8").matchAll(
        /(?:^import .*?|^export .*?from |\bimport\(|^import )"((?:@[\w-]+\/)?[a-z][\w.-]*)[^":]*"/gm,
      ),
    ].map(([, found]) => found),
  );
  expect(new Set(named)).toContain("better-sqlite3");
  expect([...new Set(named)].filter((name) => !installed.has(name))).toEqual([]);
});
