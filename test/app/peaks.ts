/** Data of a plug-in on which a network trains in milliseconds, and searches that train on it. */

/** Three classes, each with a high input; place B names the classes in another order. */
export const PLUGIN = `export const apiVersion = 1;
export default ({ createRng }) => ({
  datasets: {
    peaks: {
      about: "a high input per class",
      read: (path, split) => {
        const shift = path.endsWith("B") ? 1 : 0;
        const [samples, frames, inputs] = [60, 4, 4];
        const rng = createRng(1, "peaks/" + split);
        const labels = Int32Array.from({ length: samples }, () => rng.int(0, 2));
        const features = new Float32Array(samples * frames * inputs);
        for (let at = 0; at < features.length; at++)
          features[at] = 0.1 * rng.normal() + ((labels[Math.floor(at / inputs / frames)] + shift) % 3 === at % inputs ? 1 : 0);
        const frameStart = Uint32Array.from({ length: samples + 1 }, (_, s) => s * frames);
        return { inputs, classes: 3, task: "sequence", features, frameStart, labels };
      },
    },
  },
});
`;
export const BASE = `version: 1
data: { set: peaks }
network: { system: rec-v2, neurons: [8] }
quantiser: { bits: 6, theta: 1 }
training: { epochs: 6, batch: 8, learning_rate: { schedule: cosine, peak: 0.05 } }
`;
/** A search over its trainings. */
export const search = (training: string, path: string, more = ""): string => `version: 1
plugins: [./peaks.mjs]
training: { base: base.yaml${training} }
workload: { dataset: peaks, path: ${path}, split: validation, samples: 20, timing_samples: 1 }
${more}sweep: { objectives: { accuracy_percent: max, energy_uj_per_inference: min }, sampler: { name: grid } }
`;
