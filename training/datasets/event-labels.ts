/**
 * Classes of recordings from a file of labels: from the line with a recording's name if lines are `file,label`, or else
 * from the line at its position.
 * Effects: reads the file. Throws: InputError with the line.
 */
import { basename } from "node:path";
import { isWord } from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { readText } from "../../base/read-file.js";
import { isLabel } from "./class-label.js";

/** A file and its class, -1 for none. */
export interface Labelled {
  readonly path: string;
  readonly label: number;
}

/** Recordings to which a file of labels belongs. */
interface LabelledPlace {
  /** The recordings that are read, in the order of their names. */
  readonly files: readonly string[];
  /** Recordings of the other split, which lines of `file,label` may name as well. */
  readonly others: readonly string[];
  /** A recording's name in the folder of both splits, e.g. `train/a.csv`. */
  readonly nameOf: (file: string) => string;
}

interface Lines {
  /** True: each line has a file and its label; false: the n-th label is that of the n-th file. */
  readonly isNamed: boolean;
  /** Cells of each line. */
  readonly body: readonly (readonly string[])[];
  /** Number of the first line, from 1. */
  readonly firstLine: number;
}

const MOST_LABEL_BYTES = 64 * MIB;

/** `isFile`: whether a word names a recording, so that it is no heading. */
function readLines(labels: string, isFile: (word: string) => boolean): Lines {
  const rows = readText(labels, { what: "file", mostBytes: MOST_LABEL_BYTES, fix: "lines of file,label" })
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.trim()));
  const hasHeader = isWord(rows[0][rows[0].length - 1]) && !isFile(rows[0][0]);
  const body = hasHeader ? rows.slice(1) : rows;
  return { isNamed: body.every((cells) => cells.length === 2), body, firstLine: hasHeader ? 2 : 1 };
}

/** Throws: InputError if the file gives labels by position, which can be those of one folder only. */
export function demandNames(labels: string): void {
  if (!readLines(labels, () => false).isNamed)
    throw inputError(
      labels,
      "gives labels by position, and training reads the files of two folders",
      "lines of file,label for the files of both, e.g. train/a.csv,0",
    );
}

/** The labelled files of a place, and the number of classes of all lines. */
export function labelledBy(
  labels: string,
  { files, others, nameOf }: LabelledPlace,
): { readonly classes: number; readonly files: readonly Labelled[] } {
  const all = [...files, ...others];
  const named = new Map<string, readonly string[]>();
  for (const file of all)
    for (const name of new Set([file, nameOf(file), basename(file)])) named.set(name, [...(named.get(name) ?? []), file]);
  const { isNamed, body, firstLine } = readLines(labels, (word) => named.has(word));
  if (!isNamed && (!body.every((cells) => cells.length === 1) || body.length !== files.length))
    throw inputError(
      labels,
      `has ${body.length} labels for ${files.length} files`,
      "lines of file,label, or a label per file in the order of their names",
    );
  const taken = new Set<string>();
  const found = body.map((cells, row) => {
    const label = Number(cells[cells.length - 1]);
    if (cells[cells.length - 1] === "" || !isLabel(label))
      throw inputError(labels, `line ${row + firstLine}: ${quoted(cells.join(","))} is no label`, "classes count from 0");
    const meant = isNamed ? (named.get(cells[0]) ?? []) : [files[row]];
    if (meant.length === 0) throw inputError(labels, `names ${quoted(cells[0])}, which is not there`, "names count from the folder");
    if (meant.length > 1)
      throw inputError(labels, `names ${quoted(cells[0])}, which lies in both folders`, `name its folder: ${meant.map(nameOf).join(", ")}`);
    const [path] = meant;
    if (taken.has(path)) throw inputError(labels, `names ${path} twice`, "one line per file");
    taken.add(path);
    return { path, label };
  });
  const own = new Set(files);
  const read = found.filter(({ path }) => own.has(path));
  if (read.length === 0) throw inputError(labels, `names no file like ${nameOf(files[0])}`, "a line file,label for each");
  return { classes: 1 + found.reduce((most, { label }) => Math.max(most, label), 0), files: read };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));
