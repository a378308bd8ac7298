/**
 * Batch normalisation over rows (frames and utterances together), forward and backward.
 * Shapes: x, dy [rows][columns] row-major float32, columns a multiple of 4; statistics [columns].
 * Not modelled: gamma and beta in the forward pass; the cells apply them to the normalised values.
 */
import { Table } from "../../base/kernel/views.part.as";

/** Column means and biased variances of x, two passes. */
export function statistics(x: Table<f32>, rows: i32, columns: i32, mean: Table<f32>, variance: Table<f32>): void {
  mean.fill(0, columns);
  variance.fill(0, columns);
  const share = f32x4.splat(<f32>1 / <f32>rows);
  let at = x;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) mean.setLanes(c, f32x4.add(mean.lanes(c), at.lanes(c)));
    at = at.from(columns);
  }
  for (let c = 0; c < columns; c += 4) mean.setLanes(c, f32x4.mul(mean.lanes(c), share));
  at = x;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      const d = f32x4.sub(at.lanes(c), mean.lanes(c));
      variance.setLanes(c, f32x4.add(variance.lanes(c), f32x4.mul(d, d)));
    }
    at = at.from(columns);
  }
  for (let c = 0; c < columns; c += 4) variance.setLanes(c, f32x4.mul(variance.lanes(c), share));
}

/** x = (x - mean) * inverse, in place; `inverse` [columns] is 1 / sqrt(variance + epsilon). */
export function normalise(x: Table<f32>, rows: i32, columns: i32, mean: Table<f32>, inverse: Table<f32>): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      x.setLanes(c, f32x4.mul(f32x4.sub(x.lanes(c), mean.lanes(c)), inverse.lanes(c)));
    }
    x = x.from(columns);
  }
}

/**
 * dGamma = sum dy xhat, dBeta = sum dy; replaces dy by dx through the batch statistics: dx = gamma inverse (dy - dBeta
 * / rows - xhat dGamma / rows).
 */
export function normaliseBackward(
  dy: Table<f32>,
  xhat: Table<f32>,
  rows: i32,
  columns: i32,
  gamma: Table<f32>,
  inverse: Table<f32>,
  dGamma: Table<f32>,
  dBeta: Table<f32>,
): void {
  dGamma.fill(0, columns);
  dBeta.fill(0, columns);
  let y = dy,
    x = xhat;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      const d = y.lanes(c);
      dBeta.setLanes(c, f32x4.add(dBeta.lanes(c), d));
      dGamma.setLanes(c, f32x4.add(dGamma.lanes(c), f32x4.mul(d, x.lanes(c))));
    }
    y = y.from(columns);
    x = x.from(columns);
  }
  const share = f32x4.splat(<f32>1 / <f32>rows);
  y = dy;
  x = xhat;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) {
      const gain = f32x4.mul(gamma.lanes(c), inverse.lanes(c));
      const means = f32x4.add(dBeta.lanes(c), f32x4.mul(x.lanes(c), dGamma.lanes(c)));
      y.setLanes(c, f32x4.mul(gain, f32x4.sub(y.lanes(c), f32x4.mul(means, share))));
    }
    y = y.from(columns);
    x = x.from(columns);
  }
}

/** sums = sum of dy over the rows, the gradient of a bias. */
export function columnSums(dy: Table<f32>, rows: i32, columns: i32, sums: Table<f32>): void {
  sums.fill(0, columns);
  let y = dy;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c += 4) sums.setLanes(c, f32x4.add(sums.lanes(c), y.lanes(c)));
    y = y.from(columns);
  }
}
