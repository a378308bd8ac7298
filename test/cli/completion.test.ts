/** Completion of command lines: what the program answers, and that shells take it. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examples, type ShippedKind } from "../../app/examples.js";
import { completionOf } from "../../cli/completion/complete.js";
import { METRICS } from "../../sim/index.js";
import { runHere } from "./in-process.js";
import { isBuilt, program } from "./small-sweep.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "completion-"));
  mkdirSync(join(folder, "bin"));
  symlinkSync(program, join(folder, "bin", "snn-dse"));
  for (const name of ["edge.db", "edo.yaml", "a b.yaml"]) writeFileSync(join(folder, name), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Words of the program's answer, without what they mean. */
async function answers(line: string): Promise<readonly string[]> {
  const { code, out } = await runHere(folder, "completion", "fish", "--", line);
  expect(code).toBe(0);
  return out
    .trimEnd()
    .split("\n")
    .map((answer) => answer.split("  ")[0]);
}

test("commands, those below them, and the commands of help", async () => {
  expect(await answers("snn-dse s")).toEqual(["sim", "sweep", "show", "serve"]);
  expect(await answers("snn-dse import ")).toEqual(expect.arrayContaining(["nir", "lava", "sanafe"]));
  expect(await answers("snn-dse help swe")).toEqual(["sweep"]);
  expect(await answers("snn-dse nonsense swe")).toEqual([""]);
});

test("formats and metrics where an option takes them, also behind a comma; no files", async () => {
  expect(await answers("snn-dse pareto e.db --format p")).toEqual(["parquet", "pgfplots", "png", "pdf"]);
  expect(await answers("snn-dse export points e.db --format ")).toEqual(["csv", "json", "parquet"]);
  expect(await answers("snn-dse pareto e.db --by latency_u")).toEqual(["latency_us"]);
  expect(await answers("snn-dse show e.db k")).toEqual(["knee"]);
  expect(await answers("snn-dse rtl e.db latency_u")).toEqual(["latency_us"]);
  expect(await answers("snn-dse report e.db --run are")).toEqual(["area_mm2"]);
  expect(await answers("snn-dse pareto e.db --objectives area_mm2,latency_u")).toEqual(["area_mm2,latency_us"]);
});

test("options by their beginning, and the words that they take, beside them or after a sign", async () => {
  expect(await answers("snn-dse sweep edge --re")).toEqual(expect.arrayContaining(["--resume", "--retries", "--rerun"]));
  expect(await answers("snn-dse sweep edge --engine ")).toEqual(["local", "bullmq"]);
  expect(await answers("snn-dse sweep edge --engine=b")).toEqual(["--engine=bullmq"]);
  expect(await answers("snn-dse pareto e.db --confidence --ex")).toEqual(["--explain"]);
  expect(await answers("snn-dse pareto e.db --confidence --explain --j")).toEqual(["--json"]);
  expect(await answers("snn-dse pareto e.db --confidence 500 --ex")).toEqual(["--explain"]);
  expect(await answers("snn-dse pareto --confidence --explain ")).toEqual([":files"]);
  expect(await answers("snn-dse sweep --engine local ed")).toEqual(["edge", "edge-core", ":files"]);
});

test("shipped names of the kind that stands there, and files", async () => {
  const names = (...kinds: readonly ShippedKind[]): string[] => examples(...kinds).map(({ name }) => name);
  expect(await answers("snn-dse check ")).toEqual([...names("example", "chip"), ":files"]);
  expect(await answers("snn-dse train ")).toEqual([...names("config"), ":files"]);
  expect(await answers("snn-dse train mnist-rows-lif ")).toEqual([...names("config"), ":files"]);
  expect(await answers("snn-dse coupled o")).toEqual(["odin", ":files"]);
  expect(await answers("snn-dse show ")).toEqual([":files"]);
  expect(await answers("snn-dse show x.db ")).toEqual(["knee", ...Object.keys(METRICS)]);
});

test("words with quoted blanks count as the shell counts them, also the one that is being typed", async () => {
  for (const file of ["a\\ b/e.db", '"a b/e.db"', "'a b/e.db'", "a' 'b/e.db", '"a \\"b.db"', "'a \"b.db'"])
    expect(await answers(`snn-dse sweep ${file} --engine=b`), file).toEqual(["--engine=bullmq"]);
  expect(await answers("snn-dse help 'x y' ")).toEqual([""]);
  for (const typed of ["my\\ f", '"a b/', "'a b/", "my\\", 'a"b c\\'])
    for (const before of ["pareto", "pareto -o x\\ y.csv"]) expect(await answers(`snn-dse ${before} ${typed}`), typed).toEqual([":files"]);
  // the names of points have no files behind them: a name with a blank is one argument, and no more may follow
  expect(await answers("snn-dse pareto 'my dir/e.db' x")).toEqual(await answers("snn-dse pareto e.db x"));
  expect(await answers("snn-dse sim 'z w.yaml' ")).toEqual(await answers("snn-dse sim z.yaml "));
});

test("paths of --set, with the sign that follows, and the words of a value", async () => {
  expect(await answers("snn-dse sim edge --set chip.clock")).toEqual(["chip.clock_mhz="]);
  expect(await answers("snn-dse sim edge --set tile.core.synapse_memory.word")).toEqual(["tile.core.synapse_memory.word_bits="]);
  expect(await answers("snn-dse sim edge --set mapping.strategy=s")).toEqual(["mapping.strategy=sequential"]);
  expect(await answers("snn-dse sim edge --set=mapping.strategy=l")).toEqual(["--set=mapping.strategy=layer-per-core"]);
  expect(await answers("snn-dse sim edge --set chip.clock_mhz=")).toEqual([""]);
  expect(await answers("snn-dse coupled odin --set chip.")).toEqual([""]);
});

test("as JSON, with what each word means, for editors", async () => {
  const { out } = await runHere(folder, "completion", "bash", "--json", "--", "snn-dse swe");
  expect(JSON.parse(out)).toEqual({ candidates: [{ word: "sweep", about: expect.stringContaining("search") }], files: false });
});

test("every argument and option that takes a shipped name offers some", async () => {
  const { registerAll } = await import("../../cli/program.js");
  const all = new Command("snn-dse");
  registerAll(all);
  const asked: string[] = [];
  const values = {
    shipped: async (...kinds: readonly string[]) => kinds.map((word) => ({ word, about: "" })),
    settable: async () => [],
    names: async () => [],
  };
  const visit = async (command: Command, line: string): Promise<void> => {
    for (const [i, argument] of command.registeredArguments.entries()) {
      if (!/shipped/.test(argument.description)) continue;
      asked.push(`${line} ${argument.name()}`);
      expect((await completionOf(all, `${line} ${"x ".repeat(i)}`, values)).candidates, asked.at(-1)).not.toEqual([]);
    }
    for (const option of command.options) {
      if (!/shipped (one|chip|example)/.test(option.description)) continue;
      asked.push(`${line} ${option.long}`);
      expect((await completionOf(all, `${line} ${option.long} `, values)).candidates, asked.at(-1)).not.toEqual([]);
    }
    for (const below of command.commands) await visit(below, `${line} ${below.name()}`);
  };
  await visit(all, "snn-dse");
  expect(asked.length).toBeGreaterThan(12);
});

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` });
const has = (shell: string): boolean => isBuilt && spawnSync(shell, shell === "script" ? ["--version"] : ["-c", "true"]).status === 0;
function shellSays(shell: string, script: string): readonly string[] {
  chmodSync(program, 0o755);
  const { stdout, stderr } = spawnSync(shell, ["-c", script], { cwd: folder, env: environment(), encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trimEnd().split("\n");
}

test.skipIf(!has("bash"))("bash takes them: shipped names and files, a value after its sign, names with blanks whole", () => {
  const ask = (line: string): string => `COMP_LINE='${line}'; COMP_POINT=${line.length}; _snn_dse; (IFS='|'; echo "\${COMPREPLY[*]}")`;
  const lines = ["snn-dse sweep ed", "snn-dse sim edge --set mapping.strategy=s", "snn-dse show a"];
  const answers = shellSays("bash", ["source <(snn-dse completion bash)", ...lines.map(ask)].join("\n"));
  // bash sorts what it shows; files come in the order of the folder
  expect(answers.map((answer) => answer.split("|").sort())).toEqual([
    ["edge", "edge-core", "edge.db", "edo.yaml"],
    ["sequential"],
    ["a b.yaml"],
  ]);
});

test.skipIf(!has("bash") || !has("script"))(
  "bash completes a name with blanks, quoted or not, and never puts another file in its place",
  { tags: ["long"] },
  () => {
    const typed = ["my\\ fi", '"my fi', "my", "my\\ folder/in", "'my folder/in", "other\\ ", "-o my\\ fi"];
    mkdirSync(join(folder, "names", "my folder"), { recursive: true });
    for (const name of ["my file.yaml", "my folder/inner.yaml", "file-other.yaml", "inner-other.yaml"])
      writeFileSync(join(folder, "names", name), "");
    const keys = [
      "source <(command snn-dse completion bash)",
      'snn-dse() { if [[ $1 == completion ]]; then command snn-dse "$@"; else printf "<%s>" said "$@"; echo; fi; }',
    ];
    // a tab completes and closes a quote, and the command prints its words
    const input = [...keys, ...typed.map((word) => `snn-dse show ${word}\t`), "exit", ""].join("\n");
    const { stdout } = spawnSync("script", ["-qec", "bash --norc --noprofile -i", "/dev/null"], {
      ...{
        cwd: join(folder, "names"),
        env: { ...environment(), INPUTRC: "/dev/null", TERM: "dumb" },
        input,
        encoding: "utf8",
        timeout: 60_000,
      },
    });
    const said = stdout.split(/\r?\n/).filter((line) => line.startsWith("<said>"));
    const words = ["my file.yaml", "my file.yaml", "my f", "my folder/inner.yaml", "my folder/inner.yaml", "other ", "-o><my file.yaml"];
    expect(said).toEqual(words.map((word) => `<said><show><${word}>`));
  },
);

test.skipIf(!has("bash") || !has("script"))(
  "bash completes names with a colon, also after an option's sign, where a colon breaks words or not",
  { tags: ["long"] },
  () => {
    const typed = ["a:", "--out=a:b", "p:q/in"];
    mkdirSync(join(folder, "colons", "p:q"), { recursive: true });
    for (const name of ["a:b.db", "b.db", "p:q/inner.db"]) writeFileSync(join(folder, "colons", name), "");
    const keys = [
      "source <(command snn-dse completion bash)",
      'snn-dse() { if [[ $1 == completion ]]; then command snn-dse "$@"; else printf "<%s>" said "$@"; echo; fi; }',
    ];
    const lines = typed.map((word) => `snn-dse pareto ${word}\t`);
    const input = [...keys, ...lines, "COMP_WORDBREAKS='= '", ...lines, "exit", ""].join("\n");
    const { stdout } = spawnSync("script", ["-qec", "bash --norc --noprofile -i", "/dev/null"], {
      ...{
        cwd: join(folder, "colons"),
        env: { ...environment(), INPUTRC: "/dev/null", TERM: "dumb" },
        input,
        encoding: "utf8",
        timeout: 60_000,
      },
    });
    const said = stdout.split(/\r?\n/).filter((line) => line.startsWith("<said>"));
    const words = ["a:b.db", "--out=a:b.db", "p:q/inner.db"];
    expect(said).toEqual([...words, ...words].map((word) => `<said><pareto><${word}>`));
  },
);

test.skipIf(!has("fish"))("fish takes them, with what they mean", { tags: ["long"] }, () => {
  const said = shellSays(
    "fish",
    "snn-dse completion fish | source; complete -C 'snn-dse swe'; complete -C 'snn-dse sim edge --set mapping.strategy=s'; complete -C 'snn-dse show a\\\\ b'",
  );
  expect(said[0]).toMatch(/^sweep\tsearch the design space/);
  expect(said.slice(1)).toEqual(["mapping.strategy=sequential", "a b.yaml"]);
});

test.skipIf(!has("zsh"))("zsh reads its script without complaint", { tags: ["long"] }, () => {
  expect(shellSays("zsh", "autoload -Uz compinit; compinit -u -D; source <(snn-dse completion zsh); echo $_comps[snn-dse]")).toEqual([
    "_snn_dse",
  ]);
});
