/** `export nir`: a model file to a NIR file. Effects: reads, writes, prints. */

import { readModel, writeNir } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { exportNetwork } from "../sim/nir/index.js";
import { print, printJson, warn } from "./print.js";

export async function exportModel(path: string, out: string, dtSeconds: number, json = false): Promise<void> {
  if (!(dtSeconds > 0)) throw inputError("--dt", "expected seconds above 0", "e.g. --dt 0.01");
  const { file, warnings } = exportNetwork(readModel(path).network, dtSeconds);
  await writeNir(out, file);
  if (json) {
    printJson({ written: out, nodes: file.graph.nodes.size, edges: file.graph.edges.length, warnings });
    return;
  }
  for (const warning of warnings) warn(`warning: ${warning}`);
  print(`${out}: ${file.graph.nodes.size} nodes, ${file.graph.edges.length} edges`);
}
