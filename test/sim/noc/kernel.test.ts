/**
 * Every packet of random traffic arrives in the cycle that an independent, obvious model gives; flits are conserved; no
 * packets wait in a circle.
 */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { linksIn, nocTopology, TOPOLOGY_NAMES } from "../../../arch/index.js";
import type { TopologyName } from "../../../arch/topologies/registry.js";
import { createRng } from "../../../base/rng.js";
import { createNoc } from "../../../sim/noc/create.js";
import { portCount } from "../../../sim/noc/layout.js";
import type { NocKernel, NocSpec } from "../../../sim/noc/noc.js";
import { cases } from "../../cases.js";
import { type Arrival, ObjectNetwork } from "../../oracles/object-network.js";
import { networkOf, treeOf } from "./spec.js";

const SEED = 20251;

const kindOf = (topology: TopologyName) => nocTopology({ topology, own: null });

/** Networks of a topology, of all sizes. */
const specsOf = (topology: TopologyName): fc.Arbitrary<NocSpec> =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 5 }),
      height: fc.integer({ min: 1, max: 5 }),
      routing: fc.constantFrom("xy" as const, "yx" as const, "odd-even" as const),
      virtualChannels: fc.integer({ min: 1, max: 5 }),
      middleVc: fc.constantFrom("upper" as const, "both" as const),
      vcBufferFlits: fc.integer({ min: 1, max: 9 }),
      allocator: fc.constantFrom("islip" as const, "separable-input-first" as const),
      routingDelayCycles: fc.integer({ min: 0, max: 3 }),
      vcAllocationDelayCycles: fc.integer({ min: 1, max: 3 }),
      switchAllocationDelayCycles: fc.integer({ min: 1, max: 3 }),
      switchTraversalDelayCycles: fc.integer({ min: 1, max: 3 }),
      creditDelayCycles: fc.integer({ min: 0, max: 3 }),
      linkCycles: fc.integer({ min: 1, max: 3 }),
      multicast: fc.constantFrom("unicast" as const, "tree" as const),
      cores: fc.integer({ min: 1, max: 3 }),
      arity: fc.integer({ min: 2, max: 3 }),
      levels: fc.integer({ min: 1, max: 2 }),
      treeCycles: fc.integer({ min: 1, max: 4 }),
      port: fc.option(fc.nat(), { nil: null }),
      dies: fc.oneof(
        fc.constant(null),
        fc.record({
          across: fc.nat(),
          up: fc.nat(),
          flitCycles: fc.integer({ min: 1, max: 9 }),
          latencyCycles: fc.integer({ min: 1, max: 12 }),
        }),
      ),
    })
    .map(({ cores, arity, levels, treeCycles, port, dies, ...rest }) => {
      const kind = kindOf(topology);
      // A ring of one VC may deadlock; another test covers it.
      const virtualChannels = kind.wraps ? Math.max(2, rest.virtualChannels) : rest.virtualChannels;
      const routing = kind.allowsOddEven || rest.routing !== "odd-even" ? rest.routing : "xy";
      const shape = { width: rest.width, height: rest.height, tree: null };
      const tile = (_: unknown, at: number): number => (kind.coreLinks ? 1 : at === 0 ? cores : (at % cores) + 1);
      const onTiles = (): Partial<NocSpec> => {
        const [width, height] = kind.grid(shape);
        return { width, height, coresPerRouter: kind.coresPerRouter(shape, Array.from({ length: kind.tiles(shape) }, tile)) };
      };
      const inTree = () =>
        treeOf({ width: Math.min(3, rest.width), height: Math.min(3, rest.height), arity, levels, linkCycles: treeCycles, cores });
      const onOneDie = networkOf({ ...rest, topology, virtualChannels, routing, ...(kind.hasTree ? inTree() : onTiles()) });
      const made = dies === null ? onOneDie : { ...onOneDie, dies: diesOf(onOneDie, dies) };
      const withEnds = made.coresPerRouter.flatMap((ends, router) => (ends > 0 ? [router] : []));
      return { ...made, portRouter: port === null ? null : withEnds[port % withEnds.length] };
    });

const specs = fc.constantFrom("mesh" as const, ...TOPOLOGY_NAMES).chain(specsOf);

/** Dies of equal size, selected by the draw; null: the topology has none. */
function diesOf(spec: NocSpec, { across, up, ...link }: { across: number; up: number; flitCycles: number; latencyCycles: number }) {
  if (nocTopology(spec).along === null) return null;
  const [columns, rows] = nocTopology(spec).grid(spec);
  const parts = (places: number, draw: number): number => {
    const divisors = Array.from({ length: places }, (_, i) => i + 1).filter((count) => places % count === 0);
    return divisors[draw % divisors.length];
  };
  return { columns: parts(columns, across), rows: parts(rows, up), ...link };
}

interface Injection {
  readonly atCycle: number;
  readonly core: number;
  readonly destinations: readonly number[];
  readonly flits: number;
}
interface Workload {
  readonly spec: NocSpec;
  readonly injections: readonly Injection[];
  /** Cores that refuse flits in cycles whose bit 4 is set. */
  readonly moody: ReadonlySet<number>;
}

function workloadOf(spec: NocSpec, seed: number, packets: number): Workload {
  const rng = createRng(seed, "packets");
  const cores = spec.coresPerRouter.reduce((a, b) => a + b, 0);
  const span = Math.max(4, Math.floor((packets * 4) / cores));
  const injections = Array.from({ length: packets }, (_, tag) => {
    const many = spec.multicast === "tree" && tag % 2 === 0;
    const destinations = many
      ? rng.shuffle(Array.from({ length: cores }, (_, core) => core)).slice(0, rng.int(1, Math.min(6, cores)))
      : [rng.int(0, cores - 1)];
    return {
      atCycle: rng.int(0, span),
      core: rng.int(0, cores - 1),
      destinations,
      flits: rng.int(1, many ? Math.min(6, spec.vcBufferFlits) : 6),
    };
  }).sort((a, b) => a.atCycle - b.atCycle);
  return { spec, injections, moody: new Set([0, rng.int(0, cores - 1)]) };
}

const accepts = (cycle: number, core: number): boolean => ((cycle >> 4) + core) % 2 === 0;
const inOrder = (arrivals: readonly Arrival[]): Arrival[] => [...arrivals].sort((a, b) => a.atCycle - b.atCycle || a.core - b.core);

/** Halves of a ring's VCs that share the middle one allow a circle of waiting. */
const mayDeadlock = (spec: NocSpec): boolean => nocTopology(spec).wraps && spec.virtualChannels % 2 === 1 && spec.middleVc === "both";

/** Runs a kernel from its beginning to the workload's end, or up to a cycle. */
function runKernel(noc: NocKernel, { injections, moody }: Workload, until = Number.POSITIVE_INFINITY): Arrival[] {
  const arrivals: Arrival[] = [];
  let next = 0;
  while ((next < injections.length || noc.inFlight > 0) && noc.atCycle < until) {
    const cycle = noc.atCycle;
    for (; next < injections.length && injections[next].atCycle <= cycle; next++) {
      const { core, destinations, flits } = injections[next];
      if (destinations.length === 1) noc.inject(core, destinations[0], flits, next);
      else noc.injectMulticast(core, destinations, flits, next);
    }
    for (const core of moody) noc.setAccept(core, accepts(cycle, core));
    const delivered = noc.step();
    for (let i = 0; i < delivered; i++) arrivals.push({ atCycle: cycle, tag: noc.deliveredTag(i), core: noc.deliveredCore(i) });
    const deadlock = noc.deadlock();
    if (deadlock !== null && mayDeadlock(noc.spec)) break;
    if (deadlock !== null) expect(deadlock).toBeNull();
    if (cycle > 20_000) throw new Error("no end");
  }
  return inOrder(arrivals);
}

/** The same with the object network, up to the cycle in which the kernel ended. */
function runModel(model: ObjectNetwork, { injections, moody }: Workload, until: number): Arrival[] {
  for (let next = 0; model.cycle < until; ) {
    for (; next < injections.length && injections[next].atCycle <= model.cycle; next++) {
      const { core, destinations, flits } = injections[next];
      model.inject(core, destinations, flits, next);
    }
    for (const core of moody) model.setAccept(core, accepts(model.cycle, core));
    model.step();
  }
  return inOrder(model.arrivals);
}

/** Compares arrivals, cycles and counts, at the end and at a middle cycle, when waits have not ended. */
function compare(spec: NocSpec, seed: number, packets: number, middle: number): void {
  const workload = workloadOf(spec, seed, packets);
  for (const until of [middle, Number.POSITIVE_INFINITY]) {
    const noc = createNoc(spec);
    const model = new ObjectNetwork(spec, createRng(seed, "order of evaluation"));
    const arrivals = runKernel(noc, workload, until);
    expect(arrivals).toEqual(runModel(model, workload, noc.atCycle));
    expect([...noc.routerCounters]).toEqual(model.routerCounters);
    expect([...noc.linkFlits]).toEqual(model.linkFlits);
    expect([noc.injectedFlits, noc.ejectedFlits]).toEqual([model.injectedFlits, model.ejectedFlits]);
  }
}

const leavesDies = (spec: NocSpec): boolean => linksIn(spec, spec.coresPerRouter).some(({ wire }) => wire === "die");
/** Whether a flit occupies some link for several cycles. */
const hasSlowLinks = (spec: NocSpec): boolean => spec.dies !== null && spec.dies.flitCycles > 1 && leavesDies(spec);

/** The loop of the kernel that a network runs on. */
function loopOf(spec: NocSpec): string {
  const { routingDelayCycles, vcAllocationDelayCycles, virtualChannels, multicast } = spec;
  const ports = portCount(spec);
  if (routingDelayCycles > 1 || vcAllocationDelayCycles > 1 || ports > 30 || hasSlowLinks(spec)) return "general";
  if (virtualChannels === 1) return multicast === "tree" ? "tree" : "single";
  return multicast === "tree" || ports * virtualChannels > 64 || virtualChannels > 16 ? "general" : "virtual";
}

const requestersOf = (spec: NocSpec): number => {
  const ports = portCount(spec);
  return ports * spec.virtualChannels * (spec.multicast === "tree" ? ports : 1);
};

/** Features of a network that the draw should reach. */
function featuresOf(spec: NocSpec): string[] {
  const words = requestersOf(spec) > 128 ? "many words" : requestersOf(spec) > 64 ? "two words" : "one word";
  return [
    loopOf(spec),
    spec.topology,
    spec.routing,
    spec.allocator,
    spec.multicast,
    words,
    spec.routingDelayCycles === 0 ? "look-ahead" : spec.routingDelayCycles > 1 ? "slow routing" : "routing",
    spec.vcAllocationDelayCycles > 1 ? "slow VC allocation" : "VC allocation",
    leavesDies(spec) ? `${spec.topology} of dies` : "one die",
    hasSlowLinks(spec) ? `slow links, ${spec.multicast}` : "links of a flit per cycle",
  ];
}

const WITH_DIES = TOPOLOGY_NAMES.filter((topology) => kindOf(topology).along !== null);
const FEATURES = [
  ...["general", "single", "tree", "virtual", ...TOPOLOGY_NAMES, "xy", "yx", "odd-even", "islip", "separable-input-first"],
  ...["unicast", "one word", "two words", "many words", "look-ahead", "routing", "slow routing", "VC allocation", "slow VC allocation"],
  ...WITH_DIES.map((topology) => `${topology} of dies`),
  ...["one die", "slow links, unicast", "slow links, tree"],
];

function compareMany(
  networks: fc.Arbitrary<NocSpec>,
  numRuns: number,
  packets: number,
  drawn = new Map<string, number>(),
): Map<string, number> {
  fc.assert(
    fc.property(
      networks,
      fc.integer({ min: 0, max: 1 << 30 }),
      fc.integer({ min: 1, max: packets }),
      fc.integer({ min: 1, max: 60 }),
      (spec, seed, count, middle) => {
        for (const feature of featuresOf(spec)) drawn.set(feature, (drawn.get(feature) ?? 0) + 1);
        compare(spec, seed, count, middle);
      },
    ),
    { numRuns, seed: SEED },
  );
  return drawn;
}

const short = { routingDelayCycles: 1, vcAllocationDelayCycles: 1 };
const lookingAhead = { routingDelayCycles: 0, vcAllocationDelayCycles: 1 };
const pipeline = ({ routingDelayCycles }: NocSpec): Partial<NocSpec> => ((routingDelayCycles & 1) === 0 ? lookingAhead : short);

/** Networks for the three list-based loops. */
const simple = (multicast: "unicast" | "tree"): fc.Arbitrary<NocSpec> =>
  specs
    .filter((spec) => !nocTopology(spec).wraps && !hasSlowLinks(spec))
    .map((spec) => networkOf({ ...spec, virtualChannels: 1, ...pipeline(spec), multicast }));
const severalVcs = specs.map((spec) =>
  networkOf({ ...spec, virtualChannels: Math.max(2, spec.virtualChannels), ...pipeline(spec), multicast: "unicast" }),
);
/** Tiles of four cores with multicast trees, and routers of up to 60 ports and 12 VCs. */
const large = fc
  .tuple(specs, fc.integer({ min: 2, max: 12 }), fc.integer({ min: 14, max: 60 }), fc.boolean())
  .map(([spec, virtualChannels, cores, isCrossbar]) =>
    isCrossbar
      ? networkOf({
          ...spec,
          topology: "crossbar",
          tree: null,
          routing: "xy",
          width: 1,
          height: 1,
          coresPerRouter: [cores],
          virtualChannels,
        })
      : networkOf({
          ...spec,
          ...{ topology: "mesh", tree: null, routing: "xy", multicast: "tree", virtualChannels: Math.min(4, virtualChannels) },
          ...{ width: 3, height: 2, coresPerRouter: new Array<number>(6).fill(4) },
        }),
  );

test(`every packet of random traffic arrives in the object network's cycle, with equal counts; every feature is drawn (seed ${SEED})`, () => {
  const drawn = compareMany(fc.oneof({ weight: 3, arbitrary: specs }, simple("unicast"), simple("tree"), severalVcs), cases(34), 150);
  for (const topology of TOPOLOGY_NAMES) compareMany(specsOf(topology), cases(1), 150, drawn);
  for (const topology of WITH_DIES) compareMany(specsOf(topology).filter(leavesDies), cases(1), 150, drawn);
  expect(FEATURES.filter((feature) => (drawn.get(feature) ?? 0) < cases(1))).toEqual([]);
}, 300_000);

for (const [loop, networks, numRuns] of [
  ["single", simple("unicast"), cases(14)],
  ["tree", simple("tree"), cases(14)],
  ["virtual", severalVcs, cases(27)],
  ["general", large, cases(11)],
] as const) {
  test(`${loop}: the loop's arrivals and counts equal the object network's (seed ${SEED})`, {
    tags: loop === "general" ? [] : ["long"],
    timeout: 300_000,
  }, () => {
    const drawn = compareMany(networks, numRuns, 100);
    expect(drawn.get(loop)).toBeGreaterThan(0.5 * numRuns);
  });
}
