/**
 * Random NIR networks with integers of every kind: real numbers to be scaled, whole numbers, neurons of Speck and of
 * Xylo; convolutions, pools, scales, delays, several ways, feedback, several inputs and outputs.
 */
import { type NirFile, type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import type { Precision } from "../../../arch/index.js";
import { node, whole } from "../../nir-nodes.js";
import type { Draw } from "../../rtl/random-cores.js";

/** Seconds of a step. */
export const DT = 1e-3;
export type Form = Precision["integers"];
type Shape = readonly number[];
type Type = "IF" | "LIF" | "CubaLIF" | "I" | "LI" | "CubaLI";

/** What is drawn for an input: spikes of 1, whole numbers, or real ones. */
export type DrawnValues = "binary" | "events" | "analogue";

export interface DrawnNet {
  readonly file: NirFile;
  /** Nodes of neurons. */
  readonly neurons: readonly string[];
  /** Outputs that weights lead to. */
  readonly sums: readonly string[];
  /** Of each input, in the order of names. */
  readonly kinds: readonly DrawnValues[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
const FIRING: { readonly [form in Form]: readonly Type[] } = {
  quantised: ["IF", "LIF", "CubaLIF"],
  "from-file": ["IF", "LIF", "CubaLIF"],
  speck: ["IF"],
  xylo: ["LIF", "CubaLIF"],
};

const flattening = (shape: Shape, start: number, end: number): NirNode =>
  node("Flatten", { start_dim: nirArray([start], [], "i8"), end_dim: nirArray([end], [], "i8"), input_type: whole(...shape) });

/** A network that is being drawn; its leaks fit words of `gateBits`, or are shifts. */
class Net {
  readonly nodes = new Map<string, NirNode>();
  readonly edges: { from: string; to: string }[] = [];

  constructor(
    private readonly draw: Draw,
    private readonly form: Form,
    private readonly gateBits: number,
    private readonly shifts: boolean,
    private readonly extreme: boolean,
  ) {}

  /** Adds a node behind others, under a name whose place in the alphabet is drawn. */
  add(kind: string, made: NirNode, ...sources: readonly string[]): string {
    const name = `${"zamkq"[this.draw.int(0, 4)]}${this.nodes.size}${kind}`;
    this.nodes.set(name, made);
    for (const from of sources) this.edges.push({ from, to: name });
    return name;
  }

  private filled(shape: Shape, make: (i: number) => number): NirValue {
    const values = Array.from({ length: sizeOf(shape) }, (_, i) => make(i));
    return nirArray(values, shape, this.form === "quantised" ? "f4" : "f8");
  }

  /** From `low` to `high`; whole numbers of three times this size if the file holds whole ones. */
  private values(shape: Shape, low: number, high: number): NirValue {
    return this.filled(shape, () =>
      this.form === "from-file" ? this.draw.int(Math.ceil(3 * low), Math.ceil(3 * high)) : low + (high - low) * this.draw.share(),
    );
  }

  private weights(shape: Shape, low: number, high: number): NirValue {
    const zeros = this.draw.of("zeros", 0, 0, 0.5);
    // words of whole eighths are halves where the largest is 14
    const isCoarse = (this.form === "speck" || this.form === "xylo") && this.draw.of("coarse weights", false, true);
    const made = isCoarse ? this.filled(shape, () => this.draw.int(-14, 14) / 8) : this.values(shape, low, high);
    const { data } = made as { data: Float64Array };
    return this.filled(shape, (i) => (this.draw.share() < zeros ? 0 : data[i]));
  }

  private biases(count: number, low: number, high: number): NirValue {
    if (this.form === "xylo") return this.filled([count], () => 0);
    const loud = this.form === "speck" ? this.draw.of("loud biases", 1, 1, 20) : 1;
    return this.values([count], loud * low, loud * high);
  }

  /** Neurons of a kind of the form that fire. */
  fires(shape: Shape, ...sources: readonly string[]): string {
    return this.neurons(this.draw.of("type", ...FIRING[this.form]), shape, ...sources);
  }

  neurons(type: Type, shape: Shape, ...sources: readonly string[]): string {
    const fields = { quantised: this.real, "from-file": this.filed, speck: this.alike, xylo: this.alike }[this.form].call(
      this,
      type,
      shape,
    );
    return this.add(type, node(type, fields), ...sources);
  }

  private real(type: Type, shape: Shape): Record<string, NirValue> {
    const { draw } = this;
    const some = <Value>(name: string, usual: readonly Value[], ...extreme: readonly Value[]): Value =>
      draw.of(name, ...usual, ...(this.extreme ? extreme : []));
    const loud = some("loud neurons", [1, 1, 1], 1e4, 1e-9);
    const rest = some("rest", [0, 1, 1], 1e9);
    const tau = (): NirValue => this.values(shape, some("shortest tau", [1.1, 1.1], 0.4) * DT, 9 * DT);
    const [leaks, filters, threshold] = [type !== "I" && type !== "IF", type.startsWith("Cuba"), type.endsWith("IF")];
    return {
      r: this.values(shape, draw.of("r below 0", 0.5, 0.5, -0.5) * loud, 2 * loud),
      ...(threshold && { v_threshold: this.values(shape, 0.3, 2) }),
      ...(threshold && draw.of("reset value", false, true) && { v_reset: this.values(shape, some("lowest reset", [-3], -40), 0.3) }),
      ...(leaks && { v_leak: this.values(shape, -rest, rest), [filters ? "tau_mem" : "tau"]: tau() }),
      ...(filters && { tau_syn: tau() }),
      ...(filters && draw.of("w_in", false, true) && { w_in: this.values(shape, 0.5, 3) }),
    };
  }

  /** Fields whose gains, leaks and constants are whole. */
  private filed(type: Type, shape: Shape): Record<string, NirValue> {
    const { draw } = this;
    const shares = (): number[] =>
      Array.from({ length: sizeOf(shape) }, () =>
        this.shifts ? 2 ** -draw.int(0, Math.min(5, this.gateBits)) : draw.int(1, 2 ** this.gateBits - 1) / 2 ** this.gateBits,
      );
    const [leaks, filters, threshold] = [type !== "I" && type !== "IF", type.startsWith("Cuba"), type.endsWith("IF")];
    const [m, c] = [shares(), shares()];
    const per = (share: readonly number[], low: number, high: number): NirValue =>
      this.filled(shape, (i) => draw.int(low, high) / share[i]);
    const one = draw.int(3, 60);
    return {
      r: leaks ? per(m, -1, 3) : this.filled(shape, () => draw.int(-1, 3)),
      ...(threshold && { v_threshold: this.filled(shape, () => one) }),
      ...(threshold && draw.of("reset value", false, true) && { v_reset: this.filled(shape, () => draw.int(-9, 2)) }),
      ...(leaks && { v_leak: per(m, -4, 4), [filters ? "tau_mem" : "tau"]: this.filled(shape, (i) => DT / m[i]) }),
      ...(filters && { tau_syn: this.filled(shape, (i) => DT / c[i]), w_in: per(c, 1, 2) }),
    };
  }

  /** Fields of Speck and Xylo: all neurons have one threshold and gain. */
  private alike(type: Type, shape: Shape): Record<string, NirValue> {
    const { draw } = this;
    const loud = this.form === "speck" ? draw.of("loud threshold", 1, 1, 1, 1e7) : 1;
    const threshold = loud * (0.05 + 2 * draw.share() ** 3);
    const taus = (): number[] => Array.from({ length: sizeOf(shape) }, () => DT * (1.02 + 20 * draw.share() ** 2));
    const [m, c] = [taus(), taus()];
    const gain = 0.5 + draw.share();
    const filters = type === "CubaLIF";
    return {
      r: this.filled(shape, (i) => (type === "IF" ? 1 : (gain * m[i]) / DT)),
      v_threshold: this.filled(shape, () => threshold),
      ...(type !== "IF" && { v_leak: this.filled(shape, () => 0), [filters ? "tau_mem" : "tau"]: this.filled(shape, (i) => m[i]) }),
      ...(filters && { tau_syn: this.filled(shape, (i) => c[i]), w_in: this.filled(shape, (i) => c[i] / DT) }),
    };
  }

  /** Weights from places to places, with a Scale before or behind them. */
  matrix(from: string, inputs: number, outputs: number, gain = 1): string {
    const { draw } = this;
    let last = from;
    const scale = (count: number): NirNode => node("Scale", { scale: this.values([count], 0.3, 0.9) });
    if (draw.of("scale before", false, false, true)) last = this.add("before", scale(inputs), last);
    const weight = this.weights([outputs, inputs], -1.2 * gain, 2 * gain);
    const affine = draw.of("bias", false, true) ? { bias: this.biases(outputs, -0.3, 0.5) } : null;
    last = this.add("weights", affine === null ? node("Linear", { weight }) : node("Affine", { weight, ...affine }), last);
    return draw.of("scale behind", false, false, true) ? this.add("behind", scale(outputs), last) : last;
  }

  /** Delays of `steps` each, or drawn ones. */
  delay(from: string, count: number, steps: number | null): string {
    const delays = Array.from({ length: count }, () => (steps ?? this.draw.int(0, 3)) * DT);
    return this.add("delay", node("Delay", { delay: nirArray(delays, [count]) }), from);
  }

  /**
   * A convolution over a plane or a line, a pool before or behind it, and neurons. With pools on both sides, factors at
   * the border are exactly half of others, and the last bit of a sum decides how a half is rounded. A plane may become
   * a line, which has a convolution of its own.
   */
  grid(from: string, before: Shape): { readonly last: string; readonly shape: Shape } {
    const { draw } = this;
    const isPlane = before.length === 3;
    let [last, shape] = [from, before];
    const poolAt = isPlane ? draw.of("pool", "none", "before", "behind") : "none";
    if (poolAt === "before") [last, shape] = this.pool(last, shape);
    const groups = draw.of("groups", 1, 1, shape[0]);
    const made = groups * draw.int(1, 2);
    const size = shape.slice(1).map((extent) => draw.int(1, Math.min(3, extent)));
    const axes = (name: string, ...some: readonly number[]): readonly number[] => size.map(() => draw.of(name, ...some));
    const [stride, padding, dilation] = [axes("stride", 1, 1, 2), axes("padding", 0, 1), axes("dilation", 1, 1, 2)];
    const after = size.map((taps, a) => Math.floor((shape[a + 1] + 2 * padding[a] - dilation[a] * (taps - 1) - 1) / stride[a]) + 1);
    if (Math.min(...after) < 1) return { last: this.fires(shape, last), shape };
    const fields = {
      ...{ weight: this.weights([made, shape[0] / groups, ...size], -1, 2), bias: this.biases(made, -0.2, 0.3) },
      ...{ stride: whole(...stride), padding: whole(...padding), dilation: whole(...dilation), groups: nirArray([groups], [], "i8") },
    };
    last = this.add("convolution", node(draw.of("convolution", isPlane ? "Conv2d" : "Conv1d"), fields), last);
    shape = [made, ...after];
    if (poolAt === "behind") [last, shape] = this.pool(last, shape);
    if (isPlane && draw.of("line", false, false, true)) return this.grid(...this.line(last, shape, draw.of("flattened from", 0, 1)));
    return { last: this.fires(shape, last), shape };
  }

  /** Makes a plane's rows, or all of its places, one axis. */
  private line(from: string, [channels, height, width]: Shape, start: 0 | 1): [string, Shape] {
    const made = start === 0 ? [channels * height, width] : [channels, height * width];
    return [this.add("line", flattening([channels, height, width], start, start + 1), from), made];
  }

  private pool(from: string, [channels, ...extent]: Shape): [string, Shape] {
    const { draw, form } = this;
    const size = Math.min(2, ...extent);
    const stride = draw.of("pool stride", 1, 2);
    const type = draw.of("pool", "SumPool2d", form === "from-file" ? "SumPool2d" : "AvgPool2d");
    const fields = { kernel_size: whole(size, size), stride: whole(stride, stride), padding: whole(0, 0) };
    return [this.add("pool", node(type, fields), from), [channels, ...extent.map((n) => Math.floor((n - size) / stride) + 1)]];
  }
}

/** An input, and the places at which layers take it. */
function drawInput(net: Net, draw: Draw): { readonly fired: readonly string[]; readonly name: string; readonly size: number } {
  const places = draw.of("places", "list", "list", "line", "plane");
  const shape = { list: [draw.int(2, 6)], line: [draw.int(1, 2), 7], plane: [draw.int(1, 2), 4, 4] }[places];
  const name = net.add("input", node("Input", { shape: whole(...shape) }));
  if (places === "list") return { fired: [], name, size: shape[0] };
  const made = net.grid(name, shape);
  return { fired: [made.last], name: net.add("flat", flattening(made.shape, 0, -1), made.last), size: sizeOf(made.shape) };
}

/** `extreme`: also numbers that no word holds, and voltages that grow without bound. */
export function drawnNet(
  draw: Draw,
  { integers, gateBits, leak }: Pick<Precision, "integers" | "gateBits" | "leak">,
  extreme: boolean,
): DrawnNet {
  const net = new Net(draw, integers, gateBits, leak === "shift", extreme);
  const inputs = Array.from({ length: draw.of("inputs", 1, 1, 2) }, () => drawInput(net, draw));
  const values: readonly DrawnValues[] = integers === "quantised" ? ["binary", "events", "analogue"] : ["binary", "events"];
  const kinds = inputs.map(() => draw.of("values", ...values));
  const neurons = inputs.flatMap(({ fired }) => fired);
  let before: readonly { readonly name: string; readonly size: number }[] = inputs;
  for (let l = draw.int(1, 2); l > 0; l--) {
    const size = draw.int(2, 6);
    const into = before.map((one) =>
      net.matrix(draw.of("delay", false, false, true) ? net.delay(one.name, one.size, null) : one.name, one.size, size),
    );
    if (draw.of("two ways", false, false, true)) into.push(net.matrix(before[0].name, before[0].size, size));
    if (before !== inputs && draw.of("skip", false, true)) into.push(net.matrix(inputs[0].name, inputs[0].size, size));
    const name = net.fires([size], ...into);
    neurons.push(name);
    const recurrent = draw.of("recurrent", false, true);
    const shared = recurrent && draw.of("recurrence shares a node", false, true);
    const onward = shared ? net.add("flat", flattening([size], 0, -1), name) : name;
    if (recurrent) net.edges.push({ from: net.matrix(onward, size, size, 0.5), to: name });
    if (draw.of("delayed feedback", false, false, true)) {
      const late = net.delay(name, size, draw.of("feedback delay", 1, 2));
      net.edges.push({ from: net.matrix(late, size, size, 0.5), to: name });
    }
    before = [{ name: onward, size }];
  }
  const [{ name: last, size }] = before;
  const ends = { quantised: 4, "from-file": 4, speck: 2, xylo: 1 }[integers];
  const end = draw.of("end", ...(["spikes", "sums", "voltages", "two outputs"] as const).slice(0, ends));
  const output = (count: number, from: string): string => net.add("output", node("Output", { shape: whole(count) }), from);
  const sums: string[] = [];
  if (end === "spikes" || end === "two outputs") output(size, last);
  if (end === "sums") sums.push(output(3, net.matrix(last, size, 3, draw.of("loud sums", 1, integers === "from-file" ? 100 : 1e3))));
  if (end === "voltages" || end === "two outputs") {
    const read = net.neurons(draw.of("type", "I", "LI", "CubaLI"), [3], net.matrix(last, size, 3));
    neurons.push(read);
    output(3, read);
  }
  return { file: { version: "1.0", graph: { nodes: net.nodes, edges: net.edges, metadata: new Map() } }, neurons, sums, kinds };
}
