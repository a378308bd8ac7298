/**
 * The list of shipped examples, chips, models, training configurations and recorded cases by name, and how a user's
 * text becomes a file. Effects: lists and reads files of the package.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { inputError } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import { packageRoot } from "../base/package-root.js";

/**
 * Folder of each kind of file, ending of its paths, and noun. A file's name is the part before the ending; it has no
 * dot.
 */
const KINDS = {
  example: { folders: ["arch/examples"], ending: ".yaml", noun: "example" },
  chip: { folders: ["arch/chips"], ending: ".yaml", noun: "chip" },
  model: { folders: ["training/models"], ending: ".safetensors", noun: "model" },
  config: { folders: ["training/configs"], ending: ".yaml", noun: "training configuration" },
  case: { folders: ["arch/examples", "test/conformance"], ending: "/case.json", noun: "recorded case" },
  sanafe: { folders: ["arch/examples/sanafe"], ending: ".sanafe.yaml", noun: "SANA-FE file" },
  nir: { folders: ["arch/examples/sanafe", "training/models"], ending: ".nir", noun: "NIR network" },
  spikes: { folders: ["arch/examples/sanafe"], ending: ".csv", noun: "spike file" },
} as const;

/** A kind of shipped files; each kind has its own names. */
export type ShippedKind = keyof typeof KINDS;
/** All kinds of shipped files. */
export const SHIPPED_KINDS = Object.keys(KINDS) as readonly ShippedKind[];

export interface ShippedFile {
  readonly kind: ShippedKind;
  readonly name: string;
  /** Absolute path; for a case, of its folder. */
  readonly path: string;
}

/** The text that a user typed, and the file that it means. */
export interface Found {
  /** A name of a shipped file, or the path as typed. */
  readonly typed: string;
  readonly path: string;
}

/** The shipped files of some kinds, in the order of the kinds, then by name. */
export function shippedFiles(...kinds: readonly ShippedKind[]): readonly ShippedFile[] {
  return kinds.flatMap((kind) => {
    const { folders, ending } = KINDS[kind];
    const paths = folders.flatMap((folder) => {
      const place = join(packageRoot(), folder);
      return readdirSync(place, { recursive: true, encoding: "utf8" }).map((path) => join(place, path));
    });
    return paths
      .filter((path) => path.endsWith(ending))
      .map((path): ShippedFile => {
        const bare = path.slice(0, -ending.length);
        return { kind, name: basename(bare), path: ending.startsWith("/") ? bare : path };
      })
      .filter(({ name }) => !name.includes("."))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** Names of the shipped files of a kind, sorted. */
export const shippedNames = (kind: ShippedKind): readonly string[] => shippedFiles(kind).map(({ name }) => name);

/** A shipped file; null: no such name. */
export const shippedPath = (kind: ShippedKind, name: string): string | null =>
  shippedFiles(kind).find((file) => file.name === name)?.path ?? null;

/**
 * The file that a user means: a path that exists, else a shipped file of one of these kinds by its name.
 *
 * @returns the path as typed, or the shortest one of the shipped file
 * @throws InputError with the nearest name if it is neither
 */
export function pathOf(typed: string, ...kinds: readonly ShippedKind[]): string {
  if (typeof typed !== "string")
    throw inputError("name", `got ${String(typed)}, expected text`, "give a path, or the name of a shipped file");
  if (existsSync(typed)) return typed;
  const files = shippedFiles(...kinds);
  const found = files.find(({ name }) => name === typed);
  if (found !== undefined) return shown(found.path);
  const endings = kinds.map((kind) => KINDS[kind].ending).filter((ending) => typed.endsWith(ending));
  const stem = basename(typed, endings[0] ?? "");
  const names = files.map(({ name }) => name);
  // Not a name: the code that reads the path reports its problem.
  if (typed.includes("/") && !names.includes(stem)) return typed;
  const nouns = kinds.map((kind) => KINDS[kind].noun).join(" or ");
  const fix = didYouMean(stem, names) || "snn-dse examples lists what ships";
  throw inputError(typed, `no such file, and no shipped ${nouns} of this name`, fix);
}

/** As `pathOf`, for several texts; `*` in a name stands for any text. */
export function pathsOf(typed: readonly string[], ...kinds: readonly ShippedKind[]): readonly Found[] {
  return typed.flatMap((one): readonly Found[] => {
    const matching = one.includes("*") && !existsSync(one) ? shippedFiles(...kinds).filter(({ name }) => matches(name, one)) : [];
    if (matching.length > 0) return matching.map(({ name, path }) => ({ typed: name, path: shown(path) }));
    return [{ typed: one, path: pathOf(one, ...kinds) }];
  });
}

function matches(name: string, pattern: string): boolean {
  const [first, ...rest] = pattern.split("*");
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** The shortest path to type: relative if below the current folder. */
function shown(path: string): string {
  const below = relative("", path);
  return below.startsWith("..") || isAbsolute(below) ? path : below;
}

/**
 * One sentence about a shipped file: the first of its comment, a case's note, or its line in the README beside it;
 * empty if there is none. Models are not read here, but by `recordedSummary`.
 */
export function aboutShipped({ kind, path }: ShippedFile): string {
  if (kind === "model") return "";
  if (kind === "case") {
    const { note } = JSON.parse(readFileSync(join(path, "case.json"), "utf8")) as { readonly note?: string };
    return note ?? sentenceOf(readme(path) || readme(dirname(dirname(path))));
  }
  if (path.endsWith(".yaml")) return sentenceOf(commentOf(readFileSync(path, "utf8")));
  const line = readme(dirname(path))
    .split("\n")
    .find((text) => text.startsWith(`- \`${basename(path)}\`: `));
  return line?.slice(line.indexOf(": ") + 2) ?? "";
}

const readme = (folder: string): string => (existsSync(join(folder, "README.md")) ? readFileSync(join(folder, "README.md"), "utf8") : "");

/** The first block of comments, without the line for editors. */
function commentOf(text: string): string {
  const lines = text.split("\n").filter((line) => !line.startsWith("# yaml-language-server"));
  const end = lines.findIndex((line) => !line.startsWith("# "));
  return lines
    .slice(0, end)
    .map((line) => line.slice(2))
    .join(" ");
}

/** The first sentence of the first paragraph, which may be a heading. */
function sentenceOf(text: string): string {
  const paragraph = text.split("\n\n")[0].replace(/^# /, "").replaceAll("\n", " ").trim();
  return /^.*?[.?!](?=\s+[A-Z]|$)/.exec(paragraph)?.[0] ?? paragraph;
}
