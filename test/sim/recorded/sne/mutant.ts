/** The SNE slice with one rule replaced in its source: a wrong model. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { packageRoot } from "../../../../base/package-root.js";
import type { runSne, SneRun } from "../../../../sim/recorded/sne/slice.js";
import type { RandomStream } from "./random-stream.js";

/** A rule, and its replacement. */
export interface Fault {
  /** Section of the specification. */
  readonly section: number;
  readonly title: string;
  /** File below `sim/recorded`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Why no run distinguishes it from the rule; null: a random stream does. */
  readonly unseen: string | null;
}

const root = join(packageRoot(), "sim", "recorded");
const sources = new Map<string, string>();
const compiled = new Map<string, string>();

function sourceOf(file: string): string {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, "utf8");
  sources.set(file, text);
  return text;
}

const OPTIONS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
const compile = (text: string): string => ts.transpileModule(text, { compilerOptions: OPTIONS }).outputText;

/** The file of a fault with the fault in it. Throws Error unless the rule occurs exactly once. */
export function faultyText(fault: Fault): string {
  const parts = sourceOf(join(root, fault.file)).split(fault.from);
  if (parts.length !== 2) throw new Error(`${fault.title}: ${fault.file} holds ${JSON.stringify(fault.from)} ${parts.length - 1} times`);
  return parts.join(fault.to);
}

function compiledOf(file: string, fault: Fault | null): string {
  if (fault !== null && file === join(root, fault.file)) return compile(faultyText(fault));
  const known = compiled.get(file) ?? compile(sourceOf(file));
  compiled.set(file, known);
  return known;
}

/** The slice's run with a fault; null: the slice without a fault. */
export function faultySne(fault: Fault | null): typeof runSne {
  const modules = new Map<string, object>();
  const load = (file: string): object => {
    const known = modules.get(file);
    if (known !== undefined) return known;
    const exported = {};
    modules.set(file, exported);
    const request = (name: string): object => load(join(dirname(file), name.replace(/\.js$/, ".ts")));
    new Function("exports", "require", compiledOf(file, fault))(exported, request);
    return exported;
  };
  return (load(join(root, "sne/slice.ts")) as { runSne: typeof runSne }).runSne;
}

const whole = ({ trace, operations, summary, quietAt }: SneRun): string =>
  [trace, operations, JSON.stringify([...summary]), String(quietAt)].join("\n");

/** All results of a run as text; for a model that fails, its error. */
export function saidBy(run: typeof runSne, { chip, stimulus }: RandomStream): string {
  try {
    return whole(run(chip, stimulus));
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  }
}
