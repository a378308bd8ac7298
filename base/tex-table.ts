/**
 * Tables for LaTeX papers: booktabs rules, headers broken over lines, never wider than their column, cut into parts that fit on a page.
 * Compiles with pdflatex and the packages booktabs and graphicx; no fonts but those of the paper are asked for.
 */
import { joined } from "./escape/filtered.js";
import { type TexText, tex, texText } from "./escape/tex.js";

export interface TexTable {
  /** Plain text; a unit stands in parentheses at the end. */
  readonly titles: readonly string[];
  readonly align: readonly ("l" | "r")[];
  /** TeX, ready to print. */
  readonly rows: readonly (readonly TexText[])[];
  /** TeX. */
  readonly caption: TexText;
  /** `double`: over both columns of the page (`table*`). */
  readonly column: "single" | "double";
}

/** At 8 pt this many rows, a caption and a header fill most of a page. */
const ROWS_A_PART = 45;
const LONGEST_LINE = 12;

/** A header's words over several lines, none longer than it must be; the unit keeps to itself. */
function header(title: string): TexText {
  const lines: string[] = [];
  for (const word of title.split(/ (?![^(]*\))/)) {
    const last = lines.at(-1);
    if (last === undefined || word.startsWith("(") || last.length + 1 + word.length > LONGEST_LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.length === 1 ? texText(lines[0]) : tex`\\shortstack{\\strut ${joined(lines.map(texText), " \\\\ ")}}`;
}

/** One float, or several where the rows fill more than a page. */
export function texTable(table: TexTable): TexText {
  const parts = Math.max(1, Math.ceil(table.rows.length / ROWS_A_PART));
  const size = Math.ceil(table.rows.length / parts);
  const texts = Array.from({ length: parts }, (_, i) => {
    const caption = parts === 1 ? table.caption : tex`${table.caption} Part ${i + 1} of ${parts}.`;
    return part(table, table.rows.slice(i * size, (i + 1) * size), caption);
  });
  return joined(texts, "\n");
}

function part({ titles, align, column }: TexTable, rows: readonly (readonly TexText[])[], caption: TexText): TexText {
  const float = column === "single" ? tex`table` : tex`table*`;
  return tex`\\begin{${float}}
  \\centering
  \\caption{${caption}}
  \\footnotesize
  \\setlength{\\tabcolsep}{3pt}
  \\setbox0=\\hbox{%
  \\begin{tabular}{@{}${joined(align.map(texText), "")}@{}}
    \\toprule
    ${joined(titles.map(header), " & ")} \\\\
    \\midrule
${joined(
  rows.map((cells) => tex`    ${joined(cells, " & ")} \\\\`),
  "\n",
)}
    \\bottomrule
  \\end{tabular}}%
  \\ifdim\\wd0>\\linewidth \\resizebox{\\linewidth}{!}{\\usebox0}\\else \\usebox0\\fi
\\end{${float}}
`;
}
