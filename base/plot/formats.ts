/** All file formats of pictures by name: pure functions from a specification to a file's content. */
import { inputError } from "../errors.js";
import type { FileContent } from "../escape/filtered.js";
import { pgfplots } from "./pgfplots.js";
import { png } from "./png.js";
import type { PlotSpec } from "./spec.js";
import { svg } from "./svg.js";

export interface PictureFormat {
  readonly extension: string;
  readonly about: string;
  /** True where the content is not text. */
  readonly binary: boolean;
  readonly render: (spec: PlotSpec) => Promise<FileContent>;
}

const formats = {
  pgfplots: {
    extension: "tex",
    about: "LaTeX figure (pgfplots): compiles alone, or by \\input in a paper",
    binary: false,
    render: async (spec) => pgfplots(spec),
  },
  svg: { extension: "svg", about: "figure, scalable", binary: false, render: async (spec) => svg(spec) },
  png: { extension: "png", about: "figure, 300 dpi", binary: true, render: png },
  pdf: {
    extension: "pdf",
    about: "figure for papers, fonts embedded",
    binary: true,
    render: async (spec) => (await import("./pdf.js")).pdf(spec),
  },
} as const satisfies { readonly [name: string]: PictureFormat };
export type PictureFormatName = keyof typeof formats;

export const PICTURE_FORMATS: { readonly [name in PictureFormatName]: PictureFormat } = formats;

/** The format that a file's name asks for. Throws: InputError with those there are. */
export function pictureFormatOf(file: string): PictureFormat {
  const found = Object.values(PICTURE_FORMATS).find(({ extension }) => file.toLowerCase().endsWith(`.${extension}`));
  if (found !== undefined) return found;
  const endings = Object.values(PICTURE_FORMATS).map(({ extension }) => `.${extension}`);
  throw inputError("--plot", `${file} ends in none of ${endings.join(", ")}`, "e.g. --plot bits.svg");
}
