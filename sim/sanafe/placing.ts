/** Mapping of neurons, in both file formats. */
import type { Attributes } from "./attributes.js";
import { coreAddress, type NetworkBuilder, type Placing } from "./network.js";

/** Reads the mapping that `attributes` and the address `core` describe. */
export function placingOf(core: string, attributes: Attributes): Placing {
  const address = coreAddress(core);
  if (address === null) attributes.problem(`core ${JSON.stringify(core)}: expected tile.offset, e.g. 0.1`);
  const unit = (name: string): string => attributes.text([name, `${name}_hw_name`], "");
  const placing = { ...(address ?? { tile: 0, offset: 0 }), soma: unit("soma"), dendrite: unit("dendrite"), synapse: unit("synapse") };
  attributes.warnOfUnknown();
  return placing;
}

/** Maps `neurons`, given as text of the file. */
export function place(builder: NetworkBuilder, neurons: string, core: string, attributes: Attributes): void {
  const placing = placingOf(core, attributes);
  for (const neuron of builder.neurons(neurons, attributes.path)) builder.place(neuron, placing);
}
