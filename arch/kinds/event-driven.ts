/**
 * Parameters that the event-driven cores tinyODIN and ODIN share: a controller that sweeps neurons, an event queue, and
 * AER links.
 */
import * as z from "zod";
import { count } from "./coupled-kind.js";

/** A function, as `Model.schema` says. */
export function eventDriven() {
  const queue = z.strictObject({
    depth: count(1, 65536).describe("words that the queue holds"),
    visibility_cycles: count(1, 16).describe("cycles from a push to the cycle in which the word can be read"),
    full_judged: z.enum(["before-pop", "after-pop"]).describe("whether a pop of the same cycle makes room for a push"),
  });
  const inputLink = z.strictObject({
    synchroniser_flops: count(1, 8).describe("flip-flops between REQ and the controller"),
    request_gap_cycles: count(0, 1_000_000).describe("pause of the sender between transfers"),
    request_fall_delay_cycles: count(0, 1_000_000).describe("delay of the sender from ACK up to REQ down"),
  });
  const outputLink = z.strictObject({
    synchroniser_flops: count(1, 8).describe("flip-flops between ACK and the output port"),
    ack_up_delay_cycles: count(0, 1_000_000).describe("delay of the receiver from REQ up to ACK up"),
    ack_down_delay_cycles: count(0, 1_000_000).describe("delay of the receiver from REQ down to ACK down"),
  });
  return {
    neurons: count(1, 256).describe("neurons that a sweep visits"),
    synapses_per_word: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).describe("weights that one read brings"),
    loop: z.enum(["open", "closed"]).describe("whether spikes of neurons are pushed into the event queue (closed) or not (open)"),
    output_on: z.enum(["spike", "event"]).describe("output request when a neuron fires, or when a spike event was processed"),
    event_queue: queue,
    input_link: inputLink,
    output_link: outputLink,
  };
}
