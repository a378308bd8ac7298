/** Fits laws of memory prices to a table of macros. Effects: reads the table. */
import { type FittedLaw, fitMacros, LAW_COLUMNS, MACRO_TABLE_LIMIT, type MacroFit, readMacroTable } from "../arch/index.js";
import { InputError, inputError, quoted } from "../base/errors.js";
import { type CsvText, csvRow, textOfCell } from "../base/escape/csv.js";
import { joined } from "../base/escape/filtered.js";
import { readText } from "../base/read-file.js";
import { checkedOptions, demandText } from "./checked-options.js";

export type { FittedLaw, MacroResidual } from "../arch/index.js";

/** Laws fitted to the macros of a table. */
export interface PriceFit extends MacroFit {
  /**
   * Content of a file of laws, which a description names like a table of macros: `prices: { macros: { mine: { file:
   * my-laws.csv } } }`.
   */
  readonly library: CsvText;
}

/** Options of the fit. */
export interface FitPricesOptions {
  /** Corner of the table to use; needed if it has several. */
  readonly corner?: string | null;
}

/**
 * Fits a power law per cost (area, read, write, leakage, times) and kind of macro (ports, node) over capacity, word
 * and, where it varies, supply.
 *
 * @param file a table of macros (docs/own-prices.md)
 * @returns the laws with residuals, residuals of each macro left out, and the coverage of their intervals; kinds with
 * too few macros; the laws as a library
 * @throws InputError with line and column of each mistake in the table, or if no law can be fitted
 */
export function fitPrices(file: string, options: FitPricesOptions = {}): PriceFit {
  const { corner: typed = null } = checkedOptions("fitPrices", options, { corner: "text or null" });
  const corner = typed === null ? null : textOfCell(typed);
  demandText("fitPrices", file, "the path of a table of macros");
  const text = readText(file, {
    what: "table of macros",
    mostBytes: MACRO_TABLE_LIMIT,
    fix: "a CSV with a header, as docs/own-prices.md has it",
  });
  const { rows, problems } = readMacroTable(text);
  if (problems.length > 0) throw new InputError(problems.map((problem) => ({ ...problem, file, path: "" })));
  const corners = [...new Set(rows.map((row) => row.corner))];
  const names = corners.map(quoted).join(", ");
  if (corner === null && corners.length > 1) throw inputError(file, `holds the corners ${names}`, `say which: --corner ${corners[0]}`);
  const chosen = corner === null ? rows : rows.filter((row) => row.corner === corner);
  if (chosen.length === 0)
    throw inputError(file, `has no corner ${quoted(corner ?? "")}`, names === "''" ? "leave --corner out" : `it has ${names}`);
  const fit = fitMacros(chosen);
  if (fit.laws.length === 0)
    throw inputError(
      file,
      `no law can be fitted: ${fit.leftOut.join("; ")}`,
      "give more macros of different words, bits and, if there are several, supplies; one name per macro",
    );
  return { ...fit, library: libraryOf(fit.laws) };
}

function libraryOf(laws: readonly FittedLaw[]): CsvText {
  const hasCorner = laws.some(({ corner }) => corner !== "");
  const header = [
    ...LAW_COLUMNS,
    ...(hasCorner ? ["corner"] : []),
    "plus_minus_percent",
    "beyond_percent",
    "shared_ln",
    "note_macros",
    "note_rms_percent",
    "note_left_out_rms_percent",
  ];
  const percent = (ln: number): string => (100 * ln).toPrecision(3);
  const rows = laws.map(({ words, bits, volts, ...law }) => [
    ...[law.quantity, law.law, law.ports, String(law.technologyNm)],
    ...[words, bits, volts].flatMap(({ least, most }) => [String(least), String(most)]),
    ...(hasCorner ? [law.corner] : []),
    ...[law.plusMinusPercent.toPrecision(3), law.beyondPercent, law.sharedLn.join("; ")],
    ...[String(law.macros), percent(law.rms), percent(law.leftOutRms)],
  ]);
  return joined(
    [header, ...rows].map((cells) => csvRow(cells, "\n")),
    "",
  );
}
