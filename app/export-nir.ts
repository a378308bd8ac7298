/** Writes a model as a NIR file. Effects: reads and writes files. */
import { pathOf, readModel, writeNir } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { refuseInput } from "../base/refuse-input.js";
import { exportNetwork } from "../sim/nir/index.js";
import { demandText } from "./checked-options.js";

/** What was written, and what other tools will not read. */
export interface NirExport {
  /** Path of the file. */
  readonly written: string;
  /** Nodes of its graph. */
  readonly nodes: number;
  /** Edges of its graph. */
  readonly edges: number;
  /** Sentences about what NIR cannot express exactly. */
  readonly warnings: readonly string[];
}

/**
 * Writes a model as NIR: the nearest primitives, and the exact network in the file's metadata.
 *
 * @param model path of a model file, or the name of a shipped one
 * @param dtSeconds seconds of one frame
 * @throws InputError if the model cannot be read, NIR has no primitive for its cell, or the time is not above 0
 */
export async function exportNir(model: string, out: string, dtSeconds: number): Promise<NirExport> {
  demandText("exportNir", out, "the path of a NIR file");
  if (!(dtSeconds > 0)) throw inputError("--dt", "expected seconds above 0", "e.g. --dt 0.01");
  const path = pathOf(model, "model");
  refuseInput(out, out, [path]);
  const { file, warnings } = exportNetwork(readModel(path).network, dtSeconds);
  await writeNir(out, file);
  return { written: out, nodes: file.graph.nodes.size, edges: file.graph.edges.length, warnings };
}
