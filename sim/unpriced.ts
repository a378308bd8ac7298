/**
 * A chip without the properties that change only prices and which clocks are possible. They are removed by name, so
 * every other property counts in the content address of its behaviour.
 */
import { type Chip, type Core, dieHopWorth, type Experiment, type Memory, type Port } from "../arch/index.js";

type UnpricedMemory = Omit<Memory, "kind" | "own">;
export type UnpricedCore = Omit<
  Core,
  "queueKinds" | "parameterKind" | "configurationBits" | "tableMacros" | "ownWords" | "synapseMemory" | "stateMemory"
> & {
  readonly synapseMemory: UnpricedMemory;
  readonly stateMemory: UnpricedMemory;
};
type UnpricedChip = Omit<
  Chip,
  "technology" | "fpga" | "logicPeriodNs" | "frameBuffer" | "silicon" | "priceOverrides" | "cores" | "port" | "noc"
> & {
  /** The tables of a plug-in's topology, and dies, are included if there are any. */
  readonly noc: Omit<Chip["noc"], "own" | "dies"> & Partial<Pick<Chip["noc"], "own" | "dies">>;
  /** Left out if the chip has no port, so that addresses of older runs stay valid. */
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

export function unpriced({ fpga: _, logicPeriodNs: __, frameBuffer: ___, ...chip }: Chip): UnpricedChip {
  const tree = chip.noc.tree === null ? null : { ...chip.noc.tree, linkLengthMm: 0 };
  const { own, dies, ...described } = chip.noc;
  const noc = { ...described, linkLengthMm: 0, tree, ...(own === null ? {} : { own }), ...(dies === null ? {} : { dies }) };
  const { port, ...rest } = chip;
  const made = { ...rest, name: "", technology: null, silicon: null, priceOverrides: null, noc, cores: chip.cores.map(unpricedCore) };
  return port === null ? made : { ...made, port };
}

/**
 * What a placement depends on beside the unpriced chip and the mapping request: against traffic between dies, the
 * prices, node and voltage decide how many hops a link to another die is worth.
 */
export function pricesInPlacement({ chip, mapping }: Pick<Experiment, "chip" | "mapping">): { readonly dieHopWorth?: number } {
  return mapping.strategy === "min-traffic" && chip.noc.dies !== null ? { dieHopWorth: dieHopWorth(chip) } : {};
}
