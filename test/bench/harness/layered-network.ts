/** Convolutional networks of integrate-and-fire neurons as NIR files, weights and spikes drawn by seed. */
import { writeFileSync } from "node:fs";
import { type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import { writeNir } from "../../../arch/formats/nir/write.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { node, whole } from "../../nir-nodes.js";

const scalar = (value: number): NirValue => nirArray([value], [], "i8");

/** Layers in a row, from a camera's [channels, height, width] on. */
export class LayeredNetwork {
  private readonly nodes = new Map<string, NirNode>();
  private readonly edges: { readonly from: string; readonly to: string }[] = [];
  private readonly rng: Rng;
  private last = "input";

  constructor(
    seed: number,
    private shape: readonly number[],
  ) {
    this.rng = createRng(seed, "layered network");
    this.nodes.set("input", node("Input", { shape: whole(...shape) }));
  }

  /** A square kernel and neurons; as many places as there are, unless `padding` says otherwise. */
  conv(channels: number, size: number, padding = Math.floor(size / 2)): this {
    const [from, ...plane] = this.shape;
    const square = (value: number): NirValue => whole(value, value);
    this.add("Conv2d", {
      weight: nirArray(this.weights(channels * from * size * size, from * size * size, 8), [channels, from, size, size]),
      bias: nirArray(new Array<number>(channels).fill(0), [channels]),
      input_shape: whole(...plane),
      ...{ stride: square(1), padding: square(padding), dilation: square(1), groups: scalar(1) },
    });
    this.shape = [channels, ...plane.map((length) => length + 2 * padding - size + 1)];
    return this.neurons();
  }

  /** Sums over squares. */
  pool(size: number): this {
    const [channels, ...plane] = this.shape;
    this.add("SumPool2d", { kernel_size: whole(size, size), stride: whole(size, size), padding: whole(0, 0) });
    this.shape = [channels, ...plane.map((length) => Math.floor(length / size))];
    return this;
  }

  dense(neurons: number): this {
    return this.linear(neurons, (weights) => weights);
  }

  private linear(neurons: number, some: (weights: number[]) => number[]): this {
    if (this.shape.length > 1) this.add("Flatten", { start_dim: scalar(0), end_dim: scalar(-1), input_type: whole(...this.shape) });
    const inputs = this.size;
    this.add("Linear", { weight: nirArray(some(this.weights(neurons * inputs, inputs, 4)), [neurons, inputs]) });
    this.shape = [neurons];
    return this.neurons();
  }

  /** Neurons behind a matrix of which `share` is not zero. */
  sparse(neurons: number, share: number): this {
    return this.linear(neurons, (weights) => weights.map((weight) => (this.rng.float() < share ? weight : 0)));
  }

  async write(file: string): Promise<void> {
    this.add("Output", { shape: whole(...this.shape) });
    await writeNir(file, { version: "1.0", graph: { nodes: this.nodes, edges: this.edges, metadata: new Map() } });
  }

  private get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  private neurons(): this {
    const all = (value: number): NirValue => nirArray(new Array<number>(this.size).fill(value), [...this.shape]);
    this.add("IF", { r: all(1), v_threshold: all(1), v_reset: all(0) });
    return this;
  }

  private weights(count: number, fanIn: number, scale: number): number[] {
    return Array.from({ length: count }, () => ((this.rng.float() - 0.5) * scale) / Math.sqrt(fanIn));
  }

  private add(type: string, fields: { readonly [name: string]: NirValue }): void {
    const name = type === "Output" ? "output" : `${type}_${this.nodes.size}`;
    this.nodes.set(name, node(type, fields));
    this.edges.push({ from: this.last, to: name });
    this.last = name;
  }
}

/** A spike of each input in `share` of the steps. */
export function writeSpikes(file: string, inputs: number, steps: number, share: number): void {
  const rng = createRng(1, "spikes");
  const lines = ["step,neuron"];
  for (let step = 0; step < steps; step++)
    for (let input = 0; input < inputs; input++) if (rng.float() < share) lines.push(`${step},${input}`);
  writeFileSync(file, `${lines.join("\n")}\n`);
}
