/**
 * Places the notes inside a panel: beside the point they explain, on the side with more room, clear of other notes and
 * of marks.
 */
import { textWidth } from "./drawing.js";
import { type Frame, OTHER_FONTS, placesOf, SMALL, toX, toY } from "./page.js";
import type { Axis, Panel } from "./spec.js";

interface NoteSpot {
  readonly text: string;
  /** Baseline of the text, at its start or its end. */
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Distance of the baseline below the point, in order of preference: just above the point, just below, further off. */
const OFFSETS = [-4, 9, -12, 17, -20, 25];
const MARK = 3;

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Places of a panel's notes, in order; if all candidates are occupied, the first one. */
export function noteSpots({ notes, series }: Panel, x: Axis, y: Axis, frame: Frame): readonly NoteSpot[] {
  const taken: Box[] = series
    .filter((one) => one.kind === "marks")
    .flatMap((one) => placesOf(one.points, x, y, frame))
    .flatMap((place) =>
      place === null ? [] : [{ left: place[0] - MARK, right: place[0] + MARK, top: place[1] - MARK, bottom: place[1] + MARK }],
    );
  return notes.map(({ x: atX, y: atY, text }) => {
    const at = toX(x, atX, frame);
    const onRight = at > (frame.left + frame.right) / 2;
    const candidates = OFFSETS.flatMap((offset) =>
      [onRight, !onRight].map((leftwards) => spotOf(text, at, toY(y, atY, frame) + offset, leftwards)),
    );
    const inside = ({ box }: { readonly box: Box }): boolean =>
      box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
    const free = candidates.find((one) => inside(one) && !taken.some((box) => meet(box, one.box))) ?? candidates[0];
    taken.push(free.box);
    return free.spot;
  });
}

function spotOf(text: string, at: number, foot: number, leftwards: boolean): { readonly spot: NoteSpot; readonly box: Box } {
  const x = at + (leftwards ? -5 : 5);
  const width = textWidth(text, SMALL) * OTHER_FONTS;
  const left = leftwards ? x - width : x;
  return {
    spot: { text, x, y: foot, anchor: leftwards ? "end" : "start" },
    box: { left, right: left + width, top: foot - 0.8 * SMALL, bottom: foot + 0.2 * SMALL },
  };
}
