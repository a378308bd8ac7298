/**
 * Width of plain text on a terminal: Chinese, Japanese and Korean letters and emoji take two cells, marks on a letter
 * none. A character that the terminal's filter replaces is as wide as its question mark. Source: Unicode Standard Annex
 * 11 (East Asian Width W and F). Equal to `string-width`, by which Ink lays out, for every filtered character (test);
 * that module itself would take a sixth more of the processor time of every start (117 to
 * 137 ms of `--help`).
 * Not modelled: letters of unequal width in scripts such as Devanagari, emoji of several characters.
 */

const WIDE =
  /(?![\u3248-\u324f\u{1f1e6}-\u{1f1ff}])[\u1100-\u115f\u2329-\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const NONE = /(?!\p{Cf})[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;

const cellsOfOne = (character: string): number => (NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** Whether each character takes one cell. */
export const isNarrow = (text: string): boolean => !NONE.test(text) && !WIDE.test(text);

export function cellsOf(text: string): number {
  const characters = [...text];
  if (isNarrow(text)) return characters.length;
  return characters.reduce((sum, character) => sum + cellsOfOne(character), 0);
}

/** The longest beginning of a text that takes at most `width` cells. */
export function beginningOf(text: string, width: number): string {
  if (cellsOf(text) <= width) return text;
  let [cells, end] = [0, 0];
  for (const character of text) {
    cells += cellsOfOne(character);
    if (cells > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}
