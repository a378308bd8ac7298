/** All file formats of pictures by name: pure functions from a specification to a file's content. */
import { inputError } from "../errors.js";
import type { FileContent } from "../escape/filtered.js";
import type { Drawing } from "./drawing.js";
import { pgfplots } from "./pgfplots.js";
import { drawnPng, png } from "./png.js";
import type { PlotSpec } from "./spec.js";
import { drawnSvg, svg } from "./svg.js";

export interface PictureFormat {
  readonly extension: string;
  readonly about: string;
  /** True if the content is not text. */
  readonly binary: boolean;
  readonly render: (spec: PlotSpec) => Promise<FileContent>;
  /** Writes a drawing of positioned shapes; null: the format can only hold plots with axes. */
  readonly draw: ((drawing: Drawing) => Promise<FileContent>) | null;
}

const formats = {
  pgfplots: {
    extension: "tex",
    about: "LaTeX figure (pgfplots): compiles alone, or by \\input in a paper",
    binary: false,
    render: async (spec) => pgfplots(spec),
    draw: null,
  },
  svg: {
    extension: "svg",
    about: "figure, scalable",
    binary: false,
    render: async (spec) => svg(spec),
    draw: async (drawing) => drawnSvg(drawing),
  },
  png: { extension: "png", about: "figure, 300 dpi", binary: true, render: png, draw: drawnPng },
  pdf: {
    extension: "pdf",
    about: "figure for papers, fonts embedded",
    binary: true,
    render: async (spec) => (await import("./pdf.js")).pdf(spec),
    draw: async (drawing) => (await import("./pdf.js")).drawnPdf(drawing),
  },
} as const satisfies { readonly [name: string]: PictureFormat };
export type PictureFormatName = keyof typeof formats;

export const PICTURE_FORMATS: { readonly [name in PictureFormatName]: PictureFormat } = formats;

/** The format by the file name's ending. Throws: InputError that lists the endings. */
export const pictureFormatOf = (file: string): PictureFormat => byEnding(file, Object.values(PICTURE_FORMATS), "--plot", "bits.svg");

/** The writer of drawings by the file name's ending. Throws: InputError that lists the endings. */
export function drawingFormatOf(file: string, option: string, example: string): (drawing: Drawing) => Promise<FileContent> {
  const all = Object.values(PICTURE_FORMATS).flatMap(({ extension, draw }) => (draw === null ? [] : [{ extension, draw }]));
  return byEnding(file, all, option, example).draw;
}

function byEnding<Format extends { readonly extension: string }>(
  file: string,
  formats: readonly Format[],
  option: string,
  example: string,
): Format {
  const found = formats.find(({ extension }) => file.toLowerCase().endsWith(`.${extension}`));
  if (found !== undefined) return found;
  const endings = formats.map(({ extension }) => `.${extension}`);
  throw inputError(option, `${file} ends in none of ${endings.join(", ")}`, `e.g. ${option} ${example}`);
}
