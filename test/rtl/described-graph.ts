/**
 * An imported network as docs/mesh.md describes it: populations by the types of their nodes, rows written out or by
 * geometry.
 */
import { byKind, type Projection, type SharedKernel } from "../../arch/index.js";
import { naiveRows } from "../oracles/naive-rows.js";
import type { RandomCore } from "./random-cores.js";

const kernelOf = ({ sourceChannels, targetChannels, input, output, groups, size, stride, dilation, padding, entering }: SharedKernel) => ({
  ...{ input: [sourceChannels, ...input], output: [targetChannels, ...output], groups, size, stride, dilation, padding },
  ...(entering === null ? {} : { entering: [...entering] }),
});

function rowsOf(projection: Projection) {
  const { kernel, sparse, rowOf } = projection;
  if (kernel !== undefined) return { kernel: kernelOf(kernel) };
  if (sparse !== null) return { rows: naiveRows(projection).map((row) => row.map(({ target }) => target)) };
  return { silent: Array.from(rowOf ?? []).flatMap((row, source) => (row < 0 ? [source] : [])) };
}

export function describedGraph({ model, run, functional }: RandomCore) {
  const { populations, projections } = run.placement.topology;
  const typeOf = (name: string): string =>
    byKind(model, { own: () => "", nir: ({ graph }) => graph.nodes.find((node) => node.name === name)?.type ?? "" });
  const isBinary = functional.trace.payload.every((value) => value === 1);
  return {
    populations: populations.map(({ name, neurons, accumulators }) => ({
      ...{ type: typeOf(name), neurons },
      ...(accumulators === 0 ? { is_binary: isBinary } : {}),
    })),
    connections: projections.map(({ source, target, recurrent, ...rows }) => ({
      ...{ source, target, recurrent },
      ...rowsOf({ source, target, recurrent, ...rows }),
    })),
  };
}
