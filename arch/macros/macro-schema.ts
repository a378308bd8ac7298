/** Schema of a user's tables of macros: names, files, rules. */
import * as z from "zod";

/** Most characters of a table, enough for some thousand macros. */
export const MACRO_TABLE_LIMIT = 262_144;

const macroTable = z.strictObject({
  file: z.string().min(1).max(4096).optional().describe("CSV of macros beside this file; its content is taken into the description"),
  csv: z.string().min(1).max(MACRO_TABLE_LIMIT).optional().describe("the table itself, instead of a file"),
  between: z
    .enum(["macros", "interpolate"])
    .optional()
    .describe(
      "how a memory is built. macros: from the macros of the table; interpolate: as one macro with an interpolated cost; left out: macros",
    ),
  beyond: z
    .enum(["refuse", "extrapolate"])
    .optional()
    .describe(
      "what happens to a size or supply outside the table. refuse: it is refused; extrapolate: it is priced by the outermost macros and marked; left out: refuse",
    ),
  corner: z.string().min(1).max(80).optional().describe("corner of the table to use; may be left out if the table has only one"),
  plus_minus_percent: z
    .number()
    .min(0)
    .max(900)
    .optional()
    .describe("error that all macros of the table share, for rows without an error of their own, and beside that of a law; left out: none"),
});
export type MacroTableDocument = z.infer<typeof macroTable>;

export const macroTables = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,79}$/), macroTable)
  .optional()
  .describe(
    "tables of memory macros by name; memories refer to them (tile.core.synapse_memory.macros); own-prices.md describes the columns",
  );

export const macrosKey = z
  .string()
  .min(1)
  .max(80)
  .nullable()
  .optional()
  .describe("table of prices.macros that the memory is built from; null, or left out: the component library");
