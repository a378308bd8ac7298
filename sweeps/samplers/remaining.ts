/**
 * The points of a finite space that were not asked, found value by value: where nearly all points were asked, or many
 * positions are the same point, drawn positions find no new one.
 */
import { distinctPositions } from "../distinct-points.js";
import type { Space } from "../space.js";

export class Remaining {
  /** Null: the space is not finite. */
  private readonly positions: Iterator<Float64Array> | null;

  constructor(space: Space) {
    this.positions = space.gridSize === null ? null : distinctPositions(space);
  }

  /** A position for which `isNew` is true; null if there is none. A position that once was known stays so. */
  next(isNew: (position: Float64Array) => boolean): Float64Array | null {
    if (this.positions === null) return null;
    for (;;) {
      const { done, value } = this.positions.next();
      if (done === true) return null;
      if (isNew(value)) return value;
    }
  }
}
