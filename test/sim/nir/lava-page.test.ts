/**
 * docs/integers.md says enough to compute the integers of a network of Lava: its third program, which is all in the
 * page, gives the spikes, voltages and currents of the reference engine, from the same layers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import hdf5 from "h5wasm/node";
import { afterAll, test } from "vitest";
import { type LavaRules, type Precision, readLava, withLavaRules } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { widthOf } from "../../../sim/functional/integer-graph.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { LAVA_OPTIONS } from "../../../sim/nir/options.js";
import { recordStates } from "../../../sim/nir/state-recording.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { hasNumpy, type Spy } from "../../rtl/page-program.js";
import { Draw } from "../../rtl/random-cores.js";
import { WIDE } from "../functional/random-network.js";
import { expectEqualRuns, type PageRun, rowsOf } from "./page-runs.js";

const SEED = 6021;
const NETWORKS = cases(30);
const folder = mkdtempSync(join(tmpdir(), "lava-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Value = string | readonly number[];
type Fields = { readonly [key: string]: Value };
/** What stands behind the weights of a layer. */
interface Behind {
  readonly neuron?: Fields;
  readonly bias?: readonly number[];
  readonly delay?: readonly number[];
}
interface Layer extends Behind {
  readonly type: string;
  readonly shape: readonly number[];
  readonly weight?: readonly number[];
  readonly inFeatures?: readonly number[];
  readonly groups?: readonly number[];
  readonly kernelSize?: readonly number[];
  readonly stride?: readonly number[];
  readonly padding?: readonly number[];
  readonly dilation?: readonly number[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Layers of a network, drawn one behind the other. */
class Net {
  readonly layers: Layer[] = [];
  private shape: readonly number[] = [];
  private readonly sums: boolean;

  constructor(private readonly draw: Draw) {
    this.sums = draw.of("neurons", "loihi", "loihi", "sigma-delta") === "sigma-delta";
    const begins = draw.of("begins with", "encoder", "encoder", "spikes", "dense");
    const places = begins === "dense" ? "list" : draw.of("places", "list", "picture");
    this.shape = places === "list" ? [draw.int(2, 5), 1, 1] : [draw.int(1, 2), draw.int(3, 5), draw.int(3, 5)];
    if (begins === "encoder") {
      const transform = draw.of("transform", false, true) ? { weight: [draw.of("input weight", 2, 8)], bias: [draw.int(-3, 6)] } : {};
      this.layers.push({ type: "input", shape: this.shape, ...transform, neuron: this.neuron(true) });
    } else if (begins === "spikes") this.layers.push({ type: "input", shape: this.shape });
    if (places === "picture") this.pictures();
    const averages = draw.of("ends with", "neurons", "neurons", "average") === "average";
    for (let left = draw.int(1, 2); left > 0; left--) this.dense(left === 1 && !averages);
    if (averages) {
      const outputs = sizeOf(this.shape) % 2 === 0 ? 2 : 1;
      this.layers.push({ type: "average", shape: [outputs, 1, 1] });
    }
  }

  private values(count: number, most: number): number[] {
    return Array.from({ length: count }, () => this.draw.int(-most, most));
  }

  /** `mayEnd`: nothing stands behind its layer. */
  private neuron(isInput: boolean, mayEnd = false): Fields {
    const { draw } = this;
    if (this.sums) {
      const isOutput = mayEnd && draw.of("sigma output", false, true);
      return {
        ...{ type: "SDNN", vThMant: [draw.int(0, 3)] },
        ...(isOutput ? { sigma_output: [1] } : isInput ? {} : { activation: "relu" }),
        ...(draw.of("message bits", false, true) && { messageBits: [draw.int(4, 12)] }),
      };
    }
    return {
      ...{ type: draw.of("type", "LOIHI", "CUBA"), iDecay: [draw.of("i decay", 0, 1024, 3000, 4096)] },
      ...{ vDecay: [draw.of("v decay", 0, 128, 1000, 4096)], vThMant: [draw.int(0, 30)] },
      ...(draw.of("refDelay", false, true) && { refDelay: [draw.int(1, 4)] }),
      ...(draw.of("wgtExp", false, true) && { wgtExp: [draw.int(-2, 2)] }),
    };
  }

  /** Neurons, biases and delays of a layer of `shape`. */
  private behind(shape: readonly number[], picture: boolean, mayEnd = false): Behind {
    const { draw } = this;
    const neuron = this.neuron(false, mayEnd);
    const isOutput = "sigma_output" in neuron;
    const delays = { none: 0, one: 1, channel: shape[0], neuron: sizeOf(shape) }[
      draw.of("delay", "none", "none", "one", "channel", "neuron")
    ];
    const biases = draw.of("bias", false, true) && !isOutput;
    this.shape = shape;
    return {
      neuron,
      ...(biases && { bias: this.values(picture ? shape[0] : sizeOf(shape), 4) }),
      ...(delays > 0 && !isOutput && { delay: Array.from({ length: delays }, () => draw.int(0, 3)) }),
    };
  }

  private dense(mayEnd: boolean): void {
    const inputs = sizeOf(this.shape);
    const outputs = this.draw.int(2, 5);
    const shape = [outputs, 1, 1];
    const weight = this.values(outputs * inputs, this.draw.of("loud weights", 20, 20, 200));
    const without = !this.sums && this.draw.of("dense without neurons", false, false, false, true);
    const rest = without ? {} : this.behind(shape, false, mayEnd);
    this.shape = shape;
    this.layers.push({ type: "dense", shape, weight, inFeatures: [inputs], ...rest });
  }

  private pictures(): void {
    const { draw } = this;
    for (let left = draw.int(1, 2); left > 0; left--) {
      const [channels, ...extent] = this.shape;
      const type = draw.of("layer", "conv", "conv", "pool");
      const groups = type === "conv" ? draw.of("groups", 1, channels) : channels;
      const made = type === "conv" ? groups * draw.int(1, 2) : channels;
      const kernel = extent.map((size) => draw.int(1, Math.min(3, size)));
      const axes = (name: string, ...some: readonly number[]): number[] => kernel.map(() => draw.of(name, ...some));
      const [stride, padding, dilation] = [axes("stride", 1, 1, 2), axes("padding", 0, 1), axes("dilation", 1, 1, 2)];
      const after = kernel.map((taps, a) => Math.floor((extent[a] + 2 * padding[a] - dilation[a] * (taps - 1) - 1) / stride[a]) + 1);
      if (Math.min(...after) < 1) continue;
      const weights = (type === "conv" ? (made * channels) / groups : 1) * sizeOf(kernel);
      this.layers.push({
        ...{ type, shape: [made, ...after], kernelSize: kernel, stride, padding, dilation },
        ...(type === "conv" && { groups: [groups], weight: this.values(weights, 20) }),
        ...(type === "pool" && { weight: Array.from({ length: weights }, () => 8) }),
        ...this.behind([made, ...after], true),
      });
    }
    this.layers.push({ type: "flatten", shape: [sizeOf(this.shape), 1, 1] });
    this.shape = [sizeOf(this.shape), 1, 1];
  }
}

/** Writes the layers as lava-dl does. */
function write(path: string, layers: readonly Layer[]): void {
  const file = new hdf5.File(path, "w");
  const put = (place: string, fields: object): void => {
    file.create_group(place);
    for (const [key, value] of Object.entries(fields) as [string, Value | Fields | undefined][]) {
      if (value === undefined) continue;
      if (typeof value === "string") file.create_dataset({ name: `${place}/${key}`, data: [value], shape: [1], dtype: "S10" });
      else if (Array.isArray(value)) file.create_dataset({ name: `${place}/${key}`, data: Float32Array.from(value as number[]) });
      else put(`${place}/${key}`, value as Fields);
    }
  };
  file.create_group("layer");
  for (const [n, layer] of layers.entries()) put(`layer/${n}`, layer);
  file.close();
}

async function caseOf(seed: number): Promise<PageRun> {
  const draw = new Draw(createRng(seed, "lava page"));
  const { layers } = new Net(draw);
  const types = layers.map(({ neuron }) => String(neuron?.type ?? ""));
  const path = join(folder, `${seed}.net`);
  write(path, layers);
  const sums = types.includes("SDNN");
  const rules: LavaRules = {
    restartSteps: types.some((type) => type === "LOIHI" || type === "CUBA") && !sums ? draw.of("restart", 0, 0, 3, 7) : 0,
    remainder: types.some((type, n) => type === "SDNN" && n > 0 && !("sigma_output" in (layers[n].neuron ?? {})))
      ? draw.of("remainder", "lost", "kept")
      : "lost",
  };
  // the threshold of an integrator takes 24 bits
  const integrates = layers.some(({ type, neuron }) => type === "dense" && neuron === undefined);
  const precision: Precision = {
    ...{ ...WIDE, integers: "from-file", leak: "truncate", weightBits: 9 },
    ...{ gateBits: draw.of("gate bits", 12, 15), stateBits: integrates ? 24 : draw.of("state bits", 18, 24) },
    ...{ accumulatorBits: draw.of("accumulator bits", 12, 16, 32), accumulatorOverflow: draw.of("overflow", "saturate", "wrap") },
  };
  const imported = prepareNir(withLavaRules(await readLava(path), rules, path), path, LAVA_OPTIONS);
  const transforms = layers[0].type === "input" && layers[0].neuron !== undefined;
  const kind = transforms ? "events" : draw.of("values", "binary", "events");
  const { graph } = integerNir(imported, precision, kind);
  const [width, steps] = [widthOf(graph), draw.int(6, 20)];
  const real = Float32Array.from({ length: steps * width }, () => {
    if (kind === "binary") return Number(draw.share() < 0.5);
    if (!transforms) return draw.share() < 0.1 ? 200 : draw.int(-3, 4);
    return draw.int(-8, 24) / 16;
  });
  const inputs = new Int32Array(real.length);
  const clamped = runnableGraph(graph).toInputs(real, inputs);
  const names = graph.populations.flatMap((one) => (one.kind === "neurons" ? [one.name] : []));
  const { run, states } = recordStates(imported, graph, createGraphReference(graph), inputs, new Set(names));
  const files: Record<string, string> = { "net.json": JSON.stringify(layers), "spikes.csv": rowsOf(real, width) };
  const words: string[] = [];
  for (const [name, { spikes, voltage, current }] of states)
    for (const [what, values] of Object.entries({ [name]: spikes, [`${name}.voltage`]: voltage, [`${name}.current`]: current })) {
      files[`${what}.csv`] = rowsOf(values, values.length / steps);
      words.push(`${what}=${what}.csv`);
    }
  const classes = run.scores.length / steps;
  const totals = Array.from({ length: classes }, (_, c) =>
    Array.from({ length: steps }, (_, s) => run.scores[s * classes + c]).reduce((a, b) => a + b, 0),
  );
  const { stateBits, accumulatorBits, accumulatorOverflow } = precision;
  const options = { state_bits: stateBits, accumulator_bits: accumulatorBits, accumulator_overflow: accumulatorOverflow };
  return {
    files,
    words: [
      ...[...words, `restart=${rules.restartSteps}`, `remainder=${rules.remainder}`],
      ...Object.entries(options).map(([key, value]) => `${key}=${value}`),
    ],
    output: `output: ${totals.join(" ")}`,
    compared: words.length,
    met: [
      ...draw.choices,
      ...layers.map(({ type }) => `a layer ${type}`),
      ...(clamped > 0 ? ["clamped input"] : []),
      ...(run.accumulatorOverflows > 0 ? ["saturated or wrapped sum"] : []),
      ...(run.stateSaturations > 0 ? ["saturation"] : []),
    ],
  };
}

const says = (what: string, condition: string): string => `print("met", "${what}") if np.any(${condition}) else None`;
const SPIES: readonly Spy[] = [
  { after: "if RESTART > 0 and t > 0", statements: [says("a restart of a voltage", "self.v"), says("a restart of a wait", "self.wait")] },
  {
    after: "fired = ~waits",
    statements: [
      says("a spike", "fired"),
      says("a wait", "waits"),
      says("a current below 0 that leaks", "(self.current < 0) & (self.i_decay > 0)"),
    ],
  },
  {
    after: "whole = d >> 6",
    statements: [
      says("a change down", "tells & (d < 0)"),
      says("a remainder", "tells & (d & 63 != 0)"),
      says("a cut change", "tells & (np.abs(whole) > self.largest)"),
      says("a change of no payload", "tells & (whole == 0)"),
      says("a value at 0", "np.logical_not(self.encodes) & (value == 0) & (self.voltage < 0)"),
    ],
  },
];

const DEMANDED = [
  ...["neurons=loihi", "neurons=sigma-delta", "begins with=encoder", "begins with=spikes", "begins with=dense", "ends with=average"],
  ...["input", "dense", "conv", "pool", "flatten", "average"].map((type) => `a layer ${type}`),
  ...["delay=one", "delay=channel", "delay=neuron", "bias=true", "transform=true", "message bits=true", "sigma output=true"],
  ...["dense without neurons=true", "refDelay=true", "wgtExp=true", "restart=3", "restart=7", "remainder=kept", "remainder=lost"],
  ...["clamped input", "saturated or wrapped sum", "saturation", "overflow=wrap", "dilation=2", "padding=1", "stride=2", "groups=2"],
  ...["a restart of a voltage", "a restart of a wait", "a spike", "a wait", "a current below 0 that leaks"],
  ...["a change down", "a remainder", "a cut change", "a change of no payload", "a value at 0"],
];

test.skipIf(!hasNumpy)(
  `the third program of docs/integers.md computes every spike, voltage, current and output of ${NETWORKS} random networks of Lava (seed ${SEED})${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  async () => {
    await hdf5.ready;
    const all: PageRun[] = [];
    for (let n = 0; n < NETWORKS; n++) all.push(await caseOf(SEED + n));
    expectEqualRuns("lava.py", SPIES, all, { seen: new Counted("docs/integers.md, Lava"), demanded: DEMANDED });
  },
  300_000,
);
