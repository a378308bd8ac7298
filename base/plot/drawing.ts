/** A picture as positioned shapes, from which SVG and PDF are written: lengths in 1/72 inch, origin at the top left. */

export type Shape =
  | {
      readonly kind: "line";
      readonly points: readonly (readonly [number, number])[];
      readonly colour: string;
      readonly width: number;
      readonly dash: readonly number[];
    }
  | {
      readonly kind: "circle";
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      /** A colour, or `none`. */
      readonly fill: string;
      readonly stroke: string | null;
      readonly width: number;
      /** Shown when the reader points at the shape; empty: nothing. */
      readonly label: string;
    }
  | { readonly kind: "box"; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: string }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly anchor: "start" | "middle" | "end";
      /** Degrees, counter-clockwise: 0 or 90. */
      readonly turn: 0 | 90;
      readonly bold: boolean;
    };

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly about: string;
  readonly shapes: readonly Shape[];
}

/** Widths of characters 32 to 126 in Helvetica, thousandths of the size. Source: Adobe Core 14 font metrics. */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
  278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
  667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556,
  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** Width of a text in Helvetica; a character beyond ASCII counts as one of middle width. */
export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (const character of text) sum += WIDTHS[character.charCodeAt(0) - 32] ?? 556;
  return (sum * size) / 1000;
}

/** The text, cut with `..` if it is wider than `width`. */
export function fitted(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = text;
  while (kept.length > 1 && textWidth(`${kept}..`, size) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}..`;
}
