/**
 * Resources of an FPGA for a router and for the port, estimated from its structure and not checked by synthesis. Each
 * virtual channel has a buffer in look-up tables, two pointers and a credit counter. Each output has a multiplexer of
 * all ports per bit. Round-robin arbiters allocate virtual channels (among those of all ports) and the switch (among
 * the channels of a port, then among ports). An arbiter of n takes three tables of four inputs, or two of six, per
 * request.
 * Not modelled: the tables of multicast trees.
 */
import { log2 } from "../../base/math.js";
import type { Noc, Port } from "../chip.js";
import type { Resources } from "./core-resources.js";
import type { FpgaDevice } from "./devices.js";
import { memoryBlocks } from "./memory-blocks.js";

export function routerResources(ports: number, noc: Noc, device: FpgaDevice): Resources {
  const { virtualChannels: channels, vcBufferFlits, flitWidthBits } = noc;
  const isWide = device.lutInputs >= 6;
  const buffers = ports * channels;
  const buffer = memoryBlocks({ words: vcBufferFlits, wordBits: flitWidthBits, maskBits: null }, device);
  const counterBits = 3 * Math.max(1, Math.ceil(log2(vcBufferFlits + 1)));
  const crossbar = Math.ceil(((ports - 1) * ports * flitWidthBits) / (isWide ? 3 : 1.5));
  const requests = buffers * buffers + ports * channels + ports * ports;
  return {
    luts: buffers * (buffer.luts + 2 * counterBits) + crossbar + requests * (isWide ? 2 : 3),
    flipFlops: buffers * (counterBits + Math.ceil(log2(buffers + 1))) + 2 * ports * flitWidthBits + buffers,
    blockRams: buffers * buffer.blockRams,
    dsps: 0,
  };
}

/**
 * The port: its queue of packets, whose depth is the description's, and the packet that its beats are put together to.
 * Not modelled: the control of the host link.
 */
export function portResources({ queueDepth }: Port, packetBits: number, device: FpgaDevice): Resources {
  const queue = memoryBlocks({ words: queueDepth, wordBits: packetBits, maskBits: null }, device);
  return { luts: queue.luts, flipFlops: packetBits, blockRams: queue.blockRams, dsps: 0 };
}

/**
 * Standard deviation of the logarithm of a router's resources: a guess; the 90 % interval is half to twice the
 * estimate.
 */
export const ROUTER_SIGMA = 0.42;
