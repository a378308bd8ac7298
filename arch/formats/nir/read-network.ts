/** Reads a file of another tool as the model of a description: NIR, or a network of Lava. */
import { isLavaFile } from "../file-kinds.js";
import { readLava } from "../lava/read-lava.js";
import { holdsOwnNetwork, NEAREST_PRIMITIVES, type NirMetadata } from "./graph.js";
import { type NirNetwork, nirHash, nirNetwork } from "./nir-network.js";
import { readNir } from "./read.js";

interface NirModel {
  readonly network: NirNetwork;
  /** Content address. */
  readonly hash: string;
  readonly metadata: NirMetadata;
  /** What the reader of the file should know. */
  readonly warnings: readonly string[];
}

/** Throws: InputError. */
export async function readNirNetwork(path: string): Promise<NirModel> {
  const file = await (isLavaFile(path) ? readLava(path) : readNir(path));
  const network = nirNetwork(file, path);
  return { network, hash: nirHash(network), metadata: file.graph.metadata, warnings: holdsOwnNetwork(file) ? [NEAREST_PRIMITIVES] : [] };
}
