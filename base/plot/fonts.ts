/**
 * Fonts that PDF figures embed; scripts/plot-fonts.py writes fonts.json.
 * Source: Liberation Sans 2 (c) 2010 Google Corporation, (c) 2012 Red Hat, Inc., under the SIL Open Font License 1.1,
 * https://openfontlicense.org; cut to the characters of Windows-1252, without hints, and renamed as the license asks.
 * The subset is under the same license.
 */
import fonts from "./fonts.json" with { type: "json" };

export interface PlotFont {
  readonly name: string;
  /** Of characters 32 to 255 of Windows-1252, thousandths of the size. */
  readonly widths: readonly number[];
  /** Left, bottom, right and top of all characters, in thousandths of the size; so are the next three. */
  readonly box: readonly number[];
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  /** Length of the TrueType file. */
  readonly bytes: number;
  /** The file, by zlib, in base64. */
  readonly deflated: string;
}

export const REGULAR: PlotFont = fonts.regular;
export const BOLD: PlotFont = fonts.bold;
