/** Copies shipped descriptions for the user to change. Effects: reads the package's files, writes files. */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { jsonFromYaml, pathOf, readDescriptionTree } from "../arch/index.js";
import { MIB } from "../base/bytes.js";
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { packageRoot } from "../base/package-root.js";
import { textsIn } from "../base/plain-object.js";
import { readText } from "../base/read-file.js";
import { makeFolder, writeWhole } from "../base/write-file.js";
import { checkedOptions, demandText } from "./checked-options.js";

/** Without a name, `init` copies this example under another name. */
const STARTER = { example: "edge", as: "arch" };
const WANTED = { what: "file", mostBytes: 16 * MIB, fix: "snn-dse examples lists what ships" };
const SCHEMA = /\$schema=\S*?([\w.]+)$/m;

/**
 * Copies a commented description into a folder, with the files that it names and the schema in its first line, so that
 * it runs there.
 *
 * @param options `name`: a shipped example, chip or training configuration; null: the starter, as `arch.yaml`; `force`:
 * overwrites existing files
 * @returns the written paths, the description first
 * @throws InputError if a file exists and `force` is not set, or if no shipped file has this name
 */
export function init(dir: string, options: { readonly name?: string | null; readonly force?: boolean } = {}): readonly string[] {
  const { name = null, force = false } = checkedOptions("init", options, { name: "text or null", force: "boolean" });
  demandText("init", dir, "the path of a folder");
  const source = pathOf(name ?? STARTER.example, "example", "chip", "config");
  const text = readText(source, WANTED);
  const schema = SCHEMA.exec(text)?.[1] ?? null;
  const own = text.replace(SCHEMA, `$schema=${schema}`);
  const content = new Map<string, Buffer>([
    name === null
      ? [`${STARTER.as}.yaml`, Buffer.from(own.replaceAll(new RegExp(`\\b${STARTER.example}(?=\\.(yaml|db)\\b)`, "g"), STARTER.as))]
      : [basename(source), Buffer.from(own)],
  ]);
  for (const beside of filesBeside(source)) content.set(beside, readFileSync(join(dirname(source), beside)));
  if (schema !== null) content.set(schema, readFileSync(join(packageRoot(), "arch/schema", schema)));
  const paths = [...content.keys()].map((file) => join(dir, file));
  const present = paths.find((path) => existsSync(path) && basename(path) !== schema);
  if (present !== undefined && !force) throw inputError(present, "exists already", "give another folder, or --force to overwrite it");
  writeAll(dir, content);
  return paths;
}

/** Writes all files or none: if one cannot be written (e.g. the disk is full), new files and folders are removed. */
function writeAll(dir: string, content: ReadonlyMap<string, Buffer>): void {
  const made: string[] = [];
  try {
    for (const [file, bytes] of content) {
      const path = join(dir, file);
      made.push(...makeFolder(dirname(path)));
      const isNew = !existsSync(path);
      writeWhole(path, bytes);
      if (isNew) made.push(path);
    }
  } catch (error) {
    for (const path of made.reverse())
      if (!statSync(path).isDirectory()) rmSync(path);
      else if (readdirSync(path).length === 0) rmdirSync(path);
    throw error;
  }
}

/** Command lines that can be typed next with a copied file. */
export function nextCommands(file: string): readonly string[] {
  const { entries } = readDescriptionTree(file);
  const has = (key: string): boolean => entries.has(key);
  // A description with a training section has no network before its search has trained one.
  const whole = ["check", ...(has("training") ? [] : ["sim"]), ...(has("sweep") ? ["sweep"] : [])];
  const commands = has("workload") ? whole : has("training") ? ["train"] : has("model") ? ["coupled"] : [];
  return commands.map((command) => `snn-dse ${command} ${shellWord(file)}`);
}

/** Files that a description names relative to itself, and the files that those name: paths relative to its folder. */
function filesBeside(description: string, found = new Set<string>()): ReadonlySet<string> {
  const folder = dirname(description);
  for (const text of textsIn(jsonFromYaml(readFileSync(description, "utf8"), description))) {
    const path = join(folder, text);
    if (!/^\w[\w.-]*$/.test(text) || !existsSync(path) || found.has(text)) continue;
    if (statSync(path).isDirectory()) for (const file of readdirSync(path)) found.add(join(text, file));
    else {
      found.add(text);
      if (text.endsWith(".yaml")) filesBeside(path, found);
    }
  }
  return found;
}
