/**
 * Batch normalisation over rows (frames and utterances together), forward and backward.
 * Shapes: x, dy [rows][columns] row-major float32, columns a multiple of 4; statistics [columns].
 * Not modelled: gamma and beta in the forward pass; the cells apply them where they read the normalised values.
 */

/** Column means and biased variances of x, two passes. */
export function statistics(x: usize, rows: i32, columns: i32, mean: usize, variance: usize): void {
  const bytes = (<usize>columns) << 2;
  memory.fill(mean, 0, bytes);
  memory.fill(variance, 0, bytes);
  const share = f32x4.splat(<f32>1 / <f32>rows);
  let at = x;
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < bytes; c += 16) v128.store(mean + c, f32x4.add(v128.load(mean + c), v128.load(at + c)));
    at += bytes;
  }
  for (let c: usize = 0; c < bytes; c += 16) v128.store(mean + c, f32x4.mul(v128.load(mean + c), share));
  at = x;
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const d = f32x4.sub(v128.load(at + c), v128.load(mean + c));
      v128.store(variance + c, f32x4.add(v128.load(variance + c), f32x4.mul(d, d)));
    }
    at += bytes;
  }
  for (let c: usize = 0; c < bytes; c += 16) v128.store(variance + c, f32x4.mul(v128.load(variance + c), share));
}

/** x = (x - mean) * inverse, in place; `inverse` [columns] is 1 / sqrt(variance + epsilon). */
export function normalise(x: usize, rows: i32, columns: i32, mean: usize, inverse: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      v128.store(x + c, f32x4.mul(f32x4.sub(v128.load(x + c), v128.load(mean + c)), v128.load(inverse + c)));
    }
    x += bytes;
  }
}

/**
 * dGamma = sum dy xhat, dBeta = sum dy, and dy becomes dx in place through the batch statistics:
 * dx = gamma inverse (dy - dBeta / rows - xhat dGamma / rows).
 */
export function normaliseBackward(
  dy: usize,
  xhat: usize,
  rows: i32,
  columns: i32,
  gamma: usize,
  inverse: usize,
  dGamma: usize,
  dBeta: usize,
): void {
  const bytes = (<usize>columns) << 2;
  memory.fill(dGamma, 0, bytes);
  memory.fill(dBeta, 0, bytes);
  let y = dy,
    x = xhat;
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const d = v128.load(y + c);
      v128.store(dBeta + c, f32x4.add(v128.load(dBeta + c), d));
      v128.store(dGamma + c, f32x4.add(v128.load(dGamma + c), f32x4.mul(d, v128.load(x + c))));
    }
    y += bytes;
    x += bytes;
  }
  const share = f32x4.splat(<f32>1 / <f32>rows);
  y = dy;
  x = xhat;
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const gain = f32x4.mul(v128.load(gamma + c), v128.load(inverse + c));
      const means = f32x4.add(v128.load(dBeta + c), f32x4.mul(v128.load(x + c), v128.load(dGamma + c)));
      v128.store(y + c, f32x4.mul(gain, f32x4.sub(v128.load(y + c), f32x4.mul(means, share))));
    }
    y += bytes;
    x += bytes;
  }
}
