/** Computes area by component, without a run, and checks the chip's blocks against its clock. */

import { InfeasibleError } from "../base/errors.js";
import { arbitrationFix, arbitrationLevels, arbitrationNs } from "./arbitration.js";
import { operatorDelayNs } from "./arithmetic.js";
import type { Chip, Core } from "./chip.js";
import type { ClockLimit } from "./clock-limit.js";
import { clockLimitName } from "./clock-limit-names.js";
import { builtWidths, corePrices, type Price } from "./components.js";
import { coreKind } from "./core-kinds.js";
import { builtPayloadBits, type CoreNeeds } from "./core-needs.js";
import { diePrices } from "./die-prices.js";
import { FPGA_DEVICES } from "./fpga/devices.js";
import { fpgaClockLimits } from "./fpga/fpga-clock.js";
import { framePrices } from "./frame-buffer.js";
import { memoryMacro } from "./memories/memory-macro.js";
import { linkPrices, routerPrices, treeLinkPrices } from "./network-prices.js";
import { hasRouters, linkCounts, nocTopology, routerPorts, routerShapes, treeLinkCount } from "./noc-shape.js";
import { portPrices } from "./port-prices.js";
import { areUnits, type Precision } from "./precision.js";
import { axonTablePrices, routeTablePrices } from "./route-tables.js";
import { routerPathNs } from "./router-law.js";

/** One line of the area breakdown, in the form of a result's breakdown row. */
interface AreaRow {
  readonly component: string;
  readonly group: "area";
  readonly count: null;
  readonly unitEnergyPj: null;
  readonly energyPj: null;
  readonly areaMm2: number;
  readonly source: string;
}

/**
 * `totalMm2` is the sum of the rows, added in their order. An FPGA has no rows, and its total is null. Not modelled:
 * pads (except those of the port and between dies), the barrier's wires, the interface to DRAM.
 */
export function areaOf(
  chip: Chip,
  precision: Precision,
  needs: CoreNeeds,
): { readonly rows: readonly AreaRow[]; readonly totalMm2: number | null } {
  if (chip.fpga !== null) return { rows: [], totalMm2: null };
  const sums = new Map<string, { areaMm2: number; sources: Set<string> }>();
  const add = (component: string, price: Price, count = 1): void => {
    const sum = sums.get(component) ?? { areaMm2: 0, sources: new Set<string>() };
    sum.areaMm2 += price.value * count;
    sum.sources.add(price.source);
    sums.set(component, sum);
  };
  for (const [core, count] of distinctCores(chip)) {
    const prices = corePrices(chip, core, precision, needs);
    add("synapse memory area", prices.synapse_memory_area_mm2, count);
    add("state memory area", prices.state_memory_area_mm2, count);
    if (prices.parameter_memory_area_mm2.value > 0) add("parameter memory area", prices.parameter_memory_area_mm2, count);
    const [axons, routes] = [axonTablePrices(chip, core), routeTablePrices(chip, core)];
    if (axons !== null) add("axon table area", axons.axon_table_area_mm2, count);
    if (routes !== null) add("route table area", routes.route_table_area_mm2, count);
    add("queue area", prices.queue_area_mm2, count);
    add("write queue area", prices.write_queue_area_mm2, count);
    add("datapath area", prices.datapath_area_mm2, count);
    add("control area", prices.control_area_mm2, count);
    if (prices.decoder_area_mm2.value > 0) add("decoder area", prices.decoder_area_mm2, count);
    if (prices.address_generator_area_mm2.value > 0) add("address generator area", prices.address_generator_area_mm2, count);
    if (core.configurationBits > 0) add("configuration area", prices.configuration_area_mm2, count);
  }
  for (const { ports, ends, count } of routerShapes(chip)) add("router area", routerPrices(chip, ports, ends).router_area_mm2, count);
  for (const [tiles, links] of linkCounts(chip)) add("link area", linkPrices(chip, tiles).link_area_mm2, links);
  const treeLink = treeLinkPrices(chip);
  if (treeLink !== null) add("tree link area", treeLink.tree_link_area_mm2, treeLinkCount(chip));
  const frame = framePrices(chip, precision);
  if (frame !== null) add("frame buffer area", frame.frame_buffer_area_mm2);
  const between = diePrices(chip);
  if (between !== null) add("die link area", between.die_link_area_mm2, between.links);
  const port = portPrices(chip);
  if (port !== null) {
    add("port queue area", port.port_queue_area_mm2);
    add("port link area", port.port_link_area_mm2);
  }
  const rows = [...sums].map(
    ([component, { areaMm2, sources }]): AreaRow => ({
      component,
      group: "area",
      count: null,
      unitEnergyPj: null,
      energyPj: null,
      areaMm2,
      source: [...sources].join(" | "),
    }),
  );
  return { rows, totalMm2: rows.reduce((sum, row) => sum + row.areaMm2, 0) };
}

/** Distinct kinds of cores with the number of cores of each kind, in order of first appearance. */
function distinctCores(chip: Chip): readonly (readonly [core: Core, count: number])[] {
  const kinds = new Map<string, [Core, number]>();
  for (const core of chip.cores) {
    const key = coreKind(core);
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, [core, 1]);
    else known[1]++;
  }
  return [...kinds.values()];
}

/** All limits of the chip's clock at its supply, or on its FPGA; slowest block first. */
export function clockLimits(chip: Chip, precision: Precision, needs: CoreNeeds): readonly ClockLimit[] {
  if (chip.fpga !== null) return fpgaClockLimits(chip, chip.fpga, precision, needs);
  const limits: ClockLimit[] = [];
  const cores = distinctCores(chip);
  const macroOf = (core: Core, name: "synapse" | "state") => memoryMacro(core[`${name}Memory`], chip.technology);
  for (const [core] of cores) {
    for (const name of ["synapse", "state"] as const) {
      const memory = core[`${name}Memory`];
      const macro = macroOf(core, name);
      // the latency is set for all cores, whose memories may differ
      const longestNs = (): number => Math.max(...cores.map(([other]) => macroOf(other, name).access_ns));
      limits.push({
        block: `core[${core.id}] ${name} memory access`,
        ...(memory.own === null && { rule: memory.kind === "sram" ? ("sram" as const) : ("logic" as const) }),
        periodNs: macro.access_ns / memory.readLatencyCycles,
        fix: (period) => `or set tile.core.${name}_memory.read_latency_cycles: ${Math.ceil(longestNs() / period)}`,
      });
      limits.push({
        block: `core[${core.id}] ${name} memory cycle`,
        ...(memory.own === null && memory.kind !== "sram" && { rule: "logic" as const }),
        periodNs: macro.cycle_ns,
        fix: () => `or use a smaller tile.core.${name}_memory.size_kib`,
      });
    }
  }
  limits.push(...(chip.logicPeriodNs === undefined ? logicLimits(chip, precision, needs) : [ownLogicLimit(chip.logicPeriodNs)]));
  return limits.sort((a, b) => b.periodNs - a.periodNs);
}

const ownLogicLimit = (periodNs: number): ClockLimit => ({
  block: "logic",
  periodNs,
  fix: () => "or set the chip.logic_period_ns of faster logic",
});

/** Of each kind of core, and of the routers, by the component library. */
function logicLimits(chip: Chip, precision: Precision, needs: CoreNeeds): readonly ClockLimit[] {
  const limits: ClockLimit[] = [];
  const update = updateDelayNs(chip, precision, needs);
  for (const [core] of distinctCores(chip)) {
    const multiply = areUnits(precision.weightBits)
      ? 0
      : operatorDelayNs(Math.max(precision.weightBits, builtPayloadBits(needs)), chip.technology);
    const add = operatorDelayNs(precision.accumulatorBits, chip.technology);
    limits.push({
      block: `core[${core.id}] multiply-accumulate`,
      rule: "logic",
      periodNs: (multiply + add) / core.accumulateDepthCycles,
      fix: (period) => `or set tile.core.accumulate_depth_cycles: ${Math.ceil((multiply + add) / period)}`,
    });
    limits.push({
      block: `core[${core.id}] arbitration`,
      rule: "logic",
      periodNs: arbitrationNs(arbitrationLevels(core, precision, needs), chip.technology),
      fix: (period) => arbitrationFix(core, precision, needs, (levels) => arbitrationNs(levels, chip.technology) <= period),
    });
    limits.push({
      block: `core[${core.id}] neuron update`,
      rule: "logic",
      periodNs: update / core.neuronUpdate.pipelineDepthCycles,
      fix: (period) => `or set tile.core.neuron_update.pipeline_depth_cycles: ${Math.ceil(update / period)}`,
    });
  }
  if (hasRouters(chip)) limits.push(routerLimit(chip, Math.max(...routerPorts(chip))));
  return limits;
}

/** Allocation in the chip's largest router. */
function routerLimit({ noc, technology }: Chip, ports: number): ClockLimit {
  const periodNs = (virtualChannels: number): number =>
    routerPathNs(
      { ports, flitBits: noc.flitWidthBits, buffersPerVc: noc.vcBufferFlits, virtualChannels },
      noc.multicast === "tree",
      technology,
    );
  return {
    block: "router allocation",
    rule: "logic",
    periodNs: periodNs(noc.virtualChannels),
    fix: (period) => {
      const least = nocTopology(noc).wraps ? 2 : 1; // one can deadlock where ways wrap around
      const fewer = Array.from({ length: Math.max(0, noc.virtualChannels - least) }, (_, i) => noc.virtualChannels - 1 - i);
      const enough = fewer.find((vcs) => periodNs(vcs) <= period);
      if (enough !== undefined) return `or set noc.virtual_channels: ${enough}`;
      return `or give routers fewer ports than ${ports}: fewer tile.cores, or another noc.topology`;
    },
  };
}

/**
 * Path of an update from sums to spike: product, bias and rounding at its width, product with a state, and two
 * additions of states.
 */
function updateDelayNs({ technology }: Chip, precision: Precision, needs: CoreNeeds): number {
  const { unit } = needs;
  const w = builtWidths(precision, needs);
  const delay = (bits: number): number => operatorDelayNs(bits, technology);
  const requantise = unit.requantisers > 0 ? delay(Math.max(w.accumulatorBits, w.multiplierBits)) + 2 * delay(w.productBits) : 0;
  const gate = unit.gates > 0 ? delay(Math.max(w.gateBits, w.differenceBits)) : 0;
  const leak = unit.leaks > 0 ? delay(Math.max(w.factorBits, w.stateBits)) : 0;
  return requantise + Math.max(gate, leak) + 2 * delay(w.stateBits);
}

/**
 * @throws InfeasibleError CLOCK_TOO_FAST if a block is slower than the clock; names the slowest block, and one that
 * limits the clock after its change.
 */
export function checkClock(chip: Chip, precision: Precision, needs: CoreNeeds): void {
  const { clockMhz, voltageV } = chip.technology;
  const periodNs = 1000 / clockMhz;
  const slow = clockLimits(chip, precision, needs).filter((limit) => limit.periodNs > periodNs);
  const [slowest] = slow;
  if (slowest === undefined) return;
  // as many that the two times differ
  let digits = 3;
  while (digits < 12 && slowest.periodNs.toFixed(digits) === periodNs.toFixed(digits)) digits++;
  const possibleMhz = (limit: ClockLimit): number => Math.floor((1000 / limit.periodNs) * 1000) / 1000;
  // the change of a block reaches this block of every core
  const next = slow.find((limit) => clockLimitName(limit) !== clockLimitName(slowest));
  const then = next === undefined ? "" : `, with which ${next.block} still allows only ${possibleMhz(next)} MHz`;
  throw new InfeasibleError(
    "CLOCK_TOO_FAST",
    `${slowest.block} ${chip.fpga === null ? `at ${voltageV} V` : `on ${FPGA_DEVICES[chip.fpga].part}`}`,
    `${slowest.periodNs.toFixed(digits)} ns`,
    `${periodNs.toFixed(digits)} ns`,
    `set chip.clock_mhz: ${possibleMhz(slowest)}, ${slowest.fix(periodNs)}${then}`,
  );
}
