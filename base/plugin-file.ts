/**
 * A plug-in as a file: the files it consists of, its content address, and its module. A plug-in is code and runs with
 * the user's rights, so it is loaded only if the user names it. Effects: reads files, loads modules. Throws:
 * `InputError` that names the plug-in.
 *
 * Its content is that of the file and, recursively, of every file whose path a text of its code names: in `import`,
 * `export .. from`, `import()`, `import.meta.resolve()`, `require()` or `new URL(.., import.meta.url)`. In a file that
 * has the word `createRequire`, or `require` other than in `require("..")`, every relative path in quotes counts,
 * because the function may have another name there. TypeScript, which later versions of Node load, is followed like
 * JavaScript. Not covered: packages, and names made at run time.
 */
import { realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MIB } from "./bytes.js";
import { InputError, inputError } from "./errors.js";
import { sha256 } from "./hash.js";
import { readBounded } from "./read-file.js";

/** The `apiVersion` that a plug-in's module must export. */
const API_VERSION = 1;

/** A plug-in identified by its content. Plain data. */
export interface PluginFile {
  /** As the user named it. */
  readonly name: string;
  /** Path of its module. */
  readonly path: string;
  /** Hash of all its files. */
  readonly sha256: string;
}

const FILES_LIMIT = 200;
const FILE_LIMIT_BYTES = 16 * MIB;
/** Spaces and comments. */
const GAP = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*/.source;
/** A text in quotes of any kind, of at most a thousand characters. */
const TEXT = /(?<quote>["'`])((?:\\[\s\S]|(?!\k<quote>)[^\\\n]){1,1000})\k<quote>/.source;
/** Words that a file's name follows. Such words in a comment or a text make the content larger, never smaller. */
const WORD = `from|import(?:${GAP}\\()?|import\\.meta\\.resolve${GAP}\\(|require(?:\\.resolve)?${GAP}\\(|new(?=[\\s/])${GAP}URL${GAP}\\(`;
const NAMED = new RegExp(`\\b(${WORD})${GAP}${TEXT}`, "g");
/** A text in quotes that begins as a relative path, or with an escaped character. */
const PATH = new RegExp(`${/(?=["'`](?:\.|\\))/.source}${TEXT}`, "g");
/** `createRequire`, or a `require` that is not called with a text. */
const RENAMED = new RegExp(`\\bcreateRequire\\b|\\brequire\\b(?!(?:\\.resolve)?${GAP}\\(${GAP}${TEXT})`);
/** What `require` tries if no file has the name. */
const REQUIRED = ["", ".js", ".json", ".cjs", ".ts", ".cts", "/index.js", "/index.ts"];
/** Files of code; one without an ending can be code, too. */
const CODE = /(?:\.[cm]?[jt]s|(?:^|[\\/])[^.\\/]+)$/;

/** @param path of the file, or relative to the current folder */
export function pluginFile(name: string, path: string): PluginFile {
  const given = resolve(path);
  const top = real(given); // a module's own names are relative to it, also if it is loaded by a link
  const contents = new Map<string, string>();
  const waiting = [top];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (contents.has(file)) continue;
    if (contents.size === FILES_LIMIT) throw inputError(name, `has more than ${FILES_LIMIT} files`, "bundle it into one");
    const bytes = readBounded(file, {
      what: "plug-in",
      mostBytes: FILE_LIMIT_BYTES,
      fix: "check the path; it is relative to the file that names it",
    });
    contents.set(file, sha256(bytes));
    if (!CODE.test(file)) continue;
    const code = new TextDecoder().decode(bytes);
    for (const [, word, quote, text] of code.matchAll(NAMED)) waiting.push(...namedBy(file, { word, quote, text }));
    if (!RENAMED.test(code)) continue;
    for (const [, quote, text] of code.matchAll(PATH)) waiting.push(...namedBy(file, { word: null, quote, text }));
  }
  const parts = [...contents].map(([file, sum]) => `${file === top ? "" : relative(dirname(top), file)}\0${sum}\n`).sort();
  return { name, path: given, sha256: sha256(...parts) };
}

/** The file that a link leads to. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // there is none, as its reader says
  }
}

interface Named {
  /** null: a relative path that may be required. */
  readonly word: string | null;
  readonly quote: string;
  readonly text: string;
}

/** The file that a text of the module names; none if it names a package or no file. */
function namedBy(module: string, { word, quote, text }: Named): readonly string[] {
  if (quote === "`" && text.includes("${")) return [];
  const name = text.replaceAll(ESCAPE, (_, braced, four, two, other) =>
    other === undefined ? codePoint(Number.parseInt(braced ?? four ?? two, 16)) : other,
  );
  const isRequired = word === null || word.startsWith("require");
  const begins = word === null ? /^\.{1,2}\// : word.startsWith("new") ? /^/ : /^(\.{0,2}\/|file:)/;
  if (!begins.test(name)) return [];
  const target = isRequired ? resolve(dirname(module), name) : pathOf(name, module);
  if (target === null) return [];
  const tried = isRequired ? REQUIRED.map((ending) => `${target}${ending}`) : [target];
  const found = tried.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  return found === undefined ? [] : [real(found)];
}

const ESCAPE = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^ux]))/g;

const codePoint = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "");

/** The path of a URL that is relative to a module; null if it is none of a file. */
function pathOf(name: string, module: string): string | null {
  try {
    return fileURLToPath(new URL(name, pathToFileURL(module)));
  } catch {
    return null;
  }
}

/** Hash with which this process loaded each module: Node never reads a module twice. */
const loaded = new Map<string, string>();

/** Loads the module and calls its default export with `tools`. */
export async function pluginContent<Tools>(file: PluginFile, tools: Tools): Promise<{ readonly [kind: string]: unknown }> {
  const before = loaded.get(file.path);
  if (before !== undefined && before !== file.sha256)
    throw inputError(file.name, "has changed since this process loaded it", "start the program anew");
  loaded.set(file.path, file.sha256);
  const failed = (error: unknown, doing: string): Error =>
    error instanceof InputError
      ? error
      : inputError(file.name, `this plug-in fails ${doing}: ${error instanceof Error ? error.message : error}`);
  let module: { readonly apiVersion?: unknown; readonly default?: unknown };
  try {
    module = await import(pathToFileURL(file.path).href);
  } catch (error) {
    throw failed(error, "as it is loaded");
  }
  if (module.apiVersion !== API_VERSION)
    throw inputError(
      file.name,
      module.apiVersion === undefined ? "this plug-in exports no apiVersion" : `this plug-in is for API version ${module.apiVersion}`,
      `this program has version ${API_VERSION}: export const apiVersion = ${API_VERSION};`,
    );
  const make = module.default;
  if (typeof make !== "function")
    throw inputError(file.name, "this plug-in has no default export that is a function", "export default (tools) => ({ .. })");
  try {
    const content: unknown = await make(tools);
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content as { readonly [kind: string]: unknown };
  } catch (error) {
    throw failed(error, "as it starts");
  }
  throw inputError(file.name, "the default export of this plug-in returns no object", "e.g. { samplers: { name: {..} } }");
}
