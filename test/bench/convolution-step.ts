/**
 * Output and both gradients of one convolution, 8 to 16 channels, 3 x 3, over 480 images (16 samples of 30 steps) of 17
 * x 17: the kernels of training against TensorFlow.js on its cpu back end, the only one in JavaScript with a
 * convolution's gradients. One tenth of the input spikes.
 */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { ConvolutionShape } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { chooseBackend } from "../../training/backend.js";
import { Convolution, sourcesOf, targetsOf, weightsOf } from "../../training/convolution/convolution.js";
import { createEngine } from "../../training/fused/kernels.js";
import { benchmark } from "./harness/program.js";
import { row } from "./harness/row.js";

const IMAGES = 480;
const SHAPE: ConvolutionShape = {
  ...{ sourceChannels: 8, targetChannels: 16, groups: 1 },
  ...{ input: [17, 17], output: [17, 17], size: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1, 1] },
};

/** CPU seconds. */
function seconds(work: () => void): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

await benchmark(import.meta.url, async () => {
  const rng = createRng(1, "bench");
  const normal = (count: number): Float32Array => Float32Array.from({ length: count }, () => rng.normal());
  const x = Float32Array.from({ length: IMAGES * sourcesOf(SHAPE) }, () => (rng.float() < 0.1 ? 1 : 0));
  const [weights, bias, back] = [normal(weightsOf(SHAPE)), normal(SHAPE.targetChannels), normal(IMAGES * targetsOf(SHAPE))];
  const engine = createEngine();
  const fused = (): void => {
    engine.reset();
    const convolution = new Convolution(engine, SHAPE, weights, bias);
    const input = engine.put(x);
    convolution.forward(IMAGES, input);
    const gradient = engine.put(back);
    convolution.parameterGradients(IMAGES, input, gradient);
    convolution.inputGradient(IMAGES, gradient);
  };
  const { tf } = await chooseBackend("cpu");
  const stock = (): void =>
    tf.tidy(() => {
      const filter = tf.transpose(tf.tensor4d(weights, [16, 8, 3, 3]), [2, 3, 1, 0]);
      const of = (...[image, kernel]: Tensor[]): Tensor => tf.conv2d(image as Tensor4D, kernel as Tensor4D, 1, "same");
      const { value, grads } = tf.valueAndGrads(of)([tf.tensor4d(x, [IMAGES, 17, 17, 8]), filter], tf.tensor4d(back, [IMAGES, 17, 17, 16]));
      for (const tensor of [value, ...grads]) tensor.dataSync();
    });
  fused();
  const ours = Array.from({ length: 10 }, () => seconds(fused));
  const theirs = Array.from({ length: 2 }, () => seconds(stock));
  const name = "convolution 8 to 16, 3 x 3, 480 images of 17 x 17, both gradients";
  return [
    row(`${name}: kernels`, "CPU s", "less", ours),
    row(`${name}: TensorFlow.js, cpu`, "CPU s", "less", theirs),
    row(`${name}: TensorFlow.js against kernels`, "times", "more", [Math.min(...theirs) / Math.min(...ours)], 10),
  ];
});
