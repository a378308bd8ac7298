/** Measures a chip's network alone under synthetic traffic: latency and throughput over offered load. */
import { nocTopology, parseArch } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import { type CurveRow, nocCurve, nocSpec, TRAFFIC_PATTERNS } from "../sim/noc/index.js";
import { checkedOptions } from "./checked-options.js";
import { DEFAULT_TRAFFIC, type NocTraffic } from "./noc-options.js";
import { type ChipDescription, experimentWith, type Values } from "./open.js";

export type { NocTraffic, TrafficPattern } from "./noc-options.js";
/** Latency and throughput of a network at one offered load. */
export type NocCurveRow = CurveRow;

/** The traffic with which a network is measured. */
export interface NocLoad extends Partial<NocTraffic> {
  /** Offered load in flits per node and cycle, one row each. */
  readonly rates: readonly number[];
  /** Values by path that replace the description's, e.g. `{ "noc.topology": "torus" }`. */
  readonly values?: Values;
  /**
   * Routers per side: sets `noc.width` and `noc.height`. For a ring it is the number of routers, for a crossbar the
   * number of ports.
   */
  readonly side?: number | null;
}

/**
 * Only the network on chip is measured. A description must also name a network of neurons and a workload; all other
 * keys have the schema's defaults.
 */
const DEFAULT = "version: 1\nnetwork: {model: none}\nworkload: {dataset: none}\nnoc: {width: 8, height: 8}\n";

/**
 * Measures a network.
 *
 * @param description an opened description, whose network is measured; null: 8 x 8 tiles of one core, with all defaults
 * of the schema
 * @returns a row per rate: offered, injected and accepted load, hops and latencies in cycles (null if saturated)
 * @throws InputError for invalid values or an invalid load
 */
export function noc(description: ChipDescription | null, options: NocLoad): readonly NocCurveRow[] {
  checkedOptions("noc", options, {
    ...{ rates: "list", values: "object", side: "number or null", traffic: "text", packetFlits: "number", warmupCycles: "number" },
    ...{ measureCycles: "number", seed: "number", replications: "number" },
  });
  const { rates, values = {}, side = null, ...load } = options;
  const given = description ?? parseArch(DEFAULT, "noc");
  const { chip } = experimentWith(given, side === null ? values : { ...values, ...sides(given, values, side) }, "--set");
  const traffic = { ...DEFAULT_TRAFFIC, ...load };
  if (!TRAFFIC_PATTERNS.includes(traffic.traffic))
    throw inputError(
      "--traffic",
      `got ${quoted(traffic.traffic)}, expected one of ${TRAFFIC_PATTERNS.join(", ")}`,
      didYouMean(traffic.traffic, TRAFFIC_PATTERNS),
    );
  return nocCurve({ spec: nocSpec(chip), rates, ...traffic });
}

/** Sets the sides; a topology whose routers lie in a line has only one. */
function sides(description: ChipDescription, values: Values, side: number): Values {
  const { noc: shape } = experimentWith(description, { ...values, "noc.width": 2, "noc.height": 2 }, "--set").chip;
  const isLine = nocTopology(shape).grid(shape)[1] === 1;
  return { "noc.width": side, "noc.height": isLine ? 1 : side };
}
