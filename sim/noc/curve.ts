/**
 * Latency and throughput of a network alone under synthetic traffic: one row for each offered rate.
 *
 * Rates are flits per node and cycle, latencies cycles. A row is the mean of independent runs (replications) with
 * different random numbers; at low load, runs differ by their draws of sources and destinations.
 * Saturated: at least half of the runs were. A run consists of warm-up, measurement, and drain, in which traffic
 * continues until all measured packets have left.
 * Measured: packets created before the measurement ends that reach the head of their source queue after it begins.
 * Unstable: at the end of a third of the measurement (or of 1000 cycles of drain), the mean over latencies so far and
 * ages of flits in flight exceeds 500 cycles, or three times the mean of packets alone in the network if that is
 * longer; or, for windows too short for that, the sources send less than 90 % of the flits created in the measurement.
 * Source of windows and criterion: N. Jiang et al., ISPASS 2013 (BookSim 2, defaults).
 * Growing: not unstable by then, but in the measurement the sources sent fewer flits than were created, by more than 1
 * % and one packet per node. Their queues have no steady state, or have not reached it: a longer run has other
 * latencies.
 */
import { inputError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { createNoc } from "./create.js";
import type { NocKernel, NocSpec } from "./noc.js";
import { routersPassed } from "./route.js";
import { createArrivals, createDestinations, trafficStreams } from "./traffic.js";
import type { TrafficPattern } from "./traffic-patterns.js";

export interface CurveOptions {
  /** Any network; its `injectionQueuePackets` is not used: sources neither drop packets nor slow down. */
  readonly spec: NocSpec;
  readonly traffic: TrafficPattern;
  readonly packetFlits: number;
  /** Offered flits per node and cycle, each in (0, 1]. */
  readonly rates: readonly number[];
  readonly warmupCycles: number;
  readonly measureCycles: number;
  readonly seed: number;
  readonly replications: number;
}

/** Latency and throughput of a network at one offered load. */
export interface CurveRow {
  /** Offered flits per node and cycle. */
  readonly rate: number;
  /** Flits per node and cycle that the sources sent in the measurement. */
  readonly injected: number;
  /** Flits per node and cycle that the nodes received in the measurement. */
  readonly accepted: number;
  /** Mean routers passed by a measured packet; null if no packet was measured. */
  readonly hops: number | null;
  /** Mean cycles from creation to the tail's ejection; null when saturated, or if no packet was measured. */
  readonly plat: number | null;
  /** Mean cycles from leaving the source queue to the tail's ejection; null likewise. */
  readonly nlat: number | null;
  /** The network does not take the offered load. */
  readonly saturated: boolean;
  /** Not saturated, but its source queues grew: the latencies depend on the length of the run. */
  readonly growing: boolean;
}

/** One replication; its latencies mean nothing if it is saturated. */
interface Run {
  readonly injected: number;
  readonly accepted: number;
  readonly hops: number;
  readonly plat: number;
  readonly nlat: number;
  readonly saturated: boolean;
  readonly growing: boolean;
}

/** BookSim's default. It also limits networks whose way alone is not much shorter. */
const LATENCY_LIMIT_CYCLES = 500;
const LATENCY_LIMIT_WAYS = 3;
/** Most packets whose way alone is measured. */
const MOST_ALONE = 64;
const DRAIN_CHECK_CYCLES = 1000;
const LEAST_SENT = 0.9;
const STEADY_SENT = 0.99;

interface Records {
  created: number[];
  headed: number[];
  router: number[];
  readonly unused: number[];
}

class Sources {
  readonly records: Records = { created: [], headed: [], router: [], unused: [] };
  private readonly backlog: number[][];
  private readonly first: Int32Array;
  constructor(
    private readonly noc: NocKernel,
    private readonly routerOf: Int32Array,
    private readonly destinationOf: (source: number) => number,
    private readonly packetFlits: number,
  ) {
    this.backlog = Array.from(routerOf, () => []);
    this.first = new Int32Array(routerOf.length);
  }

  create(node: number): void {
    this.backlog[node].push(this.noc.atCycle);
  }

  /** Packets that reach the head of their queue enter the kernel's queue, which holds one. */
  feed(): void {
    const { records, noc } = this;
    for (let node = 0; node < this.backlog.length; node++) {
      const waiting = this.backlog[node];
      if (this.first[node] === waiting.length || noc.injectionSpace(node) === 0) continue;
      const tag = records.unused.pop() ?? records.created.length;
      records.created[tag] = waiting[this.first[node]++];
      records.headed[tag] = noc.atCycle;
      records.router[tag] = this.routerOf[node];
      noc.inject(node, this.destinationOf(node), this.packetFlits, tag);
      if (this.first[node] === waiting.length) {
        waiting.length = 0;
        this.first[node] = 0;
      }
    }
  }

  retire(tag: number): void {
    this.records.headed[tag] = -1;
    this.records.unused.push(tag);
  }

  /** Sum of the ages of flits in flight, and the number of these flits. */
  ages(): readonly [number, number] {
    let sum = 0;
    let flits = 0;
    for (let tag = 0; tag < this.records.headed.length; tag++) {
      if (this.records.headed[tag] < 0) continue;
      sum += (this.noc.atCycle - this.records.created[tag]) * this.packetFlits;
      flits += this.packetFlits;
    }
    return [sum, flits];
  }
}

const specOf = ({ spec }: CurveOptions): NocSpec => ({ ...spec, injectionQueuePackets: 1, multicast: "unicast" });
const routersOf = ({ coresPerRouter }: NocSpec): Int32Array =>
  Int32Array.from(coresPerRouter.flatMap((n, router) => new Array<number>(n).fill(router)));

/** Mean cycles of packets that are alone in the network, from nodes at equal distances. */
function cyclesAlone(options: CurveOptions): number {
  const spec = specOf(options);
  const noc = createNoc(spec);
  const nodes = routersOf(spec).length;
  const destinationOf = createDestinations(options.traffic, spec, createRng(options.seed, "noc packets alone"));
  const packets = Math.min(nodes, MOST_ALONE);
  let cycles = 0;
  for (let i = 0; i < packets; i++) {
    const node = Math.floor((i * nodes) / packets);
    noc.inject(node, destinationOf(node), options.packetFlits, 0);
    while (noc.step() === 0) cycles++;
  }
  return cycles / packets;
}

/** Mean latency beyond which a network is unstable; the ways are measured when first asked for. */
function latencyLimit(options: CurveOptions): () => number {
  let limit: number | null = null;
  return () => {
    limit ??= Math.max(LATENCY_LIMIT_CYCLES, LATENCY_LIMIT_WAYS * cyclesAlone(options));
    return limit;
  };
}

function measure(options: CurveOptions, rate: number, replication: number, limitOf: () => number): Run {
  const { packetFlits, warmupCycles, measureCycles } = options;
  const spec = specOf(options);
  const routerOf = routersOf(spec);
  const nodes = routerOf.length;
  const noc = createNoc(spec);
  const streams = trafficStreams(options.seed, replication);
  const arrivals = createArrivals(rate / packetFlits, nodes, streams.times);
  const sources = new Sources(noc, routerOf, createDestinations(options.traffic, spec, streams.destinations), packetFlits);
  const { records } = sources;
  const measureEnd = warmupCycles + measureCycles;
  const period = Math.ceil(measureCycles / 3);
  let latencies = 0;
  let packets = 0;
  let plat = 0;
  let nlat = 0;
  let hops = 0;
  let measured = 0;
  let pending = 0;
  let createdFlits = 0;

  const cycle = (): void => {
    const now = noc.atCycle;
    while (arrivals.atCycle === now) {
      sources.create(arrivals.node);
      if (now < measureEnd) pending++;
      if (now >= warmupCycles && now < measureEnd) createdFlits += packetFlits;
      arrivals.next();
    }
    sources.feed();
    const delivered = noc.step();
    for (let i = 0; i < delivered; i++) {
      const tag = noc.deliveredTag(i);
      const latency = now - records.created[tag];
      if (records.created[tag] < measureEnd) pending--;
      const counts = records.created[tag] < measureEnd && records.headed[tag] >= warmupCycles;
      if (counts) {
        measured++;
        plat += latency;
        nlat += now - noc.deliveredLeftAtCycle(i);
        hops += routersPassed(spec, records.router[tag], routerOf[noc.deliveredCore(i)]);
      }
      if (counts || now < warmupCycles) {
        latencies += latency;
        packets++;
      }
      sources.retire(tag);
    }
  };
  const unstable = (): boolean => {
    const [ages, flits] = sources.ages();
    const mean = packets + flits === 0 ? 0 : (latencies + ages) / (packets + flits);
    return mean > LATENCY_LIMIT_CYCLES && mean > limitOf();
  };

  let saturated = false;
  let injectedBefore = 0;
  let ejectedBefore = 0;
  while (noc.atCycle < measureEnd) {
    if (noc.atCycle === warmupCycles) {
      injectedBefore = noc.injectedFlits;
      ejectedBefore = noc.ejectedFlits;
      latencies = 0;
      packets = 0;
    }
    cycle();
    if (noc.atCycle % period === 0 && unstable()) saturated = true;
  }
  const sentFlits = noc.injectedFlits - injectedBefore;
  // one packet per node may be in flight at the end
  const sentAtMost = sentFlits + packetFlits * nodes;
  if (sentAtMost < LEAST_SENT * createdFlits) saturated = true;
  const growing = sentAtMost < STEADY_SENT * createdFlits;
  const injected = sentFlits / (measureCycles * nodes);
  const accepted = (noc.ejectedFlits - ejectedBefore) / (measureCycles * nodes);
  while (!saturated && pending > 0) {
    cycle();
    if ((noc.atCycle - measureEnd) % DRAIN_CHECK_CYCLES === 0 && unstable()) saturated = true;
  }
  const mean = (sum: number): number => sum / measured; // NaN without a packet
  return { injected, accepted, hops: mean(hops), plat: mean(plat), nlat: mean(nlat), saturated, growing };
}

/** A row ends early once this many of its runs, and at least half of them, are saturated. */
const SATURATED_RUNS = 2;

function rowOf(options: CurveOptions, rate: number, limitOf: () => number): CurveRow {
  const runs: Run[] = [];
  const saturatedRuns = (): number => runs.filter((run) => run.saturated).length;
  while (runs.length < options.replications && (saturatedRuns() < SATURATED_RUNS || 2 * saturatedRuns() < runs.length)) {
    runs.push(measure(options, rate, runs.length, limitOf));
  }
  const saturated = 2 * saturatedRuns() >= runs.length;
  const counted = runs.filter((run) => run.saturated === saturated);
  const growing = !saturated && 2 * counted.filter((run) => run.growing).length >= counted.length;
  const met = counted.filter(({ hops }) => !Number.isNaN(hops));
  const mean = (name: "injected" | "accepted" | "hops" | "plat" | "nlat", from: readonly Run[]): number =>
    from.reduce((sum, run) => sum + run[name], 0) / from.length;
  const ofPackets = (name: "hops" | "plat" | "nlat"): number | null => (met.length === 0 ? null : mean(name, met));
  return {
    rate,
    injected: mean("injected", counted),
    accepted: mean("accepted", counted),
    hops: ofPackets("hops"),
    plat: saturated ? null : ofPackets("plat"),
    nlat: saturated ? null : ofPackets("nlat"),
    saturated,
    growing,
  };
}

/** Beyond any packet; the kernel counts flits in 32 bits, and a packet alone takes as many cycles as it has flits. */
const MOST_PACKET_FLITS = 65_536;

/** One row for each of `options.rates`, in their order. Throws: `InputError` for an impossible rate or window. */
export function nocCurve(options: CurveOptions): CurveRow[] {
  const demand = (name: string, ok: boolean, message: string): void => {
    if (!ok) throw inputError(name, message);
  };
  const { packetFlits, warmupCycles, measureCycles, replications } = options;
  demand(
    "--packet-flits",
    Number.isInteger(packetFlits) && packetFlits >= 1 && packetFlits <= MOST_PACKET_FLITS,
    `got ${packetFlits}, expected an integer from 1 to ${MOST_PACKET_FLITS}`,
  );
  demand("--warmup", Number.isInteger(warmupCycles) && warmupCycles >= 0, `got ${warmupCycles}, expected cycles >= 0`);
  demand("--measure", Number.isInteger(measureCycles) && measureCycles >= 3, `got ${measureCycles}, expected cycles >= 3`);
  demand("--replications", Number.isInteger(replications) && replications >= 1, `got ${replications}, expected an integer >= 1`);
  for (const rate of options.rates) demand("--rate", rate > 0 && rate <= 1, `got ${rate}, expected flits per node and cycle in (0, 1]`);
  const limitOf = latencyLimit(options);
  return options.rates.map((rate) => rowOf(options, rate, limitOf));
}
