/**
 * Replaces files of macro tables in a description by their content, so that the content is part of keys, editions,
 * workers and databases. Pure, except the given function that reads.
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import { InputError, type Problem } from "../../base/errors.js";
import { entryOf, type Located, type LocatedMap, problemAt, withEntry } from "../located.js";
import { HEADER_FIX } from "./macro-table.js";

/** @throws InputError if the file cannot be read */
type ReadTable = (path: string) => string;

/** Path of a description, and its name in messages. */
export interface DescriptionPlace {
  readonly path: string;
  readonly shown: string;
}

/** `prices` with the content of every table instead of its file. */
export function pricesWithTables(prices: Located, place: DescriptionPlace, read: ReadTable, problems: Problem[]): Located {
  const tables = entryOf(prices, "macros");
  if (prices.kind !== "map" || tables?.kind !== "map") return prices;
  let whole = tables;
  for (const [name, { value }] of tables.entries)
    if (value.kind === "map") whole = withEntry(whole, name, withContent(value, `prices.macros.${name}`, place, read, problems));
  return withEntry(prices, "macros", whole);
}

/** As `pricesWithTables`, for a whole description. */
export function withTables(source: LocatedMap, place: DescriptionPlace, read: ReadTable, problems: Problem[]): LocatedMap {
  const prices = entryOf(source, "prices");
  return prices === undefined ? source : withEntry(source, "prices", pricesWithTables(prices, place, read, problems));
}

function withContent(
  entry: LocatedMap,
  path: string,
  { path: own, shown }: DescriptionPlace,
  read: ReadTable,
  problems: Problem[],
): LocatedMap {
  const file = entryOf(entry, "file");
  if (file?.kind !== "scalar" || typeof file.value !== "string" || file.value === "") return entry;
  const refuse = (message: string, fix = ""): LocatedMap => {
    problems.push(problemAt(file.at, `${path}.file`, message, fix));
    return entry;
  };
  if (entryOf(entry, "csv") !== undefined) return refuse("is given, but so is csv", "leave one of them out");
  const name = file.value;
  try {
    const text = read(resolve(dirname(own), name));
    if (text.trim() === "") return refuse(`${name}: is empty`, HEADER_FIX);
    const at = { file: isAbsolute(name) ? name : join(dirname(shown), name), line: 1, column: 1 };
    const entries = new Map(entry.entries);
    entries.set("csv", {
      keyAt: entries.get("file")?.keyAt ?? file.at,
      value: { kind: "scalar", value: text.replace(/\r\n?/g, "\n"), at },
    });
    entries.delete("file");
    return { ...entry, entries };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [problem] = error.problems;
    return refuse(`${name}: ${problem?.message}`, problem?.fix);
  }
}
