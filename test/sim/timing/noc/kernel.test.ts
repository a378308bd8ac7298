/** Every packet of random traffic arrives in the cycle that an independent, obvious model says; flits are conserved; nothing waits in a circle. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../../base/rng.js";
import { canCompile, createCompiledNoc } from "../../../../sim/timing/noc/compiled.js";
import { createFlatNoc } from "../../../../sim/timing/noc/kernel.js";
import type { NocKernel, NocSpec } from "../../../../sim/timing/noc/noc.js";
import { type Arrival, ObjectNetwork } from "./object-model.js";
import { networkOf, treeOf } from "./spec.js";

const KERNELS: readonly (readonly [string, (spec: NocSpec) => NocKernel])[] = [
  ["flat arrays", createFlatNoc],
  ["compiled", (spec) => (canCompile(spec) ? createCompiledNoc(spec) : createFlatNoc(spec))],
];
const SEED = 20251;

const specs: fc.Arbitrary<NocSpec> = fc
  .record({
    topology: fc.constantFrom(
      "mesh" as const,
      "mesh" as const,
      "torus" as const,
      "ring" as const,
      "crossbar" as const,
      "mesh-tree" as const,
      "flattened-butterfly" as const,
    ),
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
  })
  .map(({ cores, arity, levels, treeCycles, ...rest }) => {
    // A ring of one VC may deadlock: it has a test of its own.
    const rings = rest.topology === "torus" || rest.topology === "ring";
    const virtualChannels = rings ? Math.max(2, rest.virtualChannels) : rest.virtualChannels;
    const routing = rest.topology === "mesh" || rest.routing !== "odd-even" ? rest.routing : "xy";
    const many = rest.width * rest.height;
    const coresPerRouter = Array.from({ length: many }, (_, router) => (router === 0 ? cores : (router % cores) + 1));
    const shape = {
      mesh: {},
      torus: {},
      ring: { width: many, height: 1 },
      "flattened-butterfly": {},
      crossbar: { width: 1, height: 1, coresPerRouter: [many] },
      "mesh-tree": treeOf({
        width: Math.min(3, rest.width),
        height: Math.min(3, rest.height),
        arity,
        levels,
        linkCycles: treeCycles,
        cores,
      }),
    }[rest.topology];
    return networkOf({ ...rest, virtualChannels, routing, coresPerRouter, ...shape });
  });

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

/** Halves of a ring's VCs that share the middle one leave a circle of waiting possible. */
const mayDeadlock = ({ topology, virtualChannels, middleVc }: NocSpec): boolean =>
  (topology === "ring" || topology === "torus") && virtualChannels % 2 === 1 && middleVc === "both";

/** Runs a kernel that is at its beginning to the workload's end, or up to a cycle. */
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
    expect(deadlock).toBeNull();
    if (cycle > 20_000) throw new Error("no end");
  }
  return inOrder(arrivals);
}

function runModel({ spec, injections, moody }: Workload, seed: number, until = Number.POSITIVE_INFINITY): Arrival[] {
  const model = new ObjectNetwork(spec, createRng(seed, "order of evaluation"));
  const expected = injections.reduce((sum, injection) => sum + injection.destinations.length, 0);
  for (let next = 0; model.arrivals.length < expected && model.cycle < until; ) {
    for (; next < injections.length && injections[next].atCycle <= model.cycle; next++) {
      const { core, destinations, flits } = injections[next];
      model.inject(core, destinations, flits, next);
    }
    for (const core of moody) model.setAccept(core, accepts(model.cycle, core));
    model.step();
    if (model.cycle > 20_000) throw new Error("no end");
  }
  return inOrder(model.arrivals);
}

for (const [name, create] of KERNELS) {
  test(`${name}: every packet arrives in the cycle of the object model, whatever the order of evaluation (seed ${SEED})`, () => {
    fc.assert(
      fc.property(specs, fc.integer({ min: 0, max: 1 << 30 }), fc.integer({ min: 1, max: 250 }), (spec, seed, packets) => {
        const workload = workloadOf(spec, seed, packets);
        const noc = create(spec);
        const arrivals = runKernel(noc, workload);
        expect(arrivals).toEqual(runModel(workload, seed, noc.atCycle));
      }),
      { numRuns: 60, seed: SEED },
    );
  }, 60_000);
}

const short = { routingDelayCycles: 1, vcAllocationDelayCycles: 1 };
const lookingAhead = { routingDelayCycles: 0, vcAllocationDelayCycles: 1 };

/** The compiled kernel has a path of its own for these, one for their trees, and one for several VCs. */
const simple = (multicast: "unicast" | "tree"): fc.Arbitrary<NocSpec> =>
  specs
    .map((spec) =>
      networkOf({
        ...spec,
        ...(spec.topology === "torus" || spec.topology === "ring" ? { topology: "mesh" } : {}),
        virtualChannels: 1,
        ...((spec.routingDelayCycles & 1) === 0 ? lookingAhead : short),
        multicast,
      }),
    )
    .filter(canCompile);
const severalVcs = specs
  .map((spec) =>
    networkOf({
      ...spec,
      virtualChannels: Math.max(2, spec.virtualChannels),
      ...((spec.routingDelayCycles & 1) === 0 ? lookingAhead : short),
      multicast: "unicast",
    }),
  )
  .filter(canCompile);

for (const [name, some, numRuns] of [
  ["one VC, unicast", simple("unicast"), 30],
  ["one VC, tree", simple("tree"), 30],
  ["several VCs, unicast", severalVcs, 60],
] as const) {
  test(`compiled, ${name}: every packet arrives in the cycle of the object model (seed ${SEED})`, () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 1 << 30 }), fc.integer({ min: 1, max: 120 }), (spec, seed, packets) => {
        const workload = workloadOf(spec, seed, packets);
        expect(runKernel(createCompiledNoc(spec), workload)).toEqual(runModel(workload, seed));
      }),
      { numRuns, seed: SEED },
    );
  }, 60_000);
}

const all = fc.oneof(specs.filter(canCompile), simple("unicast"), simple("tree"), severalVcs);

test(`the compiled kernel counts what the flat arrays count, cycle for cycle (seed ${SEED})`, () => {
  fc.assert(
    fc.property(all, fc.integer({ min: 0, max: 1 << 30 }), fc.integer({ min: 1, max: 60 }), (spec, seed, middle) => {
      const workload = workloadOf(spec, seed, 80);
      // in the middle of things, too, when waiting has not ended
      for (const until of [middle, Number.POSITIVE_INFINITY]) {
        const [flat, compiled] = [createFlatNoc(spec), createCompiledNoc(spec)];
        runKernel(flat, workload, until);
        runKernel(compiled, workload, until);
        expect(compiled.atCycle).toBe(flat.atCycle);
        expect([...compiled.routerCounters]).toEqual([...flat.routerCounters]);
        expect([...compiled.linkFlits]).toEqual([...flat.linkFlits]);
        expect([compiled.injectedFlits, compiled.ejectedFlits]).toEqual([flat.injectedFlits, flat.ejectedFlits]);
      }
    }),
    { numRuns: 80, seed: SEED },
  );
}, 60_000);
