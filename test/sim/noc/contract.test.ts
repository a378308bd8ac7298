/** The interface of the network: queues, `run`, `skipTo`, counters, multicast trees, refusals. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { ROUTER_COUNTERS, routerColumn } from "../../../sim/counters.js";
import { createNoc } from "../../../sim/noc/create.js";
import type { NocKernel } from "../../../sim/noc/noc.js";
import { networkOf } from "./spec.js";

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
const counter = (noc: NocKernel, router: number, name: keyof typeof routerColumn): number =>
  noc.routerCounters[router * ROUTER_COUNTERS.length + routerColumn[name]];

test("a packet frees its queue slot with its tail: the next cycle has space, and `run` stops at that cycle", () => {
  const noc = createNoc(networkOf({ injectionQueuePackets: 2, vcBufferFlits: 32 }));
  noc.inject(0, 5, 6, 1);
  noc.inject(0, 5, 6, 2);
  expect(noc.injectionSpace(0)).toBe(0);
  expect(() => noc.inject(0, 5, 1, 3)).toThrow("injection queue of core 0");
  expect(noc.run(1000)).toBe(0);
  expect([noc.atCycle, noc.injectionSpace(0)]).toEqual([6, 1]);
  // The second packet's tail frees a queue that was not full, so `run` continues to the first delivery.
  expect(noc.run(1000)).toBe(1);
  expect([noc.deliveredTag(0), noc.atCycle - 1]).toEqual([1, 3 + 3 * 4 + 2 + 5]);
  expect(noc.injectionSpace(0)).toBe(2);
  expect(noc.run(noc.atCycle + 2)).toBe(0);
  expect(noc.atCycle).toBe(3 + 3 * 4 + 2 + 5 + 3);
});

test("`skipTo` jumps over idle time only, and credits on their way arrive meanwhile", () => {
  const noc = createNoc(networkOf({ vcBufferFlits: 1, virtualChannels: 1, creditDelayCycles: 3 }));
  noc.inject(0, 0, 1, 1);
  expect(() => noc.skipTo(50)).toThrow("1 packets in flight");
  noc.run(100);
  const delivered = noc.atCycle;
  noc.skipTo(delivered + 1);
  expect(noc.atCycle).toBe(delivered + 1);
  noc.inject(0, 0, 1, 2);
  noc.run(1000);
  noc.skipTo(5000);
  const start = noc.atCycle;
  noc.inject(0, 0, 1, 3);
  noc.run(6000);
  expect([start, noc.atCycle - 1 - start]).toEqual([5000, 7]);
});

test("a multicast tree crosses each of its links once; unicasts cross the shared ones again", () => {
  const destinations = [3, 7, 11, 15, 2, 0];
  const tree = createNoc(networkOf({ multicast: "tree" }));
  tree.injectMulticast(0, destinations, 4, 9);
  const seen: number[] = [];
  while (tree.inFlight > 0) for (let i = tree.step() - 1; i >= 0; i--) seen.push(tree.deliveredCore(i));
  expect(seen.sort((a, b) => a - b)).toEqual([...destinations].sort((a, b) => a - b));
  // x first: 0-1-2-3, then up the last column; and one local port per destination
  expect(sum(tree.linkFlits)).toBe(4 * (3 + 3 + destinations.length));
  expect(counter(tree, 0, "buffer_writes")).toBe(4);
  expect(counter(tree, 3, "buffer_reads")).toBe(8);
  const single = createNoc(networkOf());
  for (const destination of destinations) single.inject(0, destination, 4, 9);
  while (single.inFlight > 0) single.step();
  expect(sum(single.linkFlits)).toBe(4 * (3 + 4 + 5 + 6 + 2 + 0 + destinations.length));
});

test("branches of a multicast packet are independent: a blocked one does not stop the others", () => {
  const noc = createNoc(networkOf({ multicast: "tree" }));
  noc.setAccept(12, false);
  noc.injectMulticast(0, [3, 12], 4, 1);
  expect(noc.run(1000)).toBe(1);
  expect([noc.deliveredCore(0), noc.inFlight]).toEqual([3, 1]);
  noc.setAccept(12, true);
  expect(noc.run(2000)).toBe(1);
});

test("multicast is refused in a unicast network, twice to one core, and longer than a buffer", () => {
  expect(() => createNoc(networkOf()).injectMulticast(0, [1, 2], 1, 0)).toThrow("unicast");
  const noc = createNoc(networkOf({ multicast: "tree" }));
  expect(() => noc.injectMulticast(0, [1, 1], 1, 0)).toThrow("different destinations");
  expect(() => noc.injectMulticast(0, [1, 2], 9, 0)).toThrow("NOC_MULTICAST_BUFFER");
  expect(() => createNoc(networkOf({ linkCycles: 0, vcBufferFlits: 0 }))).toThrow(/vc_buffer_flits[\s\S]*link_cycles/);
});

test("deliveries return 32-bit tags unchanged", () => {
  const noc = createNoc(networkOf());
  for (const tag of [-(2 ** 31), -1, 0, 2 ** 31 - 1]) {
    noc.inject(1, 2, 1, tag);
    noc.run(noc.atCycle + 1000);
    expect(noc.deliveredTag(0)).toBe(tag);
  }
});

test("no waiting packet is lost when memory grows", () => {
  const noc = createNoc(networkOf());
  const rng = createRng(3, "many packets");
  const due = new Map<number, number>();
  for (let tag = 0; tag < 20_000; tag++) {
    due.set(tag, rng.int(0, 15));
    noc.inject(tag % 16, due.get(tag) as number, 1, tag);
  }
  while (noc.inFlight > 0) {
    for (let i = noc.step() - 1; i >= 0; i--) {
      expect(due.get(noc.deliveredTag(i))).toBe(noc.deliveredCore(i));
      due.delete(noc.deliveredTag(i));
    }
  }
  expect(due.size).toBe(0);
});

test("256 branches per input, with masks of many words, deliver like a few branches", () => {
  const wide = networkOf({ width: 2, height: 2, coresPerRouter: [8, 8, 8, 8], virtualChannels: 8, multicast: "tree" });
  const noc = createNoc(wide);
  noc.injectMulticast(0, [1, 9, 31], 3, 5);
  let delivered = 0;
  while (noc.inFlight > 0) delivered += noc.step();
  expect(delivered).toBe(3);
});

test("a network beyond 4 GiB or 254 ports per router is refused with what to change", () => {
  const wide = (cores: number) =>
    networkOf({
      ...{ topology: "flattened-butterfly", width: 16, height: 16, coresPerRouter: new Array<number>(256).fill(cores) },
      ...{ virtualChannels: 16, multicast: "tree" },
    });
  expect(() => createNoc(wide(200))).toThrow(/256 routers of 230 ports.* GiB.*4\.0 GiB/s);
  expect(() => createNoc(wide(240))).toThrow(/cores_per_router.*got 270, expected an integer from 1 to 254/s);
});
