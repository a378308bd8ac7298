/** Runs the Python program that a page of the documents prints, on folders of memory images and results. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf, encodeModel, type Network } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";

export const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

/**
 * A folder to read, the network whose file the program reads (null: it reads none), and what follows both on the
 * command line.
 */
export interface ProgramCase {
  readonly network: Network | null;
  /** Texts by file name. */
  readonly files: { readonly [name: string]: string };
  readonly words: readonly string[];
}

/** The same network as a file holds it: a layer has all parameters of its cell or none; neutral ones do nothing. */
function fileable(network: Network): Network {
  const layers = network.layers.map((layer) => {
    const neutral = Object.fromEntries(
      cellOf(network.system).perNeuron.map(({ name, kind }) => [name, new Float32Array(layer.neurons).fill(kind === "leak" ? 1 : 0)]),
    );
    return Object.keys(layer.perNeuron).length === 0 ? layer : { ...layer, perNeuron: { ...neutral, ...layer.perNeuron } };
  });
  return { ...network, layers };
}

function spied(program: string, { after, statements }: Spy): string {
  const lines = program.split("\n");
  const at = lines.findIndex((line) => line.trimStart().startsWith(after));
  if (at < 0) throw new Error(`the program has no line ${after}`);
  const indent = /^ */.exec(lines[at + 1])?.[0] ?? "";
  return [...lines.slice(0, at + 1), ...statements.map((statement) => indent + statement), ...lines.slice(at + 1)].join("\n");
}

const DRIVER = `
import json, os, sys
code = compile(open("program.py").read(), "program.py", "exec")
for folder, words in json.load(open("cases.json")):
    os.chdir(folder)
    sys.argv = ["program.py", *words]
    exec(code, {"__name__": "__main__"})
`;

/** Statements that print what a program meets. */
export interface Spy {
  /** Begin of the line that they follow. */
  readonly after: string;
  readonly statements: readonly string[];
}

/** Files that a program reads, and its command line in their folder. */
export interface PrintedCase {
  readonly files: { readonly [name: string]: string | Uint8Array };
  readonly words: readonly string[];
}

/** The same for programs that read a model file and a folder. */
export function programLines(page: string, name: string, cases: readonly ProgramCase[], spies: readonly Spy[] = []): readonly string[] {
  return printedBy(
    page,
    name,
    cases.map(({ network, files, words }) => ({
      files: { ...files, ...(network === null ? {} : { "model.safetensors": encodeModel(fileable(network), null) }) },
      words: ["model.safetensors", ".", ...words],
    })),
    spies,
  );
}

/** The program `name` as `docs/<page>` prints it. */
export function printedProgram(page: string, name: string): string {
  const text = readFileSync(join(packageRoot(), "docs", page), "utf8");
  const [, printed] = new RegExp(`Save as\\s\`${name}\`:\n+\`\`\`python\n(.*?)\`\`\``, "s").exec(text) ?? [];
  if (printed === undefined) throw new Error(`docs/${page} has no ${name}`);
  return printed;
}

/**
 * The lines that the program `name` of `docs/<page>` prints, over all cases, in one process. Throws what it says if it
 * fails.
 */
export function printedBy(page: string, name: string, cases: readonly PrintedCase[], spies: readonly Spy[]): readonly string[] {
  const printed = printedProgram(page, name);
  const home = mkdtempSync(join(tmpdir(), "page-"));
  try {
    writeFileSync(join(home, "program.py"), spies.reduce(spied, printed));
    const folders = cases.map(({ files }, n) => {
      const folder = join(home, String(n));
      mkdirSync(folder);
      for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
      return folder;
    });
    writeFileSync(join(home, "cases.json"), JSON.stringify(cases.map(({ words }, n) => [folders[n], words])));
    const { status, stdout, stderr } = spawnSync("python3", ["-c", DRIVER], { cwd: home, encoding: "utf8", maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd().split("\n");
  } finally {
    rmSync(home, { recursive: true });
  }
}
