/**
 * Faults to plant in the modules that bring spikes onto the chip, each with a random chip with a port that notices it.
 */
import { type Fault, faultFor } from "./faults.js";

const fault = faultFor("port");

export const PORT_FAULTS: readonly Fault[] = [
  fault(95, "a packet is pushed into a full queue", "host_port", "push = valid && tail && !full", "push = valid && tail"),
  fault(7, "the port's queue is as deep as a core's", "mesh", "C + 1 == CORES && PORT_QUEUE > 0", "1'b0 && PORT_QUEUE > 0"),
  fault(2, "every beat is taken for the first", "host_port", "if (at == AB'(b))", "if (b == 0 && at <= AB'(BEATS))"),
  fault(2, "beats behind the packet's bits are taken for its first", "host_port", "on_beat && at != AB'(BEATS)", "on_beat"),
  fault(2, "the barrier does not wait for the host", "host_port", "network_rests == '1 && !more", "network_rests == '1"),
  fault(7, "a step without work is a cycle longer", "barrier_tree", "2 * LEVELS - 1 - EMPTY", "2 * LEVELS - 1"),
  fault(61, "the same on one core", "barrier", "!(start && EMPTY == 0)", "!start"),
  fault(117, "a dense scan's first axon is loaded in an utterance's first cycle", "synapse", ".start(go || start)", ".start(start)"),
];
