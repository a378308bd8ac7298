/**
 * Random NIR networks of small grids: convolutions of every geometry, pools, scales, branches, delays, Flattens, dense
 * and pruned layers, three kinds of neurons.
 */
import { type NirFile, type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import type { createRng } from "../../../base/rng.js";
import { node } from "../../nir-nodes.js";

type Rng = ReturnType<typeof createRng>;
type Shape = readonly number[];

export const KINDS: readonly string[] = [
  ...[
    "convolution",
    "pooled",
    "scaled",
    "scaled by position",
    "branches",
    "delayed",
    "pool alone",
    "pool behind",
    "overlapping",
    "padded pool",
    "padded behind overlapping",
    "dense",
    "pruned",
    "dense behind a pool",
    "flattened",
    "recurrent",
  ],
  ...["one axis", "two axes", "strided", "dilated", "padded", "grouped", "depthwise", "zeros", "one output", "IF", "LIF", "CubaLIF"],
];

const whole = (values: readonly number[]): NirValue => nirArray([...values], [values.length], "i8");
const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

const picked = <Value>(rng: Rng, values: readonly Value[]): Value => values[rng.int(0, values.length - 1)];

/** A network that is being built. */
class Net {
  readonly nodes = new Map<string, NirNode>();
  readonly edges: { from: string; to: string }[] = [];
  readonly said = new Set<string>();

  constructor(
    readonly rng: Rng,
    readonly dt: number,
    readonly borders: boolean,
    /** Draws pools in front of dense layers. */
    readonly pools: Rng,
  ) {}

  add(name: string, from: string, made: NirNode): string {
    this.nodes.set(name, made);
    this.edges.push({ from, to: name });
    return name;
  }

  values(shape: Shape, make: () => number): NirValue {
    return nirArray(Array.from({ length: sizeOf(shape) }, make), shape);
  }

  pick<Value>(...values: Value[]): Value {
    return picked(this.rng, values);
  }
}

/**
 * `borders`: draws pools that pad, too, convolutions that pad what pools with overlapping windows give, and planes that
 * become lines. `pools`: draws what stands in front of dense layers.
 */
export function randomNet(
  rng: Rng,
  dt: number,
  borders: boolean,
  pools: Rng,
): { readonly file: NirFile; readonly said: readonly string[] } {
  const net = new Net(rng, dt, borders, pools);
  const axes = net.pick(1, 2, 2);
  net.said.add(axes === 1 ? "one axis" : "two axes");
  let shape: Shape = [rng.int(1, 4), ...Array.from({ length: axes }, () => rng.int(3, axes === 1 ? 14 : 7))];
  net.nodes.set("in", node("Input", { shape: whole(shape) }));
  let last = "in";
  const layers = rng.int(1, 3);
  for (let l = 0; l < layers; l++) {
    const made = layer(net, `l${l}`, last, shape);
    shape = made.shape;
    last = fires(net, `n${l}`, made.last, shape);
  }
  net.add("out", last, node("Output", { shape: whole(shape) }));
  return { file: { version: "1.0", graph: { nodes: net.nodes, edges: net.edges, metadata: new Map() } }, said: [...net.said] };
}

interface Made {
  readonly last: string;
  readonly shape: Shape;
}

function layer(net: Net, name: string, from: string, shape: Shape): Made {
  const kind =
    shape.length === 1
      ? "dense"
      : net.pick("convolution", "convolution", "convolution", "branches", "pool", "delayed", "dense", ...(net.borders ? ["bordered"] : []));
  if (kind === "dense") return matrix(net, name, from, shape);
  if (kind === "pool" && shape.length === 3) {
    net.said.add("pool alone");
    return pool(net, name, from, shape);
  }
  let [last, here] = [from, shape];
  if (kind === "delayed") {
    net.said.add("delayed");
    const delays = net.values(shape, () => net.rng.int(0, 2) * net.dt);
    last = net.add(`${name}delay`, last, node("Delay", { delay: delays }));
  }
  const isBordered = kind === "bordered" && here.length === 3;
  if (isBordered) net.said.add("padded behind overlapping");
  if (isBordered || (here.length === 3 && net.rng.float() < 0.35)) {
    net.said.add("pooled");
    ({ last, shape: here } = pool(net, `${name}pool`, last, here, isBordered));
  }
  const geometry = drawGeometry(net, here, isBordered ? 1 : 0);
  if (geometry === null) return matrix(net, name, from, shape);
  const first = convolution(net, `${name}conv`, last, geometry);
  const after = geometry.after;
  if (after.length === 3 && Math.min(...after.slice(1)) > 1 && net.rng.float() < 0.15) {
    net.said.add("pool behind");
    return pool(net, `${name}behind`, first, after);
  }
  if (net.borders && after.length === 3 && net.rng.float() < 0.2) return line(net, name, first, after);
  const behind = net.rng.float();
  if (kind === "branches") {
    net.said.add("branches");
    const other = convolution(net, `${name}other`, last, geometry);
    const scale = net.values(after, () => 1);
    const sum = net.add(`${name}sum`, first, node("Scale", { scale }));
    net.edges.push({ from: other, to: sum });
    return { last: sum, shape: after };
  }
  if (behind < 0.2) {
    net.said.add("scaled");
    const area = sizeOf(after.slice(1));
    const factors = Array.from({ length: after[0] }, () => 0.5 + net.rng.float());
    const scale = nirArray(
      Array.from({ length: sizeOf(after) }, (_, i) => factors[Math.floor(i / area)]),
      after,
    );
    return { last: net.add(`${name}scale`, first, node("Scale", { scale })), shape: after };
  }
  if (behind < 0.3) {
    net.said.add("scaled by position");
    const scale = net.values(after, () => 0.5 + net.rng.float());
    return { last: net.add(`${name}scale`, first, node("Scale", { scale })), shape: after };
  }
  return { last: first, shape: after };
}

/** A Flatten of some axes, and a convolution of one axis. */
function line(net: Net, name: string, from: string, [channels, height, width]: Shape): Made {
  net.said.add("flattened");
  const start = net.rng.int(0, 1);
  const shape = start === 0 ? [channels * height, width] : [channels, height * width];
  const last = net.add(`${name}line`, from, flattening([channels, height, width], start, start + 1));
  const geometry = drawGeometry(net, shape, 0);
  return geometry === null ? { last, shape } : { last: convolution(net, `${name}along`, last, geometry), shape: geometry.after };
}

const flattening = (shape: Shape, start: number, end: number): NirNode =>
  node("Flatten", { start_dim: nirArray([start], [], "i8"), end_dim: nirArray([end], [], "i8"), input_type: whole(shape) });

interface Geometry {
  readonly weight: Shape;
  readonly groups: number;
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly after: Shape;
}

/** null: what was drawn has no output. */
function drawGeometry(net: Net, shape: Shape, leastPadding: number): Geometry | null {
  const { rng } = net;
  const [channels, ...extent] = shape;
  const each = (make: () => number): number[] => extent.map(make);
  const groups = net.pick(1, 1, channels, ...(channels % 2 === 0 ? [2] : []));
  const targets = groups * rng.int(1, 3);
  const [kernel, stride, dilation, padding] = [
    each(() => rng.int(1, 3)),
    each(() => net.pick(1, 1, 2)),
    each(() => net.pick(1, 1, 2)),
    each(() => rng.int(leastPadding, 1 + leastPadding)),
  ];
  const after = extent.map((size, a) => Math.floor((size + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1) / stride[a]) + 1);
  if (Math.min(...after) < 1) return null;
  const is: Record<string, boolean> = {
    convolution: true,
    strided: Math.max(...stride) > 1,
    dilated: Math.max(...dilation) > 1,
    padded: Math.max(...padding) > 0,
    grouped: groups > 1 && groups < channels,
    depthwise: groups > 1 && groups === channels,
    "one output": sizeOf(after) === 1,
  };
  for (const [what, holds] of Object.entries(is)) if (holds) net.said.add(what);
  return { weight: [targets, channels / groups, ...kernel], groups, stride, padding, dilation, after: [targets, ...after] };
}

function convolution(net: Net, name: string, from: string, { weight, groups, stride, padding, dilation }: Geometry): string {
  const zeros = net.rng.float() < 0.3 ? 0.4 : 0;
  if (zeros > 0) net.said.add("zeros");
  const values = net.values(weight, () => (net.rng.float() < zeros ? 0 : 2 * net.rng.float() - 0.8));
  const [two, list] = [weight.length === 4, (numbers: readonly number[]): NirValue => whole(numbers)];
  const fields = {
    ...{ weight: values, bias: net.values([weight[0]], () => (net.rng.float() < 0.3 ? net.rng.float() / 4 : 0)) },
    ...{ stride: list(stride), padding: list(padding), dilation: list(dilation), groups: nirArray([groups], [], "i8") },
  };
  return net.add(name, from, node(two ? "Conv2d" : "Conv1d", fields));
}

function pool(net: Net, name: string, from: string, shape: Shape, overlaps = false, rng = net.rng): Made {
  const [channels, ...extent] = shape;
  const kernel = extent.map((size) => rng.int(Math.min(overlaps ? 2 : 1, size), Math.min(3, size)));
  const stride = kernel.map((k) => (overlaps ? rng.int(1, Math.max(1, k - 1)) : picked(rng, [k, k, k, 1])));
  const padding = kernel.map((k) => (net.borders ? picked(rng, [0, 0, Math.floor(k / 2)]) : 0));
  if (Math.max(...padding) > 0) net.said.add("padded pool");
  const after = [channels, ...extent.map((size, a) => Math.floor((size + 2 * padding[a] - kernel[a]) / stride[a]) + 1)];
  if (kernel.some((k, a) => k > stride[a])) net.said.add("overlapping");
  const fields = { kernel_size: whole(kernel), stride: whole(stride), padding: whole(padding) };
  return { last: net.add(name, from, node(picked(rng, ["SumPool2d", "AvgPool2d"]), fields)), shape: after };
}

function matrix(net: Net, name: string, from: string, shape: Shape): Made {
  const { rng } = net;
  let [last, grid] = [from, shape];
  if (shape.length === 3 && net.pools.float() < 0.6) {
    net.said.add("dense behind a pool");
    ({ last, shape: grid } = pool(net, `${name}pool`, from, shape, false, net.pools));
  }
  const inputs = sizeOf(grid);
  const outputs = rng.int(1, 9);
  if (grid.length > 1) last = net.add(`${name}flat`, last, flattening(grid, 0, -1));
  const zeros = rng.float() < 0.4 ? 0.6 : 0;
  net.said.add(zeros > 0 ? "pruned" : "dense");
  const weight = net.values([outputs, inputs], () => (rng.float() < zeros ? 0 : (4 * rng.float() - 1.6) / Math.sqrt(inputs)));
  return { last: net.add(`${name}matrix`, last, node("Linear", { weight })), shape: [outputs] };
}

/** Neurons after a layer, sometimes with recurrent weights from each to each. */
function fires(net: Net, name: string, from: string, shape: Shape): string {
  const { rng, dt } = net;
  const all = (low: number, high: number): NirValue => {
    const value = low + (high - low) * rng.float();
    return net.values(shape, () => value);
  };
  const type = net.pick("IF", "LIF", "CubaLIF");
  net.said.add(type);
  const usual = { r: all(1, 1), v_threshold: all(0.5, 1.5), v_reset: all(0, 0) };
  const leak = { v_leak: all(0, 0), r: all(2, 4) };
  const fields = {
    IF: usual,
    LIF: { ...usual, ...leak, tau: all(2 * dt, 6 * dt) },
    CubaLIF: { ...usual, ...leak, tau_mem: all(2 * dt, 6 * dt), tau_syn: all(1.5 * dt, 4 * dt), w_in: all(1, 2) },
  }[type] as Record<string, NirValue>;
  const made = net.add(name, from, node(type, fields));
  if (shape.length === 1 && shape[0] > 1 && rng.float() < 0.3) {
    net.said.add("recurrent");
    const back = net.add(`${name}back`, made, node("Linear", { weight: net.values([shape[0], shape[0]], () => rng.float() - 0.6) }));
    net.edges.push({ from: back, to: name });
  }
  return made;
}
