/** Prices memories by the tables of macros of a checked description; each table is read once. Pure. */
import type { Problem } from "../../base/errors.js";
import { textOfCell } from "../../base/escape/csv.js";
import { didYouMean } from "../../base/nearest.js";
import type { Technology } from "../chip.js";
import { type LocatedMap, placeOf, problemAt } from "../located.js";
import { lawMacro } from "./law-macro.js";
import { isLawTable, type LawTable, readLawTable } from "./law-table.js";
import type { OwnMacro } from "./macro.js";
import type { MacroTableDocument } from "./macro-schema.js";
import { type MacroTable, readMacroTable } from "./macro-table.js";
import { type MacroWish, ownMacro } from "./own-macro.js";
import type { MacroRules, OtherPorts, Refused } from "./supply.js";

type MacroTables = { readonly [name: string]: MacroTableDocument };

/** Cached tables: points of a search share the section of their tables. */
const tables = new WeakMap<MacroTableDocument, MacroTable | LawTable>();

/** Reads a table of macros, or of laws of macros, by its header. */
function tableOf(entry: MacroTableDocument): MacroTable | LawTable {
  let known = tables.get(entry);
  if (known === undefined) {
    const text = entry.csv ?? "";
    known = isLawTable(text) ? readLawTable(text) : readMacroTable(text);
    tables.set(entry, known);
  }
  return known;
}

/** Adds all problems of the tables themselves. */
export function checkMacroTables(given: MacroTables, document: LocatedMap, problems: Problem[]): void {
  for (const [name, entry] of Object.entries(given)) {
    const path = ["prices", "macros", name];
    const where = path.join(".");
    if (entry.csv === undefined) {
      const file = placeOf(document, [...path, "file"]);
      if (entry.file === undefined) problems.push(problemAt(file, where, "has no table", "write file: my-macros.csv"));
      else if (file.line === null)
        problems.push(problemAt(file, `${where}.file`, "is read in a description file only", "write the table's text: csv"));
      continue; // a file that could not be read is already reported
    }
    const at = placeOf(document, [...path, "csv"]);
    const isFile = at.line === 1 && at.column === 1; // text typed inside a description never begins at its first character, so this place is the table's own file
    for (const { line, column, message, fix } of tableOf(entry).problems)
      problems.push(
        isFile
          ? problemAt({ ...at, line, column }, where, message, fix)
          : problemAt(at, `${where}.csv`, `line ${line}, column ${column}: ${message}`, fix),
      );
  }
}

const rulesOf = ({ between, beyond, corner, plus_minus_percent }: MacroTableDocument): MacroRules => ({
  between: between ?? "macros",
  beyond: beyond ?? "refuse",
  corner: textOfCell(corner ?? ""), // as its cell was named before tables were read as values
  plusMinusPercent: plus_minus_percent ?? null,
});

/** The macro of a memory that names the table; null: the table has problems, which are already reported. */
export function describedMacro(
  given: MacroTables,
  name: string,
  wish: MacroWish,
  technology: Technology,
): OwnMacro | Refused | OtherPorts | null {
  const names = Object.keys(given);
  if (!Object.hasOwn(given, name))
    return {
      refused: `no table is named ${name}`,
      fix:
        names.length === 0
          ? `write prices: { macros: { ${name}: { file: ${name}.csv } } }`
          : didYouMean(name, names) || `tables: ${names.join(", ")}`,
    };
  const table = tableOf(given[name]);
  if (table.problems.length > 0) return null;
  const rules = rulesOf(given[name]);
  return "sets" in table ? lawMacro(name, table.sets, wish, technology, rules) : ownMacro(name, table.rows, wish, technology, rules);
}
