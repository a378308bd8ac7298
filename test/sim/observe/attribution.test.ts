/**
 * Counts by population, from trace and placement alone, equal those of the timing engine, on random chips and networks.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { linksOf, portName } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn, ROUTER_COUNTERS, routerColumn } from "../../../sim/counters.js";
import { splitFanIn, withPartialSums } from "../../../sim/mapping/fan-in.js";
import { ATTRIBUTED, attribute, type Ways } from "../../../sim/observe/attribution.js";
import { cases as many } from "../../cases.js";
import { precision } from "../board/fixtures.js";
import { behindSources, type Case, cases, heldIn, onTwoDies, place, withPort } from "../board/random-chips.js";

const SEED = 20_250_106;

/** The same networks with the fan-in of one population split: helpers send partial sums. */
const cut = fc.tuple(cases, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 })).map(([c, population, parts]): Case => {
  const topology = splitFanIn(c.topology, precision, population, parts);
  const chip = { ...c.chip, noc: { ...c.chip.noc, vcBufferFlits: 16 } };
  return { ...c, chip, topology, trace: withPartialSums(topology, c.trace) };
});

/** Step packets are packets, too. */
const paced = fc.oneof(cases, cut).map((c) => behindSources(c, 1));

/** Bitmaps are words of rows. */
const coded = cases.map((c) => heldIn(c, "bitmap"));

const passed = (made: ReturnType<typeof attribute>, part: keyof Ways): number => made.ways.reduce((sum, way) => sum + way[part], 0);

test("every action of every core is attributed to one population, and the sums equal the counters", () => {
  fc.assert(
    fc.property(fc.oneof(cases, cut, cases.map(withPort), cut.map(withPort), paced, paced.map(withPort), coded), (c) => {
      const placement = place(c);
      const { total } = runTiming(c.chip, placement, precision, c.trace);
      const made = attribute(c.chip, placement, precision, c.trace);
      const { populations } = c.topology;
      for (const { id } of c.chip.cores) {
        for (const name of ATTRIBUTED) {
          const sum = populations.reduce((all, _, p) => all + made.of(id, p, name), 0);
          expect(sum, `core ${id} ${name}`).toBe(total.cores[id * CORE_COUNTERS.length + coreColumn[name]]);
        }
      }
      // Spikes fired equal those of the trace, without neurons that are skipped; every copy that is pushed is taken,
      // through the network or as a loop-back.
      const all = (name: (typeof ATTRIBUTED)[number]): number =>
        c.chip.cores.reduce((sum, { id }) => sum + populations.reduce((part, _, p) => part + made.of(id, p, name), 0), 0);
      const entered = (name: "events" | "packets" | "bits"): number => made.port.reduce((sum, counts) => sum + counts[name], 0);
      for (const name of ["events", "packets", "bits"] as const) expect(entered(name), name).toBe(total.port?.[name] ?? 0);
      if (c.chip.cores[0].neuronUpdate.policy === "dense") expect(all("spikes_sent") + entered("events")).toBe(c.trace.neuron.length);
      expect(all("spikes_received")).toBe(all("input_queue_pushes"));
      expect(all("packets_sent") + entered("packets")).toBe(total.packets);
      // Flits in = flits out: a write in a router comes from a core or a link, and a flit at a port has passed the
      // crossbar.
      const router = (name: (typeof ROUTER_COUNTERS)[number]): number =>
        total.routers.reduce((sum, count, i) => (i % ROUTER_COUNTERS.length === routerColumn[name] ? sum + count : sum), 0);
      const links = (from: number, to: number): number =>
        total.links.reduce((sum, count, i) => (i % total.portsPerRouter >= from && i % total.portsPerRouter < to ? sum + count : sum), 0);
      const isLink = (at: number): boolean => {
        const name = portName(c.chip, Math.floor(at / total.portsPerRouter), at % total.portsPerRouter);
        return !name.startsWith("core") && name !== "host port";
      };
      const between = c.chip.noc.topology === "crossbar" ? 0 : total.links.reduce((sum, count, at) => sum + (isLink(at) ? count : 0), 0);
      expect(router("buffer_writes")).toBe(total.flits + between);
      expect(router("crossbar_flits")).toBe(links(0, total.portsPerRouter));
      expect(total.flitHops).toBe(router("crossbar_flits"));
      const hops = passed(made, "routers");
      if (c.chip.noc.multicast === "unicast") {
        expect(links(0, total.portsPerRouter) - between).toBe(total.flits);
        expect(hops).toBe(total.flitHops);
      } else expect(hops).toBeGreaterThanOrEqual(total.flitHops);
    }),
    { seed: SEED, numRuns: many(46) },
  );
});

test("flits over the links of each kind are attributed to the populations that send them, and the sums equal the counters", () => {
  const drawn = { tile: 0, tree: 0, die: 0 };
  const apart = fc.oneof(cases, cases.map(withPort), paced).map((c) => onTwoDies(c) ?? c);
  fc.assert(
    fc.property(fc.oneof(cases, cases.map(withPort), apart, apart), (c) => {
      const chip = { ...c.chip, noc: { ...c.chip.noc, multicast: "unicast" as const } };
      const placement = place({ ...c, chip });
      const { total } = runTiming(chip, placement, precision, c.trace);
      const made = attribute(chip, placement, precision, c.trace);
      const flits = { tile: chip.noc.topology === "crossbar" ? 2 * total.flits : 0, tree: 0, die: 0 };
      for (const { wire, from, fromPort, to, toPort } of linksOf(chip))
        flits[wire] += total.links[from * total.portsPerRouter + fromPort] + total.links[to * total.portsPerRouter + toPort];
      expect({ tile: passed(made, "tileLinks"), tree: passed(made, "treeLinks"), die: passed(made, "dieLinks") }).toEqual(flits);
      for (const wire of ["tile", "tree", "die"] as const) drawn[wire] += flits[wire] > 0 ? 1 : 0;
    }),
    { seed: SEED, numRuns: many(46) },
  );
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
});
