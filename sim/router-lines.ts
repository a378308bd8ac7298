/** Which price belongs to which counter of a router: one line of the breakdown each. */
import type { Line } from "./core-lines.js";
import type { RouterCounter } from "./counters.js";

export const ROUTER_LINES: readonly (Line & { readonly counter: RouterCounter })[] = [
  { component: "router buffer writes", group: "noc", counter: "buffer_writes", price: "router_buffer_write_pj" },
  { component: "router buffer reads", group: "noc", counter: "buffer_reads", price: "router_buffer_read_pj" },
  { component: "router crossbars", group: "noc", counter: "crossbar_flits", price: "router_crossbar_pj" },
  { component: "router VC allocations", group: "noc", counter: "vc_allocations", price: "router_vc_allocation_pj" },
  { component: "router switch allocations", group: "noc", counter: "switch_allocations", price: "router_switch_allocation_pj" },
];
