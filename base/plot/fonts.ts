/**
 * Fonts that PDF figures embed; scripts/plot-fonts.py writes fonts.json.
 * Source: Liberation Sans 2 (c) 2010 Google Corporation, (c) 2012 Red Hat, Inc., under the SIL Open Font License 1.1,
 * https://openfontlicense.org; reduced to the characters of Windows-1252, without hints, and renamed as the license
 * requires. The subset has the same license.
 */
import fonts from "./fonts.json" with { type: "json" };

export interface PlotFont {
  readonly name: string;
  /** Widths of characters 32 to 255 of Windows-1252, in thousandths of the font size. */
  readonly widths: readonly number[];
  /**
   * Left, bottom, right and top of the box around all characters; in thousandths of the font size, as the next three.
   */
  readonly box: readonly number[];
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  /** Size of the TrueType file. */
  readonly bytes: number;
  /** The file, compressed by zlib, in base64. */
  readonly deflated: string;
}

export const REGULAR: PlotFont = fonts.regular;
export const BOLD: PlotFont = fonts.bold;
