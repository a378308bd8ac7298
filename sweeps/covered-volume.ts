/**
 * Volume of the part of a cell that points dominate: a point dominates all that is no better than it in any objective.
 * All objectives are minimised. If a point covers a cell in all objectives but one, the cell is cut off at the point in
 * that objective. The rest is halved at the median of the points, in the objective that most of them depend on, until
 * at most three points are left. Points [count][objectives] never lie before the cell; a point's mask marks the
 * objectives in which the point lies behind the cell's lower corner. Only these need comparing.
 * Source: Chan, "Klee's measure problem made easy", FOCS 2013 (simplify and cut: n^(objectives / 3) for such points).
 */
import { powerOfTwo } from "../base/math.js";

/** Most objectives: the bits of a mask. */
export const OBJECTIVES_MOST = 31;
/**
 * Weight of a point when the objective to halve is chosen, by the number of objectives that the point depends on: a cut
 * seldom simplifies a point that depends on many.
 */
const SAY = Float64Array.from({ length: OBJECTIVES_MOST + 1 }, (_, active) => powerOfTwo(-active));

/** Mask of a point that is about to be left out. */
const LEFT_OUT = -1;

export class CoveredVolume {
  /**
   * Points of the nested cells, [points][objectives], those of inner cells behind those of outer ones; and their masks.
   */
  private rows: Float64Array;
  private masks: Int32Array;
  /** [points] 1: the lower corner has come nearer to the point since it was last compared with others. */
  private isNearer: Uint8Array;
  /** Lower and upper corner of each nested cell, by depth. */
  private corners: Float64Array;
  private middle = new Float64Array(16);
  private readonly says: Float64Array;

  /** `width`: number of objectives. Throws: Error for more than 31. */
  constructor(private readonly width: number) {
    if (width > OBJECTIVES_MOST) throw new Error(`volumes have at most ${OBJECTIVES_MOST} objectives, not ${width}`);
    this.rows = new Float64Array(64 * width);
    this.masks = new Int32Array(64);
    this.isNearer = new Uint8Array(64);
    this.corners = new Float64Array(64 * width);
    this.says = new Float64Array(width);
  }

  /** Covered volume of the cell from `lower` to `upper`. Points before the lower corner are moved onto it. */
  of(points: readonly (readonly number[])[], lower: readonly number[], upper: readonly number[]): number {
    const { width } = this;
    this.corners.set(lower);
    this.corners.set(upper, width);
    this.reserve(points.length);
    const { rows, masks } = this;
    let count = 0;
    for (const point of points) {
      let mask = 0;
      let isInside = true;
      for (let k = 0, at = count * width; k < width; k++, at++) {
        const value = point[k];
        rows[at] = Math.max(value, lower[k]);
        if (value > lower[k]) mask |= 1 << k;
        if (!(value < upper[k])) isInside = false;
      }
      masks[count] = mask;
      this.isNearer[count] = 0;
      if (isInside) count++;
    }
    return this.covered(0, count, 0);
  }

  private covered(from: number, given: number, depth: number): number {
    const { width, says } = this;
    const lower = 2 * depth * width;
    const upper = lower + width;
    let count = given;
    let sum = 0;
    let isCompared = depth > 0;
    for (;;) {
      const { corners, masks, rows } = this;
      let isCut = false;
      let whole = 1;
      for (let k = 0; k < width; k++) whole *= corners[upper + k] - corners[lower + k];
      let left = whole;
      for (let i = from; i < from + count; i++) {
        const mask = masks[i];
        if (mask === 0) return sum + whole; // the volume cut off in this round is covered
        if ((mask & (mask - 1)) !== 0) continue;
        const k = 31 - Math.clz32(mask);
        const value = rows[i * width + k];
        if (!(value < corners[upper + k])) continue;
        // the whole cell behind it is covered
        left *= (value - corners[lower + k]) / (corners[upper + k] - corners[lower + k]);
        corners[upper + k] = value;
        isCut = true;
      }
      if (isCut) {
        sum += whole - left;
        count = this.keepInside(from, count, upper);
      }
      // the nearer upper corner changes no comparison of two points
      if (count > 2) count = isCompared ? this.keepUndominatedByNearer(from, count) : this.keepUndominated(from, count);
      isCompared = true;
      if (count <= 3) return sum + this.ofThree(from, count, upper);
      says.fill(0);
      for (let i = from; i < from + count; i++) {
        const mask = masks[i];
        const say = SAY[bitsOf(mask)];
        for (let left = mask; left !== 0; left &= left - 1) says[31 - Math.clz32(left & -left)] += say;
      }
      let along = 0;
      for (let k = 1; k < width; k++) if (says[k] > says[along]) along = k;
      const at = this.middleOf(from, count, along);
      sum += this.before(from, count, depth, along, at);
      // the half behind the cut replaces the whole cell
      const bit = 1 << along;
      const { corners: held, masks: own, rows: behind } = this;
      held[lower + along] = at;
      for (let i = from; i < from + count; i++) {
        if ((own[i] & bit) === 0) behind[i * width + along] = at;
        else if (behind[i * width + along] <= at) {
          behind[i * width + along] = at;
          own[i] &= ~bit;
          this.isNearer[i] = 1;
        }
      }
    }
  }

  /** Covered volume of the half before a cut. */
  private before(from: number, count: number, depth: number, along: number, at: number): number {
    const { width } = this;
    const to = from + count;
    this.reserve(to + count);
    const { rows, masks } = this;
    let found = 0;
    for (let i = from; i < to; i++) {
      if (!(rows[i * width + along] < at)) continue;
      for (let k = 0, a = i * width, b = (to + found) * width; k < width; k++) rows[b++] = rows[a++];
      this.isNearer[to + found] = 0;
      masks[to + found++] = masks[i];
    }
    if (found === 0) return 0;
    const own = 2 * depth * width;
    const inner = own + 2 * width;
    if (this.corners.length < inner + 2 * width) {
      const more = new Float64Array(2 * this.corners.length);
      more.set(this.corners);
      this.corners = more;
    }
    this.corners.copyWithin(inner, own, inner);
    this.corners[inner + width + along] = at;
    return this.covered(to, found, depth + 1);
  }

  /** Median of the points' values in an objective, over the points that depend on it. */
  private middleOf(from: number, count: number, along: number): number {
    const { rows, masks, width } = this;
    if (this.middle.length < count) this.middle = new Float64Array(2 * count);
    const { middle } = this;
    let found = 0;
    for (let i = from; i < from + count; i++) if ((masks[i] >> along) & 1) middle[found++] = rows[i * width + along];
    if (found > 24) middle.subarray(0, found).sort();
    else {
      for (let i = 1; i < found; i++) {
        const one = middle[i];
        let place = i;
        for (; place > 0 && middle[place - 1] > one; place--) middle[place] = middle[place - 1];
        middle[place] = one;
      }
    }
    return middle[found >> 1];
  }

  /** Covered volume for at most three points, all inside the cell, by inclusion and exclusion. */
  private ofThree(from: number, count: number, upper: number): number {
    if (count === 0) return 0;
    const { rows, corners, width } = this;
    const second = count > 1 ? width : 0;
    const third = count > 2 ? 2 * width : second;
    let [one, two, three, oneTwo, oneThree, twoThree, all] = [1, 1, 1, 1, 1, 1, 1];
    for (let k = 0, at = from * width; k < width; k++, at++) {
      const end = corners[upper + k];
      const a = end - rows[at];
      const b = end - rows[at + second];
      const c = end - rows[at + third];
      const ab = Math.min(a, b);
      one *= a;
      two *= b;
      three *= c;
      oneTwo *= ab;
      oneThree *= Math.min(a, c);
      twoThree *= Math.min(b, c);
      all *= Math.min(ab, c);
    }
    if (count === 1) return one;
    return count === 2 ? one + two - oneTwo : one + two + three - oneTwo - oneThree - twoThree + all;
  }

  private keepInside(from: number, count: number, upper: number): number {
    const { rows, corners, width } = this;
    let kept = from;
    for (let i = from; i < from + count; i++) {
      let k = 0;
      while (k < width && rows[i * width + k] < corners[upper + k]) k++;
      if (k === width) this.move(i, kept++);
    }
    return kept - from;
  }

  /** Leaves out points that others dominate; of equal points one stays. */
  private keepUndominated(from: number, count: number): number {
    const { masks } = this;
    let kept = from;
    for (let i = from; i < from + count; i++) {
      const mask = masks[i];
      let isKept = true;
      for (let j = from; j < kept; j++) {
        if ((masks[j] & ~mask) === 0) {
          if (!this.isNoWorse(j, i)) continue;
          isKept = false;
          break;
        }
        if ((mask & ~masks[j]) === 0 && this.isNoWorse(i, j)) this.move(--kept, j--);
      }
      if (isKept) this.move(i, kept++);
    }
    return kept - from;
  }

  /**
   * The same if none dominated another one before the lower corner came nearer to some: only these can dominate one
   * that they did not before.
   */
  private keepUndominatedByNearer(from: number, count: number): number {
    const { masks, isNearer } = this;
    const to = from + count;
    let leftOut = 0;
    for (let j = from; j < to; j++) {
      if (isNearer[j] === 0) continue;
      isNearer[j] = 0;
      const mask = masks[j];
      if (mask === LEFT_OUT) continue;
      for (let i = from; i < to; i++) {
        if ((mask & ~masks[i]) !== 0 || i === j || masks[i] === LEFT_OUT || !this.isNoWorse(j, i)) continue;
        masks[i] = LEFT_OUT;
        leftOut++;
      }
    }
    if (leftOut === 0) return count;
    let kept = from;
    for (let i = from; i < to; i++) if (masks[i] !== LEFT_OUT) this.move(i, kept++);
    return kept - from;
  }

  private isNoWorse(one: number, than: number): boolean {
    const { rows, width } = this;
    for (let k = 0, a = one * width, b = than * width; k < width; k++) if (rows[a++] > rows[b++]) return false;
    return true;
  }

  private move(from: number, to: number): void {
    if (from === to) return;
    const { rows, masks, width } = this;
    for (let k = 0, a = from * width, b = to * width; k < width; k++) rows[b++] = rows[a++];
    masks[to] = masks[from];
    this.isNearer[to] = this.isNearer[from];
  }

  private reserve(count: number): void {
    if (count <= this.masks.length) return;
    const most = Math.max(count, 2 * this.masks.length);
    const rows = new Float64Array(most * this.width);
    rows.set(this.rows);
    this.rows = rows;
    const masks = new Int32Array(most);
    masks.set(this.masks);
    this.masks = masks;
    const isNearer = new Uint8Array(most);
    isNearer.set(this.isNearer);
    this.isNearer = isNearer;
  }
}

function bitsOf(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
