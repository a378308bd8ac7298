/** Recorded flits equal the network's counters, in every loop of its kernel. */
import { expect, test } from "vitest";
import type { Chip } from "../../../arch/index.js";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { ROUTER_COUNTERS, routerColumn } from "../../../sim/counters.js";
import { withPartialSums } from "../../../sim/mapping/fan-in.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { vcdOf } from "../../../sim/observe/vcd.js";
import { Counted } from "../../counted.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";
import { place } from "../board/random-chips.js";
import { wholeCase } from "../board/whole-chips.js";

const CHIPS = 36;

/** Loop of the kernel for a chip's network, by the conditions of noc-places.part.as.ts. */
function loopOf({ noc }: Chip): string {
  if (noc.routingDelayCycles > 1 || noc.vcAllocationDelayCycles > 1) return "general";
  if (noc.virtualChannels === 1) return noc.multicast === "tree" ? "trees" : "single";
  return noc.multicast === "tree" ? "general" : "virtual";
}

test(`flits of ${CHIPS} random chips: links and buffers hold what the counters say, no buffer holds more than its size`, {
  tags: ["long"],
}, () => {
  const seen = new Counted("loops of the network's kernel");
  for (let seed = 1; seed <= CHIPS; seed++) {
    const drawn = wholeCase(seed);
    const c = { ...drawn, chip: { ...drawn.chip, port: null } };
    const placement = place(c);
    const trace = withPartialSums(placement.topology, c.trace);
    const recorder = new Recorder({ flits: true });
    const run = runTiming(c.chip, placement, precision, trace, recorder);
    expect(run, `seed ${seed}`).toEqual(runTiming(c.chip, placement, precision, trace));
    const { links, routers, portsPerRouter } = run.total;
    const sent = new Float64Array(links.length);
    const writes = new Float64Array(routers.length / ROUTER_COUNTERS.length);
    const steps: [cycle: number, place: string, by: number][] = [];
    let last = 0;
    for (const { kind, cycle, router, port, virtualChannel } of recorder.flitEvents()) {
      if (cycle < last) throw new Error(`seed ${seed}: a flit of cycle ${cycle} stands behind one of cycle ${last}`);
      last = cycle;
      if (kind === "sent") sent[router * portsPerRouter + port]++;
      else {
        if (kind === "buffered") writes[router]++;
        // a flit that leaves and one that arrives in the same cycle are both in the buffer
        steps.push([kind === "buffered" ? cycle : cycle + 1, `${router} ${port} ${virtualChannel}`, kind === "buffered" ? 1 : -1]);
      }
    }
    expect(sent, `seed ${seed}`).toEqual(links);
    writes.forEach((count, router) => {
      expect(count, `seed ${seed}, router ${router}`).toBe(routers[router * ROUTER_COUNTERS.length + routerColumn.buffer_writes]);
    });
    const held = new Map<string, number>();
    for (const [, at, by] of steps.sort((x, y) => x[0] - y[0] || x[2] - y[2])) {
      const now = (held.get(at) ?? 0) + by;
      held.set(at, now);
      if (now < 0 || now > c.chip.noc.vcBufferFlits) throw new Error(`seed ${seed}: buffer ${at} holds ${now} flits`);
    }
    expect([...held.values()].every((left) => left === 0)).toBe(true);
    if (sent.some((flits) => flits > 0)) seen.see(loopOf(c.chip));
  }
  seen.expectEach(["single", "trees", "virtual", "general"], 2);
});

/** Counts the events of flits that are read. */
class ReadRecorder extends Recorder {
  read = 0;
  override *flitEvents() {
    for (const event of super.flitEvents()) {
      this.read++;
      yield event;
    }
  }
}

test("in a VCD file, whose flits are read while it is written, the pulses of a link are its flits, and a router's flits are those of its inputs", () => {
  const topology = recurrentTopology(16);
  const trace = randomTrace(topology, [4, 3], [0.4, 0.3, 0.3, 0.2], 6);
  const on = chip([1, 1, 1], { core: { ...core, lanes: 1, inputQueue: { depth: 2 } } });
  const placement = mapNetwork(topology, on, precision, { strategy: "sequential", manual: {}, maxNeuronsPerCore: 12, seed: 1 }, trace);
  const recorder = new ReadRecorder({ flits: true });
  const { links } = runTiming(on, placement, precision, trace, recorder).total;
  const pieces = vcdOf(recorder, on)[Symbol.iterator]();
  let head = "";
  while (!head.includes("$dumpvars")) head += pieces.next().value;
  const [flits, readFlits] = [[...recorder.flitEvents()].length, recorder.read]; // of all, for the names of signals
  const text = head + [...{ [Symbol.iterator]: () => pieces }].join("");
  expect([flits > 100, readFlits, recorder.read]).toEqual([true, 2 * flits, 3 * flits]);
  const utterances = [...recorder.sortedUtterances()];
  expect(utterances.map(({ events }) => events.length > 0)).toEqual([true, true, false]);
  expect(utterances.flatMap(({ events }) => events)).toEqual(recorder.sorted());
  const area = new Map<string, number>();
  const value = new Map<string, number>();
  const periodPs = Math.round(1e6 / on.technology.clockMhz);
  let at = 0;
  for (const line of text.slice(text.indexOf("$enddefinitions")).split("\n")) {
    if (line.startsWith("#")) {
      const now = Number(line.slice(1)) / periodPs;
      for (const [id, level] of value) area.set(id, (area.get(id) ?? 0) + level * (now - at));
      at = now;
    } else if (/^[01]\S/.test(line)) value.set(line.slice(1), Number(line[0]));
    else if (line.startsWith("b")) value.set(line.split(" ")[1], Number.parseInt(line.split(" ")[0].slice(1), 2));
  }
  let sent = 0;
  let routers = 0;
  for (const [, scope, body] of text.matchAll(/\$scope module (router\d+) \$end\n(.*?)\$upscope/gs)) {
    const cycles = new Map(Array.from(body.matchAll(/\$var wire \d+ (\S+) (\w+)/g), ([, id, name]) => [name, area.get(id) ?? 0]));
    const inputs = [...cycles].filter(([name]) => name.startsWith("held_")).reduce((sum, [, held]) => sum + held, 0);
    expect(cycles.get("held"), scope).toBe(inputs);
    for (const [name, flits] of cycles) if (name.startsWith("sent_")) sent += flits;
    routers++;
  }
  expect(routers).toBe(3);
  expect(sent).toBe(links.reduce((sum, flits) => sum + flits, 0));
});
