/** Reads a file of another tool as the model of a description: NIR, or a network of Lava. */
import { isLavaFile } from "../file-kinds.js";
import { readLava } from "../lava/read-lava.js";
import { type NirNetwork, nirHash, nirNetwork } from "./nir-network.js";
import { readNir } from "./read.js";

/** The file at `path` and its content address. Throws: InputError. */
export async function readNirNetwork(path: string): Promise<{ readonly network: NirNetwork; readonly hash: string }> {
  const network = nirNetwork(await (isLavaFile(path) ? readLava(path) : readNir(path)), path);
  return { network, hash: nirHash(network) };
}
