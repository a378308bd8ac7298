/** The reference engine of a network of this program, whatever its cells. */
import { cellOf } from "../../arch/index.js";
import type { IntegerNetwork } from "../../sim/functional/integer-network.js";
import { type Runnable, runnableNetwork } from "../../sim/functional/runnable.js";
import type { UtteranceEngine } from "../../sim/functional/utterance.js";
import { createDenseCells } from "./dense-reference.js";
import { createReference } from "./spiking-reference.js";

export const referenceOf = (network: IntegerNetwork): UtteranceEngine =>
  cellOf(network.system).spiking ? createReference(network) : createDenseCells(network);

/** What runs the network by its reference engine. */
export const byReference = (network: IntegerNetwork): Runnable => ({ ...runnableNetwork(network), engine: () => referenceOf(network) });
