/**
 * Kernels of convolutions and pools against TensorFlow.js on its cpu back end, and against plain loops in double
 * precision.
 */
import type { conv2d, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { ConvolutionShape } from "../../../arch/index.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { chooseBackend } from "../../../training/backend.js";
import { Convolution, Pool, sourcesOf, targetsOf, weightsOf } from "../../../training/convolution/convolution.js";
import { createEngine } from "../../../training/fused/kernels.js";

type ExplicitPadding = Exclude<Parameters<typeof conv2d>[3], string | number>;

const SEED = 411;
const engine = createEngine();

const pair = (draw: () => number): [number, number] => [draw(), draw()];

/** A shape with outputs; `plain`: without groups and dilation, for which TensorFlow.js has no gradients. */
function drawShape(rng: Rng, plain: boolean): ConvolutionShape {
  for (;;) {
    const groups = plain ? 1 : rng.int(1, 3);
    const [input, size] = [pair(() => rng.int(1, 9)), pair(() => rng.int(1, 4))];
    const stride = pair(() => rng.int(1, 3));
    const dilation = pair(() => (plain ? 1 : rng.int(1, 2)));
    const padding = pair(() => rng.int(0, 2));
    const output = [0, 1].map((a) => Math.floor((input[a] + 2 * padding[a] - dilation[a] * (size[a] - 1) - 1) / stride[a]) + 1);
    if (output.some((side) => side < 1)) continue;
    const [sourceChannels, targetChannels] = [groups * rng.int(1, 5), groups * rng.int(1, 9)];
    return { groups, input, size, stride, dilation, padding, output: [output[0], output[1]], sourceChannels, targetChannels };
  }
}

const sparse = (rng: Rng, count: number): Float32Array =>
  Float32Array.from({ length: count }, () => (rng.float() < 0.5 ? 0 : rng.normal()));

interface Case {
  readonly shape: ConvolutionShape;
  readonly images: number;
  readonly x: Float32Array;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly outGradient: Float32Array;
}

function drawCase(rng: Rng, plain: boolean): Case {
  const shape = drawShape(rng, plain);
  const images = rng.int(1, 3);
  return {
    shape,
    images,
    x: sparse(rng, images * sourcesOf(shape)),
    weights: sparse(rng, weightsOf(shape)),
    bias: sparse(rng, shape.targetChannels),
    outGradient: sparse(rng, images * targetsOf(shape)),
  };
}

/** Output, then gradients of input, weights and bias, from the kernels. */
function byKernel({ shape, images, x, weights, bias, outGradient }: Case): Float32Array[] {
  engine.reset();
  const convolution = new Convolution(engine, shape, weights, bias);
  const input = engine.put(x);
  const out = convolution.forward(images, input);
  const back = engine.put(outGradient);
  const own = convolution.parameterGradients(images, input, back);
  const inputGradient = convolution.inputGradient(images, back);
  return [engine.floats(out, outGradient.length).slice(), engine.floats(inputGradient, x.length).slice(), own.weights, own.bias];
}

function close(got: Float32Array, want: ArrayLike<number>, what: string): void {
  expect(got.length, what).toBe(want.length);
  got.forEach((value, i) => {
    const far = Math.abs(value - want[i]) / (1 + Math.abs(want[i]));
    if (!(far < 2e-5)) expect(far, `${what}[${i}]`).toBeLessThan(2e-5);
  });
}

test("output and both gradients of drawn convolutions are those of TensorFlow.js on its cpu back end", async () => {
  const { tf } = await chooseBackend("cpu");
  const rng = createRng(SEED, "tensorflow");
  const drawn = { strides: 0, paddings: 0, tails: 0 };
  for (let i = 0; i < 60; i++) {
    const one = drawCase(rng, true);
    const { shape, images, x, weights, bias, outGradient } = one;
    const { input, output, size, stride, padding, sourceChannels, targetChannels } = shape;
    if (stride[0] > 1 || stride[1] > 1) drawn.strides++;
    if (padding[0] !== padding[1]) drawn.paddings++;
    if (targetChannels % 4 !== 0) drawn.tails++;
    const [value, back, kernelBack, biasBack] = tf.tidy(() => {
      const filter = tf.transpose(tf.tensor4d(weights, [targetChannels, sourceChannels, ...size]), [2, 3, 1, 0]) as Tensor4D;
      // An axis may omit a stride's last rows; TensorFlow.js takes the zeros before and after each axis.
      const rim = [[0, 0], ...padding.map((zeros) => [zeros, zeros]), [0, 0]] as ExplicitPadding;
      const of = (...[image, kernel, own]: Tensor[]): Tensor =>
        tf.add(tf.conv2d(image as Tensor4D, kernel as Tensor4D, [...stride], rim, "NHWC", 1, "floor"), own as Tensor1D);
      const images4 = tf.tensor4d(x, [images, ...input, sourceChannels]);
      const all = [images4, filter, tf.tensor1d(bias)];
      const gradients = tf.grads(of)(all, tf.tensor4d(outGradient, [images, ...output, targetChannels]));
      const filterGradient = tf.transpose(gradients[1], [3, 2, 0, 1]);
      return [of(...all), gradients[0], filterGradient, gradients[2]].map((tensor) => tensor.dataSync());
    });
    const got = byKernel(one);
    const where = `seed ${SEED}, case ${i}, ${JSON.stringify(shape)}`;
    [value, back, kernelBack, biasBack].forEach((want, k) => {
      close(got[k], want as Float32Array, `${["output", "input gradient", "weight gradient", "bias gradient"][k]}, ${where}`);
    });
  }
  for (const [what, count] of Object.entries(drawn)) expect(count, what).toBeGreaterThan(5);
});

/** The output in double precision, by the definition. */
function plainOutput({ shape, images, bias }: Case, x: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const { sourceChannels, targetChannels, groups, input, output, size, stride, dilation, padding } = shape;
  const [sources, targets] = [sourceChannels / groups, targetChannels / groups];
  const out = new Float64Array(images * targetsOf(shape));
  let at = 0;
  for (let image = 0; image < images; image++)
    for (let oy = 0; oy < output[0]; oy++)
      for (let ox = 0; ox < output[1]; ox++)
        for (let o = 0; o < targetChannels; o++) {
          let sum = bias[o];
          for (let s = 0; s < sources; s++)
            for (let ky = 0; ky < size[0]; ky++)
              for (let kx = 0; kx < size[1]; kx++) {
                const [y, xx] = [oy * stride[0] + ky * dilation[0] - padding[0], ox * stride[1] + kx * dilation[1] - padding[1]];
                if (y < 0 || xx < 0 || y >= input[0] || xx >= input[1]) continue;
                const channel = Math.floor(o / targets) * sources + s;
                const pixel = ((image * input[0] + y) * input[1] + xx) * sourceChannels + channel;
                sum += x[pixel] * weights[((o * sources + s) * size[0] + ky) * size[1] + kx];
              }
          out[at++] = sum;
        }
  return out;
}

test("output and gradients of drawn convolutions with groups, strides and dilation are those of plain loops and their differences", () => {
  const rng = createRng(SEED, "loops");
  const drawn = { groups: 0, both: 0 };
  for (let i = 0; i < 40; i++) {
    const one = drawCase(rng, false);
    const { shape, x, weights, outGradient } = one;
    if (shape.groups > 1) drawn.groups++;
    if (shape.stride[0] > 1 && shape.dilation[0] > 1) drawn.both++;
    const [out, inputGradient, weightGradient] = byKernel(one);
    const where = `seed ${SEED}, case ${i}, ${JSON.stringify(shape)}`;
    close(out, plainOutput(one, x, weights), `output, ${where}`);
    const dot = (values: Float64Array): number => values.reduce((sum, value, k) => sum + value * outGradient[k], 0);
    // The sum is linear in each number, so a difference over any step equals its gradient.
    const difference = (values: Float32Array, k: number, of: (moved: Float64Array) => Float64Array): number => {
      const moved = Float64Array.from(values);
      moved[k] += 1;
      const up = dot(of(moved));
      moved[k] -= 2;
      return (up - dot(of(moved))) / 2;
    };
    for (let draw = 0; draw < 12; draw++) {
      const [k, w] = [rng.int(0, x.length - 1), rng.int(0, weights.length - 1)];
      const [byInput, byWeight] = [
        difference(x, k, (moved) => plainOutput(one, moved, weights)),
        difference(weights, w, (moved) => plainOutput(one, x, moved)),
      ];
      close(inputGradient.subarray(k, k + 1), [byInput], `input gradient ${k}, ${where}`);
      close(weightGradient.subarray(w, w + 1), [byWeight], `weight gradient ${w}, ${where}`);
    }
  }
  for (const [what, count] of Object.entries(drawn)) expect(count, what).toBeGreaterThan(5);
});

test("a pool is the convolution of each channel by equal weights, and so is its gradient, even if windows overlap or leave rows out", () => {
  const rng = createRng(SEED, "pools");
  let overlapping = 0;
  for (let i = 0; i < 20; i++) {
    const drawn = drawShape(rng, false);
    const channels = drawn.sourceChannels;
    const shape = { ...drawn, groups: channels, targetChannels: channels };
    if (shape.size[0] > shape.stride[0]) overlapping++;
    const images = rng.int(1, 2);
    const gain = 0.25;
    const one: Case = {
      shape,
      images,
      x: sparse(rng, images * sourcesOf(shape)),
      weights: new Float32Array(weightsOf(shape)).fill(gain),
      bias: new Float32Array(channels),
      outGradient: sparse(rng, images * targetsOf(shape)),
    };
    const [out, inputGradient] = byKernel(one);
    const pool = new Pool(engine, { ...shape, channels, gain });
    const pooled = pool.forward(images, engine.put(one.x));
    close(engine.floats(pooled, out.length).slice(), out, `pool ${i}, seed ${SEED}`);
    const back = pool.inputGradient(images, engine.put(one.outGradient));
    close(engine.floats(back, inputGradient.length).slice(), inputGradient, `gradient of pool ${i}, seed ${SEED}`);
  }
  expect(overlapping).toBeGreaterThan(3);
});
