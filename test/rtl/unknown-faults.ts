/**
 * Faults to plant that leave bits unknown where a comparison with `!=`, or an `if`, would take them for what is
 * expected.
 */
import { type Fault, faultFor } from "./faults.js";

const core = faultFor("core");
const chip = faultFor("chip");
const network = faultFor("network");

export const UNKNOWN_FAULTS: readonly Fault[] = [
  core(3, "scores are unknown", "update", "clamp #(.WIDTH(PRE), .TO(SCORE)) word (.in(pre), .out(score_made));", "assign score_made = 'x;"),
  faultFor("row core")(
    108,
    "scores of an imported network are unknown",
    "integrate",
    "assign score = gives == 3'd2 ? SCORE'(sum) : spikes ? SCORE'(above) : SCORE'(v_next);",
    "assign score = 'x;",
  ),
  core(
    3,
    "payloads of spikes are unknown",
    "core",
    "assign on_message = message;",
    "assign on_message = {message[MESSAGE-1:PAYLOAD], {PAYLOAD{1'bx}}};",
  ),
  core(
    3,
    "whether a score is there is unknown while none is",
    "soma",
    "score_valid[u] = goes_back &&",
    "score_valid[u] = (goes_back ? 1'b1 : 1'bx) &&",
  ),
  chip(7, "whether a spike is sent is unknown while none is", "core", "assign on_spike = sent;", "assign on_spike = sent ? 1'b1 : 1'bx;"),
  core(3, "whether words wait to be written is unknown", "core", "assign unwritten = returns ||", "assign unwritten = 1'bx | returns |"),
  core(
    3,
    "whether the synapse unit adds or multiplies is unknown",
    "synapse",
    "assign on_adds = WEIGHT <= 2 ||",
    "assign on_adds = 1'bx && WEIGHT != 0 ||",
  ),
  network(
    1,
    "flits behind a packet's first one are unknown",
    "ejector",
    "packet[f*WIDTH+:WIDTH] = data;",
    "packet[f*WIDTH+:WIDTH] = f == 0 ? data : {WIDTH{1'bx}};",
  ),
  network(
    1,
    "whether a flit arrives is unknown while none does",
    "mesh",
    "assign on_arrivals = in_valid;",
    "assign on_arrivals = in_valid | {(ROUTERS * PORTS) {1'bx}};",
  ),
];
