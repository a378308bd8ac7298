/** Measures a chip's network alone under synthetic traffic: latency and throughput over offered load. */
import { nocTopology, parseArch } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { type CurveRow, MIDDLE_VCS, nocCurve, nocSpec, TRAFFIC_PATTERNS } from "../sim/noc/index.js";
import { checkedOptions, demandDescription, oneOf } from "./checked-options.js";
import { DEFAULT_MIDDLE_VC, DEFAULT_TRAFFIC, type MiddleVc, type NocTraffic } from "./noc-options.js";
import { type ChipDescription, experimentWith, type Values } from "./open.js";
import { knownWith, type Plugin } from "./plugins.js";

export type { MiddleVc, NocTraffic, TrafficPattern } from "./noc-options.js";
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
  /**
   * Which half of an odd number of virtual channels has the middle one, in a ring or torus: `upper`, as in chips, or
   * `both`, as in BookSim 2, which accepts more and can deadlock.
   */
  readonly middleVc?: MiddleVc;
  /** Results of `loadPlugins` whose topologies `values` may name; a description has those of its opener. */
  readonly plugins?: readonly Plugin[];
}

/** Only the network on chip is measured, between cores: without a port. All other keys have the schema's defaults. */
const DEFAULT = "version: 1\nnoc: {width: 8, height: 8}\n";

/**
 * Measures a network.
 *
 * @param description an opened description, whose network is measured; null: 8 x 8 tiles of one core, with all defaults
 * of the schema
 * @returns a row per rate: offered, injected and accepted load, hops and latencies in cycles (null if saturated, or if
 * no packet was measured)
 * @throws InputError for invalid values or an invalid load
 */
export function noc(description: ChipDescription | null, options: NocLoad): readonly NocCurveRow[] {
  checkedOptions(
    "noc",
    options,
    {
      ...{ rates: "list of numbers", values: "object", side: "whole number from 1 or null", traffic: oneOf(TRAFFIC_PATTERNS) },
      middleVc: oneOf(MIDDLE_VCS),
      ...{ packetFlits: "whole number from 1", warmupCycles: "whole number from 0", measureCycles: "whole number from 1" },
      ...{ seed: "whole number from 0", replications: "whole number from 1", plugins: "list of loaded plug-ins" },
    },
    (given) => [
      [description !== null && given.plugins !== undefined, "plugins", "has no effect on a description, which has those of its opener"],
    ],
  );
  if (description !== null) demandDescription("noc", description);
  if (options.rates === undefined) throw inputError("noc", "is not given", "e.g. rates: [0.1, 0.2]", "rates");
  const { rates, values = {}, side = null, middleVc = DEFAULT_MIDDLE_VC, plugins = [], ...load } = options;
  for (const path of ["noc.width", "noc.height"])
    if (side !== null && Object.hasOwn(values, path))
      throw inputError("--k", `sets ${path}, which also has a value of its own`, "leave one of them out");
  const given = description ?? parseArch(DEFAULT, "noc", knownWith(plugins));
  const { chip } = experimentWith(given, side === null ? values : { ...values, ...sides(given, values, side) }, "--set");
  const traffic = { ...DEFAULT_TRAFFIC, ...load };
  // traffic runs between cores: a port's packets come from outside
  const spec = nocSpec({ ...chip, port: null });
  if (options.middleVc !== undefined && !(nocTopology(spec).wraps && spec.virtualChannels % 2 === 1))
    throw inputError(
      "--middle-vc",
      `has no effect on ${spec.virtualChannels} virtual channels of a ${spec.topology}`,
      "leave it out, or set noc.topology: torus or ring and an odd noc.virtual_channels",
    );
  return nocCurve({ spec: { ...spec, middleVc }, rates, ...traffic });
}

/** Sets the sides; a topology whose routers lie in a line has only one. */
function sides(description: ChipDescription, values: Values, side: number): Values {
  const { noc: shape } = experimentWith(description, { ...values, "noc.width": 2, "noc.height": 2 }, "--set").chip;
  const isLine = nocTopology(shape).grid(shape)[1] === 1;
  return { "noc.width": side, "noc.height": isLine ? 1 : side };
}
