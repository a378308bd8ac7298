/** One sound input of every format, small: what the damaged ones are made from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Network, parseArch, type SampleSet, type Samples, type SharedKernel, type SpikeTrace } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { randomKernel } from "../arch/random-kernel.js";
import { ofKernel } from "../oracles/naive-rows.js";

const shipped = (path: string): string => readFileSync(join(packageRoot(), path), "utf8");

const norm = (n: number) => ({
  gamma: new Float32Array(n).fill(1),
  beta: new Float32Array(n),
  mean: new Float32Array(n),
  variance: new Float32Array(n).fill(1),
  epsilon: 1e-5,
});
export const network: Network = {
  name: "tiny",
  system: "lif",
  inputs: 3,
  classes: 2,
  task: "sequence",
  outputDelayFrames: 0,
  encoder: { bits: 4, theta: 1, range: 1 },
  layers: [
    {
      neurons: 4,
      inputs: 3,
      gates: [{ name: "i", inputWeights: new Float32Array(12).fill(0.5), inputNorm: norm(4), recurrentWeights: null }],
      quantiser: { bits: 4, theta: 1, range: 1 },
      perNeuron: { tau: new Float32Array(4).fill(0.9) },
    },
  ],
  readout: { weights: new Float32Array(8).fill(0.25), norm: norm(2) },
};
const population = (name: string, neurons: number) => ({
  name,
  neurons,
  accumulators: 1,
  states: 1,
  depth: 0,
  payloadBits: 4,
  rests: false,
  update: { requantises: 1, multiplies: 1, additions: 1, lutReads: 0 },
});
export const trace: SpikeTrace = {
  topology: {
    populations: [population("input", 3), population("layer1", 4)],
    projections: [
      { source: 0, target: 1, recurrent: false, sparse: { rowStart: Uint32Array.of(0, 1, 2, 3), targets: Uint32Array.of(0, 1, 3) } },
    ],
  },
  stepStart: Uint32Array.of(0, 2, 3),
  eventStart: Uint32Array.of(0, 1, 2, 2, 3, 4, 5),
  neuron: Uint16Array.of(0, 3, 2, 1, 0),
  payload: Int16Array.of(1, -2, 3, 1, 1),
  key: "ab".repeat(32),
};
/**
 * Traces of a convolution behind a pool, and of one whose windows have taps of their own; both have weights of zero.
 */
export const kernelTraces: readonly SpikeTrace[] = ["pooled", "own windows"].map((feature) => {
  const kernel = kernelWith(feature, "with zeros");
  const sizes = [kernel.sourceChannels * kernel.sourceArea, kernel.targetChannels * kernel.targetArea];
  const populations = sizes.map((size, i) => population(`layer${i}`, size));
  return { ...trace, topology: { populations, projections: [ofKernel(0, 1, kernel)] } };
});

/** A trace of weights behind a pool, whose rows neurons share. */
export const sharedTrace: SpikeTrace = {
  ...trace,
  topology: {
    ...trace.topology,
    projections: [
      {
        ...trace.topology.projections[0],
        sparse: { rowStart: Uint32Array.of(0, 2, 2, 4), targets: Uint32Array.of(0, 3, 0, 3) },
        rowOf: Int32Array.of(0, -1, 0),
      },
    ],
  },
};

function kernelWith(...features: readonly string[]): SharedKernel {
  for (let seed = 1; ; seed++) {
    const { kernel, said } = randomKernel(createRng(seed, "fuzz"));
    if (features.every((feature) => said.includes(feature))) return kernel;
  }
}

export const samples: Samples = {
  name: "tiny/test",
  inputs: 2,
  classes: 3,
  task: "sequence",
  features: new Float32Array(10),
  frameStart: Uint32Array.of(0, 2, 5),
  labels: Int32Array.of(0, 2),
  hash: "cd".repeat(32),
};
export const sparseSamples: SampleSet = {
  ...samples,
  features: { entryStart: Uint32Array.of(0, 2, 2, 3, 3, 3), place: Uint32Array.of(0, 1, 1), value: Uint16Array.of(1, 3, 2) },
};
export const levelSamples: SampleSet = {
  ...samples,
  features: { level: Uint8Array.of(0, 1, 2, 255, 0, 0, 7, 0, 0, 1), value: Float32Array.from({ length: 256 }, (_, level) => level / 255) },
};
export const functional = {
  key: "ab".repeat(32),
  correct: 1,
  scored: 2,
  errors: { utterances: Uint32Array.of(0, 1), scored: Uint32Array.of(1, 1), wrong: Uint32Array.of(0, 1) },
  operations: { frames: 3, utterances: 2, layers: [], accumulatorOverflows: 0, stateSaturations: 0, neurobench: null },
  lostMessages: null,
  multiplicationsPerFrame: 2.5,
  trace,
  placedBy: trace,
  timedUtterances: Uint32Array.of(0, 1),
  modelHash: "m",
  dataHash: "d",
};

export function wav(): Uint8Array {
  const bytes = Buffer.alloc(44 + 64);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(100, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ])
    bytes.writeUInt16LE(value, at);
  bytes.writeUInt32LE(8000, 24);
  bytes.write("data", 36);
  bytes.writeUInt32LE(64, 40);
  return bytes;
}

export const sphereHeader =
  "NIST_1A\n   1024\nsample_count -i 32\nsample_rate -i 16000\nchannel_count -i 1\nsample_n_bytes -i 2\nsample_byte_format -s2 01\nsample_coding -s3 pcm\nend_head\n";
/** A header of 1024 bytes, whatever the text, then 32 samples. */
export function sphere(header: string): Uint8Array {
  return Buffer.concat([Buffer.from(header.padEnd(1024), "latin1").subarray(0, 1024), Buffer.alloc(64, 3)]);
}

export const npyHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }";
/** Version 1, the length of the header right, then 24 floats, or as many bytes as asked. */
export function npy(header: string, bytes = 96): Uint8Array {
  const text = Buffer.from(`${header.padEnd(117)}\n`, "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length & 0xffff);
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0]), length, text, Buffer.alloc(bytes)]);
}

export function tar(): Uint8Array {
  const header = Buffer.alloc(512);
  header.write("folder/a.wav", 0);
  header.write("0000644", 100);
  header.write("00000000010", 124);
  header.write("0", 156);
  return Buffer.concat([header, Buffer.alloc(512, 1), Buffer.alloc(1024)]);
}

export const description = `version: 1
extends: mesh-2x2
network: { model: tiny.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 20, timing_samples: 1, seed: 1 }
tile:
  core: { lanes: { sweep: [8, 16] }, synapse_memory: { size_kib: 64, word_bits: 64 } }
chip: { clock_mhz: { sweep: { range: [50, 200], step: 50 } } }
precision: &p { weight_bits: 8, state_bits: 16, state_fraction_bits: 6 }
sweep:
  objectives: { energy_uj_per_inference: min, latency_us: min }
  constraints: [area_mm2 <= 2]
  sampler: { name: random, budget: 10, seed: 3 }
`;
export const { document } = parseArch(description, "x.yaml");
export const priceLibrary = "synapse_memory_read_pj: { value: 3.1, source: a macro }\nlink_flit_pj: { value: 1.5, source: a wire }\n";
export const exampleDescription = shipped("arch/examples/edge.yaml");
export const trainingConfig = shipped("training/configs/mnist-rows-rec-v2.yaml");
export const coupledDescription = shipped("arch/examples/tinyodin-fifo.yaml");
export const coupledChip = shipped("arch/chips/tinyodin.yaml");

export const sanafeChip = `
architecture:
  name: small
  attributes: {topology: mesh, width: 1, height: 1, link_buffer_size: 4, sync_model: fixed, latency_sync: 1.0e-6}
  tile:
    - name: t
      attributes: {energy_north_hop: 1.0e-9, latency_north_hop: 1.0e-9, energy_east_hop: 1.0e-9, latency_east_hop: 1.0e-9, energy_south_hop: 1.0e-9, latency_south_hop: 1.0e-9, energy_west_hop: 1.0e-9, latency_west_hop: 1.0e-9}
      core:
        - name: c[0..1]
          attributes: {buffer_position: soma, max_neurons_supported: 8}
          axon_in: {name: in, attributes: {energy_message_in: 1.0e-7, latency_message_in: 1.0e-6}}
          synapse: {name: s, attributes: {model: current_based, energy_process_spike: 1.0e-6, latency_process_spike: 1.0e-5}}
          dendrite: {name: d, attributes: {model: accumulator, energy_update: 1.0e-5, latency_update: 1.0e-6}}
          soma: {name: lif, attributes: {model: leaky_integrate_fire, energy_access_neuron: 0, latency_access_neuron: 0, energy_update_neuron: 0, latency_update_neuron: 0, energy_spike_out: 0, latency_spike_out: 0}}
          axon_out: {name: out, attributes: {energy_message_out: 1.0e-8, latency_message_out: 4.0e-6}}
`;
export const sanafeNetwork = `
network:
  name: small
  groups:
    - name: a
      attributes: [threshold: 1.0]
      neurons: [0..1]
  edges:
    - a.0 -> a.1: {weight: 2.0}
mappings:
  - a.0: {core: 0.0}
  - a.1: {core: 0.1}
`;
export const sanafeNetlist = `# two neurons
g 2 threshold=1.0 log_spikes=1
n 0.1 bias=0.25
e 0.0->0.1 w=2.0
e 0.1->0.0 weight=-1.5e-1 d=0 synapse_hw_name=s
e 0.0 -> 0.0 w=1 # a loop
& 0.0@0.0
& 0.1@0.1
`;
export const spikeCsv = ["0,1,0\n1,0,-2\n0,0,3\n", "step,neuron,payload\n0,1,3\n2,4,-1\n"];
export const phn = "0 100 h#\n100 300 sh\n300 800 iy\n";
export const textGrid =
  'File type = "ooTextFile"\nitem [1]:\n class = "IntervalTier"\n name = "phones"\n xmin = 0\n xmax = 0.5\n intervals: size = 1\n intervals [1]:\n xmin = 0\n xmax = 0.5\n text = "AH0"\n';

/**
 * left: numpy.arange(12, dtype="<f4").reshape(2, 3, 2); right: numpy.array([[1, 0, 2], [0, 3, 0]], dtype="<u1"), as
 * numpy 2.4.6 writes them by savez and by savez_compressed.
 */
export const npz: readonly Uint8Array[] = [
  "UEsDBC0AAAAAAAAAIQBcLdtX//////////8IABQAbGVmdC5ucHkBABAAsAAAAAAAAACwAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBUEsDBC0AAAAAAAAAIQB6uIYE//////////8JABQAcmlnaHQubnB5AQAQAIYAAAAAAAAAhgAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICd8dTEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgEAAgADAFBLAQItAy0AAAAAAAAAIQBcLdtXsAAAALAAAAAIAAAAAAAAAAAAAACAAQAAAABsZWZ0Lm5weVBLAQItAy0AAAAAAAAAIQB6uIYEhgAAAIYAAAAJAAAAAAAAAAAAAACAAeoAAAByaWdodC5ucHlQSwUGAAAAAAIAAgBtAAAAqwEAAAAA",
  "UEsDBC0AAAAIAAAAIQBcLdtX//////////8IABQAbGVmdC5ucHkBABAAsAAAAAAAAABpAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsY6CkaaOgq1CuQBLgYwaLAHEg5ABMQNQLwAiA8A8QMgZnBkYBAAYgUgNnAEAFBLAwQtAAAACAAAACEAeriGBP//////////CQAUAHJpZ2h0Lm5weQEAEACGAAAAAAAAAEwAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxpo6CrUKZAMuRgYmBmYGAFBLAQItAy0AAAAIAAAAIQBcLdtXaQAAALAAAAAIAAAAAAAAAAAAAACAAQAAAABsZWZ0Lm5weVBLAQItAy0AAAAIAAAAIQB6uIYETAAAAIYAAAAJAAAAAAAAAAAAAACAAaMAAAByaWdodC5ucHlQSwUGAAAAAAIAAgBtAAAAKgEAAAAA",
].map((text) => Uint8Array.from(Buffer.from(text, "base64")));
