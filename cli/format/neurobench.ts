/** NeuroBench's metrics as text, under their own names. Pure. */
import type { NeurobenchMetrics } from "../../app/nouns.js";
import { grouped, measured, significant } from "./number.js";
import type { Look } from "./style.js";
import { tableLines } from "./text-table.js";

export function neurobenchLines(look: Look, metrics: NeurobenchMetrics): string[] {
  const { layers, neurons, samples } = metrics;
  // Means over samples have fractions, one sample has none.
  const count = (value: number | null): string => (value === null ? "-" : grouped(Math.round(value)));
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    ...tableLines(
      look,
      [
        { title: `NeuroBench, ${samples === 1 ? "this sample" : `mean of ${grouped(samples)} samples`}`, align: "left" },
        right("effective ACs"),
        right("effective MACs"),
        right("dense"),
      ],
      layers.map(({ name, effectiveAcs, effectiveMacs, denseOperations }) => [
        name,
        count(effectiveAcs),
        count(effectiveMacs),
        count(denseOperations),
      ]),
      ["all connections", count(metrics.effectiveAcs), count(metrics.effectiveMacs), count(metrics.denseOperations)],
    ),
    "",
    ...tableLines(
      look,
      [{ title: "neuron layer", align: "left" }, right("activation sparsity"), right("membrane updates"), right("neuron operations")],
      neurons.map(({ name, activationSparsity, membraneUpdates, neuronOperations }) => [
        name,
        activationSparsity === null ? "-" : measured(activationSparsity, 6),
        count(membraneUpdates),
        count(neuronOperations),
      ]),
      ["all neurons", measured(metrics.activationSparsity, 6), count(metrics.membraneUpdates), count(metrics.neuronOperations)],
    ),
    `footprint ${grouped(metrics.footprintBytes)} bytes at float32, ${grouped(Math.ceil(metrics.packedBits / 8))} packed; ${grouped(metrics.parameters)} parameters; connection sparsity ${significant(metrics.connectionSparsity)}`,
  ];
}
