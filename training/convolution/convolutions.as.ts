/**
 * Convolutions and pools over many images at once, forward and both gradients; a dense matrix is a convolution whose
 * kernel is as large as its image. Shapes, float32: images [images][height][width][channels], channels innermost;
 * weights [groups][taps][sources of a group][targets of a group], taps row by row. Nothing is padded: channels go in
 * vectors of four, the rest one by one. Only inputs that are not 0 cost time, forward and in the gradient of the
 * weights; in the gradient of the input, only outputs whose gradient is not 0. Sums run in a fixed order, so results
 * are the same on every machine.
 */
import { Table } from "../../base/kernel/views.part.as";

/** Geometry, in the order in which the host writes it (`placed` in convolution.ts). */
@unmanaged
class Windowed {
  height: i32;
  width: i32;
  outHeight: i32;
  outWidth: i32;
  kernelWidth: i32;
  taps: i32;
  groups: i32;
  /** Source and target channels per group. */
  sources: i32;
  targets: i32;
  /**
   * Per row of the input: index of its first tap; the taps that cover it; the output row of each. The same per column.
   */
  rowStart: Table<i32>;
  rowTap: Table<i32>;
  rowOut: Table<i32>;
  columnStart: Table<i32>;
  columnTap: Table<i32>;
  columnOut: Table<i32>;
}

/** to += factor * from, over `count` numbers. */
@inline
function addTimes(to: Table<f32>, from: Table<f32>, factor: f32, count: i32): void {
  const factors = f32x4.splat(factor);
  const whole = count & ~3;
  let i = 0;
  for (; i < whole; i += 4) to.setLanes(i, f32x4.add(to.lanes(i), f32x4.mul(factors, from.lanes(i))));
  for (; i < count; i++) to[i] += factor * from[i];
}

/** out = bias + weights * x. */
export function convolve(shape: Windowed, images: i32, x: Table<f32>, weights: Table<f32>, bias: Table<f32>, out: Table<f32>): void {
  const sources = shape.sources,
    targets = shape.targets,
    groups = shape.groups,
    taps = shape.taps;
  const targetsOfAll = targets * groups;
  const places = shape.outHeight * shape.outWidth;
  for (let image = 0; image < images; image++) {
    for (let place = 0; place < places; place++)
      memory.copy(changetype<usize>(out.from(place * targetsOfAll)), changetype<usize>(bias), (<usize>targetsOfAll) << 2);
    for (let row = 0; row < shape.height; row++) {
      const firstRow = shape.rowStart[row],
        endRow = shape.rowStart[row + 1];
      for (let column = 0; column < shape.width; column++) {
        const firstColumn = shape.columnStart[column],
          endColumn = shape.columnStart[column + 1];
        for (let group = 0; group < groups; group++) {
          for (let source = 0; source < sources; source++) {
            const value = x[source];
            if (value == 0) continue;
            for (let r = firstRow; r < endRow; r++) {
              const line = out.from(shape.rowOut[r] * shape.outWidth * targetsOfAll + group * targets);
              const firstTap = group * taps + shape.rowTap[r] * shape.kernelWidth;
              for (let c = firstColumn; c < endColumn; c++)
                addTimes(
                  line.from(shape.columnOut[c] * targetsOfAll),
                  weights.from(((firstTap + shape.columnTap[c]) * sources + source) * targets),
                  value,
                  targets,
                );
            }
          }
          x = x.from(sources);
        }
      }
    }
    out = out.from(places * targetsOfAll);
  }
}

/** Adds to the gradients of the weights [groups][taps][sources][targets] and of the bias [output channels]. */
export function weightGradients(
  shape: Windowed,
  images: i32,
  x: Table<f32>,
  outGradient: Table<f32>,
  weightGradient: Table<f32>,
  biasGradient: Table<f32>,
): void {
  const sources = shape.sources,
    targets = shape.targets,
    groups = shape.groups,
    taps = shape.taps;
  const targetsOfAll = targets * groups;
  const places = shape.outHeight * shape.outWidth;
  for (let image = 0; image < images; image++) {
    for (let place = 0; place < places; place++) addTimes(biasGradient, outGradient.from(place * targetsOfAll), 1, targetsOfAll);
    for (let row = 0; row < shape.height; row++) {
      const firstRow = shape.rowStart[row],
        endRow = shape.rowStart[row + 1];
      for (let column = 0; column < shape.width; column++) {
        const firstColumn = shape.columnStart[column],
          endColumn = shape.columnStart[column + 1];
        for (let group = 0; group < groups; group++) {
          for (let source = 0; source < sources; source++) {
            const value = x[source];
            if (value == 0) continue;
            for (let r = firstRow; r < endRow; r++) {
              const line = outGradient.from(shape.rowOut[r] * shape.outWidth * targetsOfAll + group * targets);
              const firstTap = group * taps + shape.rowTap[r] * shape.kernelWidth;
              for (let c = firstColumn; c < endColumn; c++)
                addTimes(
                  weightGradient.from(((firstTap + shape.columnTap[c]) * sources + source) * targets),
                  line.from(shape.columnOut[c] * targetsOfAll),
                  value,
                  targets,
                );
            }
          }
          x = x.from(sources);
        }
      }
    }
    outGradient = outGradient.from(places * targetsOfAll);
  }
}

/** Gradient of the input, from weights [groups][taps][targets][sources]. */
export function inputGradients(
  shape: Windowed,
  images: i32,
  outGradient: Table<f32>,
  weights: Table<f32>,
  inputGradient: Table<f32>,
): void {
  const sources = shape.sources,
    targets = shape.targets,
    groups = shape.groups,
    taps = shape.taps;
  const targetsOfAll = targets * groups;
  const places = shape.outHeight * shape.outWidth;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < shape.height; row++) {
      const firstRow = shape.rowStart[row],
        endRow = shape.rowStart[row + 1];
      for (let column = 0; column < shape.width; column++) {
        const firstColumn = shape.columnStart[column],
          endColumn = shape.columnStart[column + 1];
        for (let group = 0; group < groups; group++) {
          inputGradient.fill(0, sources);
          for (let r = firstRow; r < endRow; r++) {
            const line = outGradient.from(shape.rowOut[r] * shape.outWidth * targetsOfAll + group * targets);
            const firstTap = group * taps + shape.rowTap[r] * shape.kernelWidth;
            for (let c = firstColumn; c < endColumn; c++) {
              const from = line.from(shape.columnOut[c] * targetsOfAll);
              const tap = weights.from((firstTap + shape.columnTap[c]) * targets * sources);
              for (let target = 0; target < targets; target++) {
                const value = from[target];
                if (value != 0) addTimes(inputGradient, tap.from(target * sources), value, sources);
              }
            }
          }
          inputGradient = inputGradient.from(sources);
        }
      }
    }
    outGradient = outGradient.from(places * targetsOfAll);
  }
}

/** out = gain times the sum of each window, per channel. The shape has a group of one source and target per channel. */
export function pool(shape: Windowed, images: i32, gain: f32, x: Table<f32>, out: Table<f32>): void {
  const channels = shape.groups;
  const values = shape.outHeight * shape.outWidth * channels;
  for (let image = 0; image < images; image++) {
    out.fill(0, values);
    for (let row = 0; row < shape.height; row++) {
      for (let column = 0; column < shape.width; column++) {
        const end = shape.columnStart[column + 1];
        for (let r = shape.rowStart[row]; r < shape.rowStart[row + 1]; r++) {
          const line = out.from(shape.rowOut[r] * shape.outWidth * channels);
          for (let c = shape.columnStart[column]; c < end; c++) addTimes(line.from(shape.columnOut[c] * channels), x, gain, channels);
        }
        x = x.from(channels);
      }
    }
    out = out.from(values);
  }
}

/** Gradient of a pool's input. */
export function poolGradients(shape: Windowed, images: i32, gain: f32, outGradient: Table<f32>, inputGradient: Table<f32>): void {
  const channels = shape.groups;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < shape.height; row++) {
      for (let column = 0; column < shape.width; column++) {
        const end = shape.columnStart[column + 1];
        inputGradient.fill(0, channels);
        for (let r = shape.rowStart[row]; r < shape.rowStart[row + 1]; r++) {
          const line = outGradient.from(shape.rowOut[r] * shape.outWidth * channels);
          for (let c = shape.columnStart[column]; c < end; c++)
            addTimes(inputGradient, line.from(shape.columnOut[c] * channels), gain, channels);
        }
        inputGradient = inputGradient.from(channels);
      }
    }
    outGradient = outGradient.from(shape.outHeight * shape.outWidth * channels);
  }
}
