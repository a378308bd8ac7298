/**
 * Keys that a description sets and that nothing reads, because of another key: `spill.latency_ns` without `spill.to:
 * dram`. Only keys that the file itself sets, to another value than their default, and whose other key no search
 * varies: a file that is extended may hold keys for other descriptions. Pure.
 */
import { defaultDocument, defaultTraining, diePrices, type Experiment, isNirFile, linkCounts, routerShapes } from "../arch/index.js";
import { asJson, type Json } from "../base/hash.js";
import { idleRequest, type RequestedConfigs } from "../training/index.js";
import type { Description, Values } from "./open.js";
import { tablesNamed } from "./price-library.js";

/** Keys by a pattern of their paths; `by`: keys that decide whether they are read. */
interface Rule {
  readonly keys: RegExp;
  readonly by: readonly string[];
  readonly isIdle: (experiment: Experiment, document: Json) => boolean;
  /** What they need. */
  readonly needs: string;
}

const ownPrices = (names: string): RegExp => new RegExp(`^prices[.](${names})[.]value$`);

/**
 * Prices of parts that a chip lacks. Not of those that a network decides, nor of the port: a chip's file prices it for
 * the descriptions that use it.
 */
const PRICE_RULES: readonly Rule[] = [
  {
    keys: ownPrices("router_\\w+"),
    by: ["noc.width", "noc.height", "tile.cores", "inputs.at", "network.model", "workload.dataset"],
    isIdle: ({ chip }) => routerShapes(chip).length === 0,
    needs: "several cores, or inputs.at: port",
  },
  {
    keys: ownPrices("link_\\w+"),
    by: ["noc.topology", "noc.width", "noc.height", "tile.cores", "inputs.at", "network.model", "workload.dataset"],
    // a placement compares links between dies with them
    isIdle: ({ chip }) => linkCounts(chip).size === 0 && diePrices(chip) === null,
    needs: "links, by noc.width and noc.height",
  },
  { keys: ownPrices("dram_\\w+"), by: ["spill.to"], isIdle: ({ chip }) => chip.spill === null, needs: "spill.to: dram" },
  {
    keys: ownPrices("prefetch_buffer_\\w+"),
    by: ["spill.to", "spill.prefetch_bits"],
    isIdle: ({ chip }) => (chip.spill?.prefetchBits ?? 0) === 0,
    needs: "spill.to: dram and spill.prefetch_bits above 0",
  },
  {
    keys: ownPrices("tree_link_\\w+"),
    by: ["noc.topology"],
    isIdle: ({ chip }) => chip.noc.tree === null,
    needs: "noc.topology: mesh-tree",
  },
  {
    keys: ownPrices("die_link_\\w+"),
    by: ["noc.topology", "noc.dies.columns", "noc.dies.rows"],
    isIdle: ({ chip }) => diePrices(chip) === null,
    needs: "several dies, by noc.dies",
  },
  {
    keys: ownPrices("frame_buffer_\\w+"),
    by: ["inputs.frame_buffer.entries", "network.model", "workload.dataset"],
    isIdle: ({ chip }) => chip.frameBuffer === null,
    needs: "inputs.frame_buffer",
  },
  {
    keys: ownPrices("axon_table_\\w+"),
    by: ["tile.core.axon_table.entries"],
    isIdle: ({ chip }) => chip.cores.every(({ axonEntries }) => axonEntries === null),
    needs: "tile.core.axon_table.entries",
  },
  {
    keys: ownPrices("route_table_\\w+"),
    by: ["tile.core.route_table.entries"],
    isIdle: ({ chip }) => chip.cores.every(({ routeEntries }) => routeEntries === null),
    needs: "tile.core.route_table.entries",
  },
  {
    keys: ownPrices("configuration_\\w+"),
    by: ["tile.core.configuration_bits"],
    isIdle: ({ chip }) => chip.cores.every(({ configurationBits }) => configurationBits === 0),
    needs: "tile.core.configuration_bits above 0",
  },
];

const RULES: readonly Rule[] = [
  ...PRICE_RULES,
  {
    keys: /^workload[.]events[.]events_per_step$/,
    by: ["workload.events.slice"],
    isIdle: ({ workload }) => workload.events !== null && workload.events.slice !== "count",
    needs: "workload.events.slice: count",
  },
  {
    keys: /^workload[.]events[.]step_seconds$/,
    by: ["workload.events.slice"],
    isIdle: ({ workload }) => workload.events !== null && workload.events.slice !== "time",
    needs: "workload.events.slice: time",
  },
  {
    keys: /^workload[.]encoder[.]threshold$/,
    by: ["workload.encoder.kind"],
    isIdle: ({ workload }) => ["direct", "rate"].includes(workload.encoding.kind),
    needs: "workload.encoder.kind: delta, level-crossing or latency",
  },
  {
    keys: /^workload[.]encoder[.]gain$/,
    by: ["workload.encoder.kind"],
    isIdle: ({ workload }) => !["direct", "rate"].includes(workload.encoding.kind),
    needs: "workload.encoder.kind: direct or rate",
  },
  {
    keys: /^network[.]nir[.](scheme|integrator_gain|refractory_seconds)$/,
    by: ["network.model"],
    isIdle: ({ network }) => !isNirFile(network.model),
    needs: "a NIR file as network.model",
  },
  {
    keys: /^mapping[.]seed$/,
    by: ["mapping.strategy"],
    isIdle: ({ mapping }) => mapping.strategy !== "min-traffic",
    needs: "mapping.strategy: min-traffic, the only one that draws",
  },
  {
    keys: /^mapping[.]manual[.]/,
    by: ["mapping.strategy"],
    isIdle: ({ mapping }) => mapping.strategy !== "manual",
    needs: "mapping.strategy: manual",
  },
  {
    keys: /^spill[.](bandwidth_gbit_s|latency_ns|burst_bits|rows|prefetch_bits)$/,
    by: ["spill.to"],
    isIdle: ({ chip }) => chip.spill === null,
    needs: "spill.to: dram",
  },
  {
    keys: /^barrier[.]run_ahead_steps$/,
    by: ["barrier.scope"],
    isIdle: ({ chip }) => chip.sourcePace === null,
    needs: "barrier.scope: sources",
  },
  {
    keys: /^barrier[.](base_cycles|per_core_cycles)$/,
    by: ["tick.period_us", "barrier.scope", "tile.core.scan.policy"],
    // scans begin after a barrier of their own
    isIdle: ({ chip }) => (chip.tick !== null || chip.sourcePace !== null) && chip.cores.every(({ scan }) => scan.policy === "event"),
    needs: "steps that end at a barrier, by tick.period_us: 0 and barrier.scope: chip",
  },
  {
    keys: /^(chip[.](technology_nm|voltage_v|sram_cell|temperature_k)|noc[.](tree[.])?link_length_mm|prices[.]basis)$/,
    by: ["chip.fpga", "chip.price_model"],
    isIdle: ({ chip }, document) =>
      chip.fpga !== null &&
      (valueAt(document, "chip.price_model") ?? null) === null &&
      Object.values(chip.priceOverrides).every((price) => typeof price?.value !== "string"),
    needs: "a chip in silicon, without chip.fpga",
  },
  {
    keys: /^tick[.](overrun|spread_us)$/,
    by: ["tick.period_us"],
    isIdle: ({ chip }) => chip.tick === null,
    needs: "tick.period_us above 0",
  },
  {
    keys: /^tick[.]spread_us$/,
    by: ["tick.timers", "tick.period_us"],
    isIdle: ({ chip }, document) => chip.tick !== null && valueAt(document, "tick.timers") !== "local",
    needs: "tick.timers: local",
  },
  {
    keys: /^inputs[.]port[.]/,
    by: ["inputs.at", "network.model", "workload.dataset"],
    isIdle: ({ chip }) => chip.port === null,
    needs: "inputs.at: port",
  },
  {
    keys: /^tile[.]core[.]scan[.](chunk_bits|cycles_per_chunk|cycles_per_set_bit)$/,
    by: ["tile.core.scan.policy", "tile.core.neuron_update.policy"],
    isIdle: ({ chip }) => chip.cores.every(({ scan, neuronUpdate }) => scan.policy !== "compressed" && neuronUpdate.policy !== "touched"),
    needs: "tile.core.scan.policy: compressed, or tile.core.neuron_update.policy: touched",
  },
];

const defaults: Json = { ...(defaultDocument as { readonly [key: string]: Json }), training: asJson(defaultTraining) };

/**
 * A warning per key. `values`: what the caller set, by path; `document`: the description with them; `trained`: how the
 * search trains the network as written; null: it trains none.
 */
export function idleKeys(
  { ownPaths, sweep }: Pick<Description, "ownPaths" | "sweep">,
  values: Values,
  experiment: Experiment,
  document: Json,
  trained: RequestedConfigs | null,
): readonly string[] {
  const ofTraining = trained === null ? [] : idleRequest(trained);
  const searched = new Set(sweep?.parameters.map(({ path }) => plain(path)));
  const set = new Set([...ownPaths, ...Object.keys(values)].map((path) => plain(path.replace(/[.]sweep([.].*)?$/, ""))));
  const ofKeys = [...set, ...[...searched].filter((path) => !set.has(path))].flatMap((path) => {
    const value = valueAt(document, path);
    if (!searched.has(path) && value !== undefined && value === valueAt(defaults, path)) return [];
    if (path.startsWith("prices.") && value === 0) return []; // says that another price contains the part, whether or not there is one
    const isFixed = ({ by }: Pick<Rule, "by">): boolean => !by.some((key) => searched.has(key));
    const rule =
      RULES.find((one) => one.keys.test(path) && isFixed(one) && one.isIdle(experiment, document)) ??
      ofTraining.find((one) => one.path === path && isFixed(one));
    return rule === undefined ? [] : [`${path} has no effect: it needs ${rule.needs}`];
  });
  return [...ofKeys, ...idleTables(new Set([...ownPaths, ...Object.keys(values)]), document, sweep)];
}

/** A warning per table of macros whose content the caller set, and that no memory names, not even in a search. */
function idleTables(set: ReadonlySet<string>, document: Json, sweep: Description["sweep"]): readonly string[] {
  const searched = (sweep?.parameters ?? []).filter(({ path }) => path.endsWith(".macros"));
  // what an expression names is known at its points only
  if (searched.some(({ domain }) => domain.kind === "derived")) return [];
  const named = new Set<unknown>([
    ...tablesNamed(document),
    ...searched.flatMap(({ domain }) => (domain.kind === "list" ? domain.values : [])),
  ]);
  const tables = valueAt(document, "prices.macros");
  return Object.keys(typeof tables === "object" && tables !== null ? tables : {}).flatMap((name) =>
    named.has(name) || !set.has(`prices.macros.${name}.csv`)
      ? []
      : [`prices.macros.${name} has no effect: it needs a memory that names it, macros: ${name}`],
  );
}

/** The path without the tiles and cores that it selects. */
const plain = (path: string): string => path.replaceAll(/\[[^\]]*\]/g, "");

function valueAt(document: Json, path: string): Json | undefined {
  let found: Json | undefined = document;
  for (const key of path.split("."))
    found =
      typeof found === "object" && found !== null && !Array.isArray(found) && Object.hasOwn(found, key)
        ? (found as { readonly [key: string]: Json })[key]
        : undefined;
  return found;
}
