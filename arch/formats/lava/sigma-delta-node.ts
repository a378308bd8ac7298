/**
 * Neurons of Lava's sigma-delta networks as nodes of a graph; only the reader of Lava files makes them. All numbers are
 * whole; spikes carry payloads.
 *
 * `Delta` encodes its input: its value is its sum. `SigmaDelta` accumulates sums: its value is max(0, total + bias).
 * Both send the difference between their value and the value that they last sent, if it is at least `v_threshold`.
 * `Sigma` accumulates sums and sends nothing: it is read out.
 *
 * `v_threshold`: in units of the value. `gain`: factor of a sum of weights, or of an input. `bias_gain`: factor of a
 * bias. `spike_shift`: fraction bits of a difference that its payload leaves out. `message_bits`: of a payload, sign
 * included. `keeps_remainder`: 1 if the bits that a payload leaves out are sent with a later spike, 0 if they are lost.
 * Source: lava-nc/lava-dl, `netx/hdf5.py` (commit 4919a66: exponents 6 and 6, 16 bits); lava-nc/lava,
 * `proc/sdn/process.py`, `proc/sdn/models.py`.
 */
import { powerOfTwo } from "../../../base/math.js";
import { type NirNode, nirArray } from "../nir/graph.js";

type SigmaDeltaType = "Delta" | "SigmaDelta" | "Sigma";

/** `spike_exp` and `state_exp` of netx. */
const SPIKE_EXPONENT = 6;
const STATE_EXPONENT = 6;
/** One unit of a threshold or bias of the file, in units of the state. */
export const STATE_UNIT = powerOfTwo(SPIKE_EXPONENT + STATE_EXPONENT);
/** Default of netx. */
export const USUAL_MESSAGE_BITS = 16;

/** @param threshold as in the file. */
export function sigmaDeltaNode(type: SigmaDeltaType, threshold: number, messageBits: number): NirNode {
  const fields = {
    gain: type === "Delta" ? STATE_UNIT : 1,
    bias_gain: STATE_UNIT,
    ...(type === "Sigma"
      ? {}
      : { v_threshold: STATE_UNIT * threshold, spike_shift: STATE_EXPONENT, message_bits: messageBits, keeps_remainder: 0 }),
  };
  return {
    type,
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, nirArray([value], [], "i8")])),
    metadata: new Map(),
    graph: null,
  };
}
