/**
 * Weights between their float masters and the grid that a chip holds, one column at a time: a column here is a row of the chip's weights, which share a step.
 * Shapes: masters and weights [rows][columns] row-major float32, columns a multiple of 4; all others [columns].
 * The forward pass uses q * gain, where q = master / step is rounded to nearest within -largest .. largest, or is its sign with `binary`. Gradients pass unchanged where
 * |master / step| is at most `inside`.
 */
import { Table } from "../../base/kernel/views.part.as";

/** Largest |master| of each column, if larger than the number in `peaks`. */
export function columnPeaks(masters: Table<f32>, rows: i32, columns: i32, peaks: Table<f32>): void {
  let at = masters;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) peaks.setLanes(c, f32x4.max(peaks.lanes(c), f32x4.abs(at.lanes(c))));
    at = at.from(columns);
  }
}

/** Masters, in steps, rounded to integers. */
@inline
function words(x: v128, largest: v128, binary: bool): v128 {
  const one = f32x4.splat(1);
  if (binary) return v128.bitselect(f32x4.neg(one), one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.max(f32x4.neg(largest), f32x4.min(largest, f32x4.nearest(x)));
}

/** out = q gain; `inverse` is 1 / step, and 0 for a column without weights. */
export function project(
  masters: Table<f32>,
  rows: i32,
  columns: i32,
  inverse: Table<f32>,
  gain: Table<f32>,
  largest: f32,
  binary: bool,
  out: Table<f32>,
): void {
  const most = f32x4.splat(largest);
  let from = masters,
    to = out;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      to.setLanes(c, f32x4.mul(words(f32x4.mul(from.lanes(c), inverse.lanes(c)), most, binary), gain.lanes(c)));
    }
    from = from.from(columns);
    to = to.from(columns);
  }
}

/**
 * Replaces the gradient of the weights by that of the masters: times `scale` (weight per master), 0 beyond `inside`,
 * and 0 where the master is 0, because that weight was pruned. Adds the gradient of each step, in steps, to `dStep`:
 * the sum of g (q - x) over x that are not clipped, and of g q over those that are.
 */
export function projectBackward(
  gradient: Table<f32>,
  masters: Table<f32>,
  rows: i32,
  columns: i32,
  inverse: Table<f32>,
  scale: Table<f32>,
  largest: f32,
  binary: bool,
  inside: f32,
  dStep: Table<f32>,
): void {
  const most = f32x4.splat(largest),
    edge = f32x4.splat(inside);
  let g = gradient,
    m = masters;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      const x = f32x4.mul(m.lanes(c), inverse.lanes(c));
      const size = f32x4.abs(x);
      const q = words(x, most, binary);
      const d = f32x4.mul(g.lanes(c), scale.lanes(c));
      const slope = binary ? q : f32x4.sub(q, v128.and(x, f32x4.le(size, most)));
      dStep.setLanes(c, f32x4.add(dStep.lanes(c), f32x4.mul(d, slope)));
      const moves = v128.and(f32x4.le(size, edge), f32x4.gt(size, f32x4.splat(0)));
      g.setLanes(c, v128.and(d, moves));
    }
    g = g.from(columns);
    m = m.from(columns);
  }
}
