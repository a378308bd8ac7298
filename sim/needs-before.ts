/**
 * What a network may need of its cores that must still be trained, and of which training may set any weights to 0. Its
 * hardware lies between that for dense rows, for one row of one synapse and for one row of all synapses, in each format
 * that the chip may store.
 * Not modelled: layers of different formats, whose decoders together take more than any one (0.02 % of the areas that
 * `before-training.test.ts` compares).
 */
import { type Chip, type CoreNeeds, type Precision, perObject, type SparseRows, type Topology, type WeightFormat } from "../arch/index.js";
import { leavesOutZeros } from "./mapping/index.js";
import { needsOn } from "./needs.js";

/** @param topology without zeros; one entry if the chip stores zeros */
export function needsBefore(chip: Chip, precision: Precision, topology: Topology): readonly [CoreNeeds, ...CoreNeeds[]] {
  const dense = needsOn(chip, precision, topology);
  if (!leavesOutZeros(chip, topology)) return [dense];
  const stored = Object.entries(chip.weightFormats).filter(([, format]) => format === "dense");
  const asked = new Set([chip.weightFormat, ...Object.values(chip.weightFormats)].flatMap(formatsOf));
  const chips = [...asked].map((weightFormat) => ({ ...chip, weightFormat, weightFormats: Object.fromEntries(stored) }));
  return [dense, ...chips.flatMap((one) => withZeros(topology).map((zeros) => needsOn(one, precision, zeros)))];
}

/** Formats with zeros left out that a chip may choose. */
function formatsOf(asked: WeightFormat): readonly WeightFormat[] {
  if (asked === "dense") return [];
  if (asked === "auto") return ["rows"];
  return asked === "smallest" ? ["rows", "bitmap", "run-length"] : [asked];
}

/**
 * The shape with one synapse in each matrix, near and far from the row's beginning, and with one row of all, or of the
 * last half.
 */
const withZeros = perObject((topology: Topology): readonly Topology[] => {
  const { populations } = topology;
  const rowOf: readonly ((targets: number) => Uint32Array)[] = [
    () => Uint32Array.of(0),
    (targets) => Uint32Array.of(targets - 1),
    (targets) => Uint32Array.from({ length: targets }, (_, target) => target),
    (targets) => Uint32Array.from({ length: targets >> 1 }, (_, i) => targets - (targets >> 1) + i),
  ];
  return rowOf.map((row) => ({
    populations,
    projections: topology.projections.map((projection) => {
      const { source, target, sparse, kernel } = projection;
      if (sparse !== null || kernel !== undefined) return projection;
      const targets = row(populations[target].neurons);
      const rowStart = new Uint32Array(populations[source].neurons + 1).fill(targets.length, 1);
      const present: SparseRows = { rowStart, targets };
      return { ...projection, present };
    }),
  }));
});
