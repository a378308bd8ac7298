/**
 * Writes values into a document. A search does this for thousands of points, whose sections mostly repeat: places,
 * paths and written sections are cached, so that equal sections are one object, which `resolve.ts` does not check
 * again.
 */
import { InputError, type Problem } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { type Located, type LocatedMap, locatedFromJson, problemAt } from "./located.js";
import { type DocumentPath, hasTile, type PathReader, setAt, slicesInput } from "./path.js";
import { clash, widestFirst } from "./selected.js";

type Write = readonly [path: DocumentPath, text: string, value: Located];
type Entries = readonly (readonly [key: string, entry: { readonly keyAt: Located["at"]; readonly value: Located }])[];

/** Most cached sections of one document. */
const SECTION_LIMIT = 10_000;

/** One document and its cached sections. */
interface Ground {
  readonly root: LocatedMap;
  readonly paths: Map<string, DocumentPath>;
  /** Top-level keys of the document after values of one section were written. */
  readonly sections: Map<string, Entries>;
}

const grounds = new WeakMap<object, Map<string, Ground>>();

function groundOf(document: Json, file: string): Ground {
  const fresh = (): Ground => ({ root: locatedFromJson(document, file) as LocatedMap, paths: new Map(), sections: new Map() });
  if (typeof document !== "object" || document === null) return fresh();
  const known = grounds.get(document) ?? new Map<string, Ground>();
  grounds.set(document, known);
  const ground = known.get(file) ?? fresh();
  known.set(file, ground);
  return ground;
}

/** The document with places; its values have no line in `file`. */
export function groundDocument(document: Json, file: string): LocatedMap {
  return groundOf(document, file).root;
}

/**
 * The document with values by path, in any order. @throws InputError for unknown paths, and for two values of one core
 * of which neither selects fewer.
 */
export function laidOver(document: Json, file: string, values: { readonly [path: string]: Json }, pathOf: PathReader): LocatedMap {
  const ground = groundOf(document, file);
  const problems: Problem[] = [];
  const groups = new Map<string, Write[]>();
  for (const [text, value] of Object.entries(values)) {
    const path = ground.paths.get(text) ?? pathOf(text);
    if ("wrong" in path) {
      problems.push(problemAt({ file, line: null, column: null }, text, path.wrong, path.fix));
      continue;
    }
    ground.paths.set(text, path);
    const write: Write = [path, text, locatedFromJson(value, file, text)];
    const section = path.tile === null ? path.keys[0] : "tile";
    const group = groups.get(section);
    if (group === undefined) groups.set(section, [write]);
    else group.push(write);
  }
  if (problems.length > 0) throw new InputError(problems);
  const entries = new Map(ground.root.entries);
  for (const typed of groups.values()) {
    const group = typed.toSorted(inOrder);
    const name = JSON.stringify(group.map(([, text]) => [text, values[text]]));
    let written = ground.sections.get(name);
    if (written === undefined) {
      refuseClashes(group, file);
      written = changed(ground.root, group);
      if (ground.sections.size >= SECTION_LIMIT) ground.sections.clear();
      ground.sections.set(name, written);
    }
    for (const [key, entry] of written) entries.set(key, entry);
  }
  return { ...ground.root, entries };
}

/**
 * Order of writing: the workload's slicing is set first, because inputs copy it; values of more tiles or cores before
 * those of fewer, because the latter win; else by text, so that equal points are written alike.
 */
function inOrder([a, textA]: Write, [b, textB]: Write): number {
  const byWidth = hasTile(a) && hasTile(b) ? widestFirst(a, b) : 0;
  return Number(slicesInput(a)) - Number(slicesInput(b)) || byWidth || (textA < textB ? -1 : Number(textA > textB));
}

function refuseClashes(group: readonly Write[], file: string): void {
  const at = { file, line: null, column: null };
  const problems = group.flatMap(([path, text], i) =>
    group.slice(0, i).flatMap(([other, otherText]) => {
      if (!hasTile(path) || !hasTile(other) || !clash(path, other)) return [];
      return [problemAt(at, text, `overlaps ${otherText}, and neither selects fewer`, "make one of them narrower")];
    }),
  );
  if (problems.length > 0) throw new InputError(problems);
}

/** Top-level keys that differ from the document's after the values are set. */
function changed(root: LocatedMap, group: readonly Write[]): Entries {
  const after = group.reduce((document, [path, , value]) => setAt(document, path, value), root);
  return [...after.entries].filter(([key, entry]) => root.entries.get(key) !== entry);
}
