/**
 * The port through which spikes from outside the chip enter its network: built from the description; and which
 * populations are behind it.
 *
 * The host knows where each input neuron's spikes go. It sends one packet per destination core or, with `noc.multicast:
 * tree`, one packet for all. Each packet crosses the host link. Not modelled: the message with which a host ends a
 * step, packets that a host sends before their step, results that return to the host.
 */

import type { Chip, Port } from "./chip.js";
import { isEventDataset } from "./events-schema.js";
import { isLavaFile, isNirFile } from "./formats/file-kinds.js";
import { inputsSchema } from "./inputs-schema.js";
import { bitsPerCycleOf, latencyCyclesOf } from "./link-units.js";
import type { Population, Topology } from "./network.js";
import type { RootDocument } from "./schema.js";

/** null: input neurons are on cores. */
export function portOf({ inputs, chip, network, workload }: RootDocument): Port | null {
  const { at, port } = inputs ?? inputsSchema.parse({});
  const isFile = isEventDataset(workload.dataset) || workload.dataset === "spike-file";
  const isBare = isNirFile(network.model) || isLavaFile(network.model);
  if (at === "cores" || (at === "auto" && !(isFile && isBare))) return null;
  return {
    tile: port.tile,
    bitsPerCycle: bitsPerCycleOf(port.bandwidth_gbit_s, chip.clock_mhz),
    latencyCycles: latencyCyclesOf(port.latency_ns, chip.clock_mhz),
    packetBits: port.packet_bits,
    queueDepth: port.queue.depth,
  };
}

/** Checks that the port is on one of the chip's `tiles`, and that there are frames to buffer. */
export function checkPort(
  inputs: RootDocument["inputs"],
  tiles: number,
  check: (ok: boolean, path: readonly string[], message: string, fix: string) => void,
): void {
  const isOffChip = inputs?.at === "port" && inputs.frame_buffer !== undefined;
  check(
    !isOffChip,
    ["inputs", "frame_buffer"],
    "is given, but inputs.at: port keeps input neurons outside the chip",
    "leave one of them out",
  );
  const tile = inputs?.port.tile ?? 0;
  const message = `is ${tile}, but the chip has tiles 0..${tiles - 1}`;
  check(tile < tiles, ["inputs", "port", "tile"], message, `set it to ${tiles - 1} or less`);
}

/** Index of the port among the ends of the network: after all cores. */
export const portEnd = ({ cores }: Pick<Chip, "cores">): number => cores.length;

/** Bits of a packet on the host link, and its cycles on the link. */
export function hostPacket(
  { noc, port }: Pick<Chip, "noc" | "port">,
  { payloadBits }: Pick<Population, "payloadBits">,
): { readonly bits: number; readonly cycles: number } {
  const bits = port?.packetBits ?? noc.headerBits + payloadBits;
  return { bits, cycles: port === null ? 0 : Math.max(1, Math.ceil(bits / port.bitsPerCycle)) };
}

/** True for a population without accumulators: the host feeds it. */
export const isHostFed = ({ accumulators }: Population): boolean => accumulators === 0;

/** Populations behind the chip's port, by index. */
export function portPopulations({ port }: Pick<Chip, "port">, { populations }: Topology): readonly number[] {
  return port === null ? [] : populations.flatMap((population, p) => (isHostFed(population) ? [p] : []));
}
