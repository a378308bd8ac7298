/** Faults to plant in the network's modules, each with the kind of random networks or chips that notices it. */
import { type Fault, faultFor } from "../faults.js";

const network = faultFor("network");
const chip = faultFor("chip");

export const NETWORK_FAULTS: readonly Fault[] = [
  network(
    1,
    "a credit is lost where a flit leaves beside it",
    "router",
    "CB'(credit_valid[o] &&",
    "CB'(credit_valid[o] && !out_valid[o] &&",
  ),
  network(2, "packets turn the other way", "mesh", "Y_FIRST != 0 ? dy == 0 : dx != 0", "Y_FIRST == 0 ? dy == 0 : dx != 0"),
  network(5, "a VC's pointer stays at its winner", "router_vcs", "number[i*NB+:NB] + 1'b1;", "number[i*NB+:NB];"),
  network(5, "a head's pointer stays at its VC", "router_input", "NB'(o * VCS + v + 1)", "NB'(o * VCS + v)"),
  network(
    27,
    "an output's pointer stays at its winner",
    "router_switch",
    "next_grant[o*PB+:PB] = PB'(p + 1)",
    "next_grant[o*PB+:PB] = PB'(p)",
  ),
  network(
    8,
    "an input's pointer stays at its output",
    "router_switch",
    "next_accept[p*PB+:PB] = PB'(o + 1)",
    "next_accept[p*PB+:PB] = PB'(o)",
  ),
  network(27, "the turn among VCs stays", "router_switch", "next_turn[p*VB+:VB] = VB'(v + 1)", "next_turn[p*VB+:VB] = VB'(v)"),
  network(5, "route computation is a cycle short", "router", "LB'(ROUTING - 1)", "LB'(ROUTING > 2 ? ROUTING - 2 : 1)"),
  network(14, "VC allocation is a cycle short", "router", "LB'(VC_CYCLES - 1)", "LB'(VC_CYCLES > 2 ? VC_CYCLES - 2 : 1)"),
  network(1, "a wire is a cycle short", "mesh", ".FLIT_CYCLES(SWITCH + TRAVERSAL + LINK)", ".FLIT_CYCLES(SWITCH + TRAVERSAL + LINK - 1)"),
  network(9, "a credit takes no delay", "mesh", ".CREDIT_CYCLES(SWITCH + LINK + CREDIT)", ".CREDIT_CYCLES(SWITCH + LINK)"),
  network(5, "a source keeps its VC", "injector", "({VCS{1'b1}} << vc) << 1", "{VCS{1'b1}} << vc"),
  network(1, "a packet waits a cycle at its source", "injector", "(!rests || push)", "!rests"),
  network(4, "a core that refuses flits gets them", "ejector", "back_valid = valid && accepts", "back_valid = valid"),
  network(27, "packets of VCs are mixed up", "ejector", "place = is_head ? '0 : at[v*FB+:FB];", "place = is_head ? '0 : at[0+:FB];"),
  network(39, "a slot is free when the fastest branch has sent", "router_input", "slowest = 1'b1", "slowest = 1'b0"),
  network(39, "copies keep all destinations", "router_input", "& goals :", ":"),
  network(41, "a branch has no rank", "router_input", "+ RB'(ways[o-1])", "+ RB'(1'b0 & ways[o-1])"),
  chip(7, "packets leave for the last core first", "dispatch", "others & (~others + 1'b1)", "others & ~(others >> 1)"),
  chip(29, "own rows go to other cores in the last step", "dispatch", "last ? final_step : normal", "normal"),
  chip(25, "the network is not asked for rest", "barrier_tree", "rests & network_rests", "rests | (network_rests & '0)"),
  chip(10, "the tree's delay is not taken off", "barrier_tree", "DELAY - 2 * LEVELS + 1", "DELAY"),
  chip(11, "what cores said before a start counts", "barrier_tree", "hidden(hidden || root_scan)", "hidden(1'b0 & hidden)"),
  chip(10, "a core that idles in a wave stays behind", "soma", "idles = start && !works", "idles = 1'b0 && start && !works"),
  chip(59, "slices begin at neuron 0", "soma", "load ? first_neuron :", "load ? '0 :"),
  chip(20, "arbiters go on where the last utterance left them", "mesh", "clear = rst || go", "clear = rst"),
];
