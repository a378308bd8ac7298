/** What a description says of a user's tables of macros: names, files, rules. */
import * as z from "zod";

/** Characters of a table; some thousand macros. */
export const MACRO_TABLE_LIMIT = 262_144;

const macroTable = z.strictObject({
  file: z.string().min(1).max(4096).optional().describe("CSV of macros beside this file; its content is taken into the description"),
  csv: z.string().min(1).max(MACRO_TABLE_LIMIT).optional().describe("the table itself, in place of a file"),
  between: z
    .enum(["macros", "interpolate"])
    .optional()
    .describe("a memory is built of the table's macros as they are, or is a macro between them; left out: macros"),
  beyond: z
    .enum(["refuse", "extrapolate"])
    .optional()
    .describe("a size or supply outside the table: refused, or priced by its outermost macros and marked; left out: refuse"),
  corner: z.string().min(1).max(80).optional().describe("of the table's corners; left out: it has one"),
  plus_minus_percent: z
    .number()
    .min(0)
    .max(900)
    .optional()
    .describe("of all its macros together, where a row has none of its own; left out: they are exact"),
});
export type MacroTableDocument = z.infer<typeof macroTable>;

export const macroTables = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,79}$/), macroTable)
  .optional()
  .describe("tables of macros by name, for memories that name one (tile.core.synapse_memory.macros): columns and rules in own-prices.md");

export const macrosKey = z
  .string()
  .min(1)
  .max(80)
  .optional()
  .describe("of prices.macros: the table of macros that the memory is built of; left out: the component library's");
