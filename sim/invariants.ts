/**
 * Rules that every result obeys: numbers are finite and in range, counts are whole, sums equal their totals. A result
 * that breaks a rule is wrong for any chip, so it is never stored. Pure; the time is linear in the size of the result.
 * Throws: `InvariantError` from `checkedResult`.
 */
import { InvariantError } from "../base/errors.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn, ROUTER_COUNTERS } from "./counters.js";
import { FPGA_METRICS, METRICS, type MetricName, type OperationCounts, PRICED_METRICS, type Result } from "./result.js";

/** Metrics that may be unknown for a board of the component library; any metric of a coupled chip may be. */
const MAY_BE_UNKNOWN: ReadonlySet<MetricName> = new Set<MetricName>([
  "accuracy_percent",
  "throughput_per_s",
  "energy_std_uj",
  "latency_std_us",
  "energy_pj_per_synaptic_operation",
  ...FPGA_METRICS,
]);
/** The same for a chip on an FPGA. */
const MAY_BE_UNKNOWN_ON_FPGA: ReadonlySet<MetricName> = new Set([...MAY_BE_UNKNOWN, ...PRICED_METRICS]);
/** Metrics in percent of a whole. */
const AT_MOST_100: ReadonlySet<MetricName> = new Set<MetricName>(["accuracy_percent", "core_utilisation_percent"]);
const NAMES = Object.keys(METRICS) as MetricName[];

/** Columns of a unit's cycle counters: each cycle counts in one of them. */
const cyclesOf = (unit: string): readonly number[] =>
  CORE_COUNTERS.filter((name) => name.startsWith(unit) && name.endsWith("_cycles")).map((name: CoreCounter) => coreColumn[name]);
const UNITS = { synapse: cyclesOf("synapse_"), soma: cyclesOf("soma_") };

/** Tolerance: several roundings of the last bit. */
const LAST_BITS = 8 * Number.EPSILON;

const isAmount = (value: number): boolean => Number.isFinite(value) && value >= 0;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isShare = (value: number): boolean => isAmount(value) && value <= 1 + LAST_BITS;
const isClose = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** Returns the result. @throws InvariantError if it breaks a rule. */
export function checkedResult(result: Result, counters: Counters): Result {
  const broken = brokenInvariant(result, counters);
  if (broken !== null) throw new InvariantError("result", null, broken);
  return result;
}

/** The first rule that the result breaks, with the wrong number; null if it breaks none. */
export function brokenInvariant({ metrics, breakdown, operations, utilisation, provenance }: Result, counters: Counters): string | null {
  return (
    brokenMetric(metrics, counters.cores.length > 0) ??
    brokenBreakdown(breakdown, metrics) ??
    brokenCounters(counters) ??
    brokenOperations(operations) ??
    brokenUtilisation(utilisation) ??
    brokenProvenance(provenance, counters)
  );
}

function brokenMetric(metrics: Result["metrics"], isLibraryChip: boolean): string | null {
  const isFpga = metrics.fpga_luts !== null;
  const mayBeUnknown = isFpga ? MAY_BE_UNKNOWN_ON_FPGA : MAY_BE_UNKNOWN;
  for (const name of NAMES) {
    const value = metrics[name];
    if (value === null) {
      if (isLibraryChip && !mayBeUnknown.has(name)) return `${name} is unknown`;
    } else if (!Number.isFinite(value)) return `${name} is ${value}`;
    else if (value < 0) return `${name} is ${value}, less than 0`;
    else if (AT_MOST_100.has(name) && value > 100 * (1 + LAST_BITS)) return `${name} is ${value}, more than 100`;
  }
  const { energy_uj_per_inference: energy, latency_us: latency, edp_nj_s: product } = metrics;
  if (energy !== null && latency !== null && product !== null && !isClose(product, energy * latency * 1e-3, LAST_BITS))
    return `edp_nj_s is ${product}, but energy times latency is ${energy * latency * 1e-3}`;
  return null;
}

/** The sums are taken again in the rows' order, so they may differ only by the rounding of each addition. */
function brokenBreakdown(rows: Result["breakdown"], metrics: Result["metrics"]): string | null {
  const total = { energyPj: 0, areaMm2: 0 };
  const known = { energyPj: 0, areaMm2: 0 };
  for (const row of rows) {
    for (const part of ["count", "unitEnergyPj", "energyPj", "areaMm2"] as const) {
      const value = row[part];
      if (value !== null && !isAmount(value)) return `${part} of ${row.component} is ${value}`;
    }
    const { count, unitEnergyPj, energyPj } = row;
    if (count !== null && unitEnergyPj !== null && energyPj !== null && !isClose(count * unitEnergyPj, energyPj, LAST_BITS))
      return `energy of ${row.component} is ${energyPj} pJ, but count times price is ${count * unitEnergyPj} pJ`;
    for (const part of ["energyPj", "areaMm2"] as const) {
      if (row[part] !== null) known[part]++;
      total[part] += row[part] ?? 0;
    }
  }
  const tolerance = (rows.length + 2) * Number.EPSILON;
  const sums = [
    ["energy_uj_per_inference", total.energyPj * 1e-6, known.energyPj],
    ["area_mm2", total.areaMm2, known.areaMm2],
  ] as const;
  // on an FPGA and on chips of others the sum is unknown as soon as the energy of actions is
  const isUnknown =
    metrics.fpga_luts !== null || rows.some(({ group, count, energyPj }) => group !== "area" && energyPj === null && (count ?? 0) > 0);
  for (const [name, sum, rowsOfIt] of sums) {
    const value = metrics[name];
    if (value === null ? rowsOfIt > 0 && !isUnknown : rowsOfIt === 0 || !isClose(value, sum, tolerance))
      return `${name} is ${value ?? "unknown"}, but the ${rowsOfIt} rows of its breakdown sum to ${sum}`;
  }
  return null;
}

function brokenCounters({ cores, routers, links, port, ...counts }: Counters): string | null {
  const ofPort = Object.entries(port ?? {}).map(([name, value]) => [`port.${name}`, value] as const);
  for (const [name, value] of [...Object.entries(counts), ...ofPort]) if (!isCount(value)) return `the counter ${name} is ${value}`;
  if (port !== null && port.busyCycles + port.stallCycles > counts.cycles)
    return `the port has ${port.busyCycles + port.stallCycles} cycles of ${counts.cycles}`;
  for (const [name, list] of Object.entries({ cores, routers, links })) {
    const at = list.findIndex((value) => !isCount(value));
    if (at >= 0) return `the counter ${name}[${at}] is ${list[at]}`;
  }
  if (cores.length % CORE_COUNTERS.length !== 0) return `the counters of cores are ${cores.length} numbers`;
  if (routers.length % ROUTER_COUNTERS.length !== 0) return `the counters of routers are ${routers.length} numbers`;
  for (let row = 0; row < cores.length; row += CORE_COUNTERS.length) {
    const [active, resting] = [cores[row + coreColumn.active_cycles], cores[row + coreColumn.resting_cycles]];
    if (active + resting !== 0 && active + resting !== counts.cycles)
      return `core ${row / CORE_COUNTERS.length} works or rests in ${active + resting} cycles of ${counts.cycles}`;
    for (const [unit, columns] of Object.entries(UNITS)) {
      const cycles = columns.reduce((sum, column) => sum + cores[row + column], 0);
      if (cycles !== counts.cycles)
        return `the ${unit} unit of core ${row / CORE_COUNTERS.length} has ${cycles} cycles of ${counts.cycles}`;
    }
  }
  const ports = (routers.length / ROUTER_COUNTERS.length) * counts.portsPerRouter;
  return links.length === ports ? null : `the counters of links are ${links.length} numbers of ${ports}`;
}

function brokenOperations({ layers, neurobench: _means, ...counts }: OperationCounts): string | null {
  for (const [name, value] of Object.entries(counts)) if (!isCount(value)) return `operations.${name} is ${value}`;
  for (const { name: layer, density, ...counted } of layers) {
    if (!isAmount(density)) return `density of ${layer} is ${density}`;
    for (const [name, value] of Object.entries(counted)) if (!isCount(value)) return `${name} of ${layer} is ${value}`;
  }
  return null;
}

function brokenUtilisation({ cores, links }: Result["utilisation"]): string | null {
  for (const { core, neurons, synapseBusy, somaBusy } of cores) {
    if (!isCount(core) || !isCount(neurons)) return `neurons of core ${core} are ${neurons}`;
    if (!isShare(synapseBusy) || !isShare(somaBusy)) return `core ${core} is busy for ${synapseBusy} and ${somaBusy} of the time`;
  }
  for (const { router, port, flitsPerCycle } of links)
    if (!isCount(router) || !isAmount(flitsPerCycle)) return `router ${router}, port ${port}: ${flitsPerCycle} flits per cycle`;
  return null;
}

function brokenProvenance(
  { utterances, independentSamples = 1, timedUtterances, timedLatencyCycles, timedEnergyPj, timedSteps, lawErrors }: Result["provenance"],
  counters: Counters,
): string | null {
  if (!(independentSamples > 0 && Number.isFinite(independentSamples))) return `${independentSamples} independent samples`;
  if (!isCount(utterances) || !timedUtterances.every(isCount)) return "the utterances are not counted in whole numbers";
  if (timedUtterances.length > utterances || timedUtterances.length !== counters.utterances)
    return `${timedUtterances.length} utterances of ${utterances} are timed, and ${counters.utterances} were counted`;
  for (const values of [timedLatencyCycles, timedEnergyPj, timedSteps])
    if (values !== undefined && !(values.length === timedUtterances.length && values.every(isAmount)))
      return `${timedUtterances.length} utterances are timed, with the values ${values.join(", ")}`;
  for (const { name, down, up } of Object.values(lawErrors ?? {}).flat())
    if (!isAmount(down) || !isAmount(up)) return `${name} err by ${down} and ${up}`;
  return null;
}
