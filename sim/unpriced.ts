/**
 * A chip without what only prices depend on: taken out by name, so that whatever else it has counts in content
 * addresses of what it does.
 */
import type { Chip, Core, Memory, Port } from "../arch/index.js";

type UnpricedMemory = Omit<Memory, "kind" | "own">;
export type UnpricedCore = Omit<
  Core,
  "queueKinds" | "parameterKind" | "configurationBits" | "tableMacros" | "ownWords" | "synapseMemory" | "stateMemory"
> & {
  readonly synapseMemory: UnpricedMemory;
  readonly stateMemory: UnpricedMemory;
};
type UnpricedChip = Omit<Chip, "technology" | "fpga" | "frameBuffer" | "silicon" | "priceOverrides" | "cores" | "port" | "noc"> & {
  /** The tables of a plug-in's topology, and dies, count where there are some. */
  readonly noc: Omit<Chip["noc"], "own" | "dies"> & Partial<Pick<Chip["noc"], "own" | "dies">>;
  /** A chip without one has none, so that addresses of its runs stay. */
  readonly port?: Port;
  readonly technology: null;
  readonly silicon: null;
  readonly priceOverrides: null;
  readonly cores: readonly UnpricedCore[];
};

const withoutKind = ({ kind: _, own: __, ...memory }: Memory): UnpricedMemory => memory;

function unpricedCore({
  queueKinds: _,
  parameterKind: __,
  configurationBits: ___,
  tableMacros: ____,
  ownWords: _____,
  ...core
}: Core): UnpricedCore {
  return { ...core, synapseMemory: withoutKind(core.synapseMemory), stateMemory: withoutKind(core.stateMemory) };
}

export function unpriced({ fpga: _, frameBuffer: __, ...chip }: Chip): UnpricedChip {
  const tree = chip.noc.tree === null ? null : { ...chip.noc.tree, linkLengthMm: 0 };
  const { own, dies, ...described } = chip.noc;
  const noc = { ...described, linkLengthMm: 0, tree, ...(own === null ? {} : { own }), ...(dies === null ? {} : { dies }) };
  const { port, ...rest } = chip;
  const made = { ...rest, name: "", technology: null, silicon: null, priceOverrides: null, noc, cores: chip.cores.map(unpricedCore) };
  return port === null ? made : { ...made, port };
}
