/** The methods paragraphs as LaTeX for a paper; long names and checksums may break at the end of a line. Pure. */
import { joined } from "../../base/escape/filtered.js";
import { type TexText, tex, texComment, texText } from "../../base/escape/tex.js";
import { originText } from "../inputs.js";
import { citationsOf } from "./citations.js";
import type { ReportData } from "./data.js";
import { methodsParagraphs } from "./methods.js";

const CHECKSUM = /[0-9a-f]{32,64}/;

/** Paragraphs, followed by their citations as items. */
export function methodsTex(data: ReportData): TexText {
  // price tables are part of the program, whose checksum is given
  const inputs = data.inputs.filter(({ kind }) => kind !== "table");
  const citations = citationsOf(data).map((source) => tex`\\item ${texText(source)}`);
  const origin = originText({ inputs: data.inputs, engineVersion: data.study.engineVersion });
  return tex`% ${texComment(origin)}; \\input it into a paper
${joined(methodsParagraphs({ ...data, inputs }).map(breakable), "\n\n")}
${citations.length === 0 ? tex`` : tex`\n\\begin{itemize}\\raggedright\n${joined(citations, "\n")}\n\\end{itemize}\n`}`;
}

/**
 * Text with break points inside names with dots and underscores, not inside numbers, and with checksums that are cut to
 * sixteen digits.
 */
function breakable(paragraph: string): TexText {
  const words = paragraph.split(" ").map((word) => {
    const short = word.replace(CHECKSUM, (digits) => digits.slice(0, 16));
    const parts = short.length <= 12 ? [short] : short.split(/(?<=[._/:])(?<!\d[.])(?=\w)/);
    return joined<TexText>(parts.map(texText), tex`\\allowbreak `);
  });
  return joined<TexText>(words, " ");
}
