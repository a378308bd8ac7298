/** Reads a file of another tool as the model of a description: NIR, or a network of Lava. */
import { isLavaFile } from "../file-kinds.js";
import { readLava } from "../lava/read-lava.js";
import { holdsOwnNetwork, NEAREST_PRIMITIVES } from "./graph.js";
import { type NirNetwork, nirHash, nirNetwork } from "./nir-network.js";
import { readNir } from "./read.js";

/** The file at `path`, its content address, and what its reader should know. Throws: InputError. */
export async function readNirNetwork(
  path: string,
): Promise<{ readonly network: NirNetwork; readonly hash: string; readonly warnings: readonly string[] }> {
  const file = await (isLavaFile(path) ? readLava(path) : readNir(path));
  const network = nirNetwork(file, path);
  return { network, hash: nirHash(network), warnings: holdsOwnNetwork(file) ? [NEAREST_PRIMITIVES] : [] };
}
