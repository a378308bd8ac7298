/**
 * Matches characters that a terminal or viewer obeys instead of showing: control characters (C0, DEL, C1), marks of
 * writing direction and other invisible formats, the separators of lines and paragraphs, lone surrogates, and the two
 * values that are no characters in XML. Pure.
 * Source: Unicode 16 general categories Cc, Cf, Cs, Zl, Zp; W3C XML 1.0, production 2 (Char).
 */
export const CONTROLS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/**
 * Replaces each control character, line ends included, by a question mark: the result is one line of the same length.
 */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, "?");
}
