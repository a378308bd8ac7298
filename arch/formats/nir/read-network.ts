/** A NIR file as the model of a description. */
import { type NirNetwork, nirHash, nirNetwork } from "./nir-network.js";
import { readNir } from "./read.js";

/** The file at `path` and its content address. Throws: InputError. */
export async function readNirNetwork(path: string): Promise<{ readonly network: NirNetwork; readonly hash: string }> {
  const network = nirNetwork(await readNir(path), path);
  return { network, hash: nirHash(network) };
}
