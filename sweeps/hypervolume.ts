/**
 * Exact hypervolume: volume between a front and a reference point, all objectives minimised.
 * 1-D and 2-D: sweep, O(n log n). 3-D: sweep over the third objective with a sorted staircase, O(n^2) at worst. 4-D and more: WFG.
 * Source: While, Bradstreet, Barone, "A fast way of calculating exact hypervolumes", IEEE TEC 16(1), 2012 (WFG).
 * A point that is not strictly better than the reference in every objective adds 0.
 *
 * Points lie in one array of numbers per depth of the recursion, which goes one objective down at a time and therefore never needs two of a kind.
 */

type Point = readonly number[];

/** Hypervolume of any set of points; dominated points, duplicates and points beyond the reference may be among them. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const volumes = new Volumes(reference);
  for (const p of points) if (p.every((value, k) => value < reference[k])) volumes.top.push(p);
  return volumes.measure();
}

/** Hypervolume that `extra` would add to a front (exclusive volume against all of it). */
export function improvement(front: readonly Point[], extra: Point, reference: Point): number {
  if (!extra.every((value, k) => value < reference[k])) return 0;
  let box = 1;
  for (let k = 0; k < extra.length; k++) box *= reference[k] - extra[k];
  const volumes = new Volumes(reference);
  const moved = new Float64Array(extra.length);
  for (const q of front) {
    // Moved up to be no better than `extra` anywhere.
    let isInside = true;
    for (let k = 0; k < extra.length; k++) {
      moved[k] = Math.max(q[k], extra[k]);
      if (!(moved[k] < reference[k])) isInside = false;
    }
    if (isInside) volumes.top.push(moved);
  }
  return box - volumes.measure();
}

/** Points of one depth, one after the other. */
class Rows {
  values = new Float64Array(0);
  /** First value of each point, in the order of use. */
  order = new Int32Array(0);
  count = 0;
  private merged = new Int32Array(0);

  constructor(readonly width: number) {}

  push(point: ArrayLike<number>): void {
    this.reserve(this.count + 1);
    this.values.set(point, this.count++ * this.width);
  }

  reserve(count: number): void {
    if (count <= this.order.length) return;
    const most = Math.max(count, 2 * this.order.length, 16);
    const values = new Float64Array(most * this.width);
    values.set(this.values);
    this.values = values;
    this.order = new Int32Array(most);
  }

  /** Puts the first `count` of the order in order: by `first`, up or down, then by all columns up; equal points may stand either way. */
  sort(count: number, first: number, isDown: boolean): void {
    for (let from = 0; from < count; from += RUN) this.insert(from, Math.min(from + RUN, count), first, isDown);
    if (count > RUN && this.merged.length < count) this.merged = new Int32Array(this.order.length);
    for (let length = RUN; length < count; length *= 2) {
      for (let from = 0; from + length < count; from += 2 * length)
        this.merge(from, from + length, Math.min(from + 2 * length, count), first, isDown);
    }
  }

  private insert(from: number, to: number, first: number, isDown: boolean): void {
    const { order } = this;
    for (let i = from + 1; i < to; i++) {
      const one = order[i];
      let at = i;
      for (; at > from && this.isAfter(order[at - 1], one, first, isDown); at--) order[at] = order[at - 1];
      order[at] = one;
    }
  }

  /** Two sorted neighbours become one. */
  private merge(from: number, middle: number, to: number, first: number, isDown: boolean): void {
    const { order, merged } = this;
    let [left, right] = [from, middle];
    for (let at = from; at < to; at++) {
      const isRight = left === middle || (right < to && this.isAfter(order[left], order[right], first, isDown));
      merged[at] = isRight ? order[right++] : order[left++];
    }
    for (let at = from; at < to; at++) order[at] = merged[at];
  }

  private isAfter(a: number, b: number, first: number, isDown: boolean): boolean {
    const { values, width } = this;
    const [x, y] = [values[a + first], values[b + first]];
    if (x !== y) return isDown ? x < y : x > y;
    for (let k = 0; k < width; k++) if (values[a + k] !== values[b + k]) return values[a + k] > values[b + k];
    return false;
  }
}

/** So many neighbours are sorted by insertion. */
const RUN = 16;

/** Volumes of sets of points by the number of objectives that count, the first ones. */
class Volumes {
  readonly top: Rows;
  private readonly rows: Rows[];
  private xs = new Float64Array(16);
  private ys = new Float64Array(16);
  /** Points that others were last found to be dominated by stand first. */
  private kept = new Int32Array(16);

  constructor(private readonly reference: Point) {
    this.rows = Array.from({ length: reference.length + 1 }, (_, width) => new Rows(width));
    this.top = this.rows[reference.length];
  }

  /** Of what was put into `top`. */
  measure(): number {
    const { top, reference } = this;
    if (top.count === 0) return 0;
    if (top.width > 2) return this.of(top);
    const { values, order, count, width } = top;
    if (width === 1) return reference[0] - values.subarray(0, count).reduce((least, value) => Math.min(least, value));
    for (let i = 0; i < count; i++) order[i] = i * width;
    top.sort(count, 0, false);
    return area(top, reference);
  }

  private of(rows: Rows): number {
    if (rows.count === 0) return 0;
    const { order, count, width } = rows;
    for (let i = 0; i < count; i++) order[i] = i * width;
    if (width > 3) return this.wfg(rows);
    rows.sort(count, 2, false);
    return this.sweep3(rows);
  }

  private wfg(rows: Rows): number {
    const { width, order } = rows;
    const last = width - 1;
    const count = this.filter(rows);
    rows.sort(count, last, true);
    const { values } = rows;
    const rest = this.rows[last];
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const p = order[i];
      let box = 1;
      for (let k = 0; k <= last; k++) box *= this.reference[k] - values[p + k];
      // All that follow are no worse in the last objective, so that what they share with p's box lies on p's slice: one dimension less.
      rest.count = count - i - 1;
      rest.reserve(rest.count);
      const limited = rest.values;
      for (let j = i + 1, at = 0; j < count; j++) {
        const q = order[j];
        for (let k = 0; k < last; k++) limited[at++] = Math.max(values[q + k], values[p + k]);
      }
      sum += box - this.of(rest) * (this.reference[last] - values[p + last]);
    }
    return sum;
  }

  /** Leaves of the order the points that no other one is as good as everywhere, one of those that are equal; how many these are. */
  private filter(rows: Rows): number {
    const { values, width, order, count } = rows;
    rows.sort(count, 0, false);
    if (this.kept.length < count) this.kept = new Int32Array(2 * count);
    const { kept } = this;
    let many = 0;
    for (let i = 0; i < count; i++) {
      const p = order[i];
      let by = -1;
      // Those before it are no worse in the first objective.
      for (let j = 0; j < many && by < 0; j++) {
        const q = kept[j];
        let k = 1;
        while (k < width && values[q + k] <= values[p + k]) k++;
        if (k === width) by = j;
      }
      if (by < 0) {
        kept[many] = p;
        order[many++] = p;
      } else if (by > 0) [kept[by >> 1], kept[by]] = [kept[by], kept[by >> 1]];
    }
    return many;
  }

  /** Slices along the third objective; the staircase of the first two is kept sorted (x ascending, y descending) with its area. */
  private sweep3({ values, order, count }: Rows): number {
    const [rx, ry, rz] = this.reference;
    if (this.xs.length < count + 1) [this.xs, this.ys] = [new Float64Array(2 * count + 1), new Float64Array(2 * count + 1)];
    const { xs, ys } = this;
    let steps = 0;
    let covered = 0;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [values[order[i]], values[order[i] + 1], values[order[i] + 2]];
      let low = 0;
      let high = steps;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (xs[middle] < x) low = middle + 1;
        else high = middle;
      }
      const roofBefore = low === 0 ? ry : ys[low - 1];
      const isTied = low < steps && xs[low] === x && ys[low] <= y;
      if (roofBefore > y && !isTied) {
        // Add the new box piece by piece over the steps that it covers, then drop those steps.
        let end = low;
        let left = x;
        let roof = roofBefore;
        while (end < steps && ys[end] >= y) {
          covered += (xs[end] - left) * (roof - y);
          left = xs[end];
          roof = ys[end];
          end++;
        }
        covered += ((end < steps ? xs[end] : rx) - left) * (roof - y);
        xs.copyWithin(low + 1, end, steps);
        ys.copyWithin(low + 1, end, steps);
        xs[low] = x;
        ys[low] = y;
        steps += low + 1 - end;
      }
      const next = i + 1 < count ? values[order[i + 1] + 2] : rz;
      sum += covered * (next - z);
    }
    return sum;
  }
}

function area({ values, order, count }: Rows, reference: Point): number {
  let sum = 0;
  let roof = reference[1];
  for (let i = 0; i < count; i++) {
    const [x, y] = [values[order[i]], values[order[i] + 1]];
    if (y < roof) {
      sum += (reference[0] - x) * (roof - y);
      roof = y;
    }
  }
  return sum;
}
