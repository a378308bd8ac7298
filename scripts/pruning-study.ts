/**
 * Savings by pruned weights on a chip, per format: accuracy, memory, energy, latency, area.
 *
 *     npx tsx scripts/pruning-study.ts DATA model.safetensors ...      DATA: folder of the FSDD recordings
 *
 * Four cores; synapse memories of the smallest size, in steps of an eighth of a power of two KiB, in which the network
 * fits, so that fewer bits give smaller memories.
 */
import { basename, resolve } from "node:path";
import { loadModel, samplesFor } from "../app/inputs.js";
import { parseArch, patchDocument, synapsesIn } from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { evaluatePoint, prepareFunctional } from "../sim/index.js";
import { heldWeights } from "../sim/mapping/index.js";

const [data, ...models] = process.argv.slice(2);
if (data === undefined || models.length === 0) throw new Error("usage: npx tsx scripts/pruning-study.ts DATA model.safetensors ...");
const FORMATS = ["dense", "rows", "bitmap", "run-length"] as const;
const SIZES = [4, 8, 16].flatMap((kib) => Array.from({ length: 8 }, (_, k) => kib + (kib / 8) * k));

console.log("model                          zeros %  accuracy %  format      KiB  memory/core  energy uJ  latency us  area mm2");
for (const file of models) {
  const described = parseArch(
    `version: 1\nextends: mesh-2x2\nnetwork: { model: ${resolve(file)} }\nworkload: { dataset: fsdd-phones, path: ${resolve(data)}, samples: 300, timing_samples: 8 }\n`,
    "pruning-study.yaml",
  );
  const model = await loadModel(described.experiment, "pruning-study.yaml");
  const samples = await samplesFor(model, described.experiment, "pruning-study.yaml");
  for (const format of FORMATS) {
    for (const size of SIZES) {
      const at = patchDocument(described, { "chip.weight_format": format, "tile.core.synapse_memory.size_kib": size });
      const functional = prepareFunctional(at, model.network, model.hash, samples);
      try {
        const { result } = evaluatePoint(at, functional);
        const { topology } = functional.trace;
        const cells = topology.projections.map(
          ({ source, target }) => topology.populations[source].neurons * topology.populations[target].neurons,
        );
        const all = cells.reduce((sum, count) => sum + count, 0);
        const zeros = topology.projections.reduce(
          (sum, { present }, p) => sum + (present === undefined ? 0 : cells[p] - synapsesIn(present)),
          0,
        );
        const held = heldWeights({ ...at.chip, weightFormat: format === "dense" ? "smallest" : format }, at.precision, topology);
        const bits = held.reduce(
          (sum, one) => sum + ([one, ...one.others].find((other) => other.format === format)?.bits ?? Number.NaN),
          0,
        );
        const { metrics } = result;
        const text = (value: number | null | undefined, digits: number): string => (value ?? Number.NaN).toPrecision(digits);
        console.log(
          [
            basename(file, ".safetensors").padEnd(30),
            ((100 * zeros) / all).toFixed(1).padStart(7),
            text(metrics.accuracy_percent, 4).padStart(11),
            ` ${format.padEnd(10)}`,
            (bits / 8192).toFixed(1).padStart(5),
            `${size}`.padStart(12),
            text(metrics.energy_uj_per_inference, 4).padStart(10),
            text(metrics.latency_us, 4).padStart(11),
            text(metrics.area_mm2, 4).padStart(9),
          ].join(" "),
        );
        break;
      } catch (error) {
        if (!(error instanceof InfeasibleError)) throw error;
      }
    }
  }
}
