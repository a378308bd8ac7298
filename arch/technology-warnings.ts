/** Warnings of a chip whose supply or cells lie where its prices are not sure. */
import type { Chip } from "./chip.js";
import { hasParameters } from "./components.js";
import type { CoreNeeds } from "./core-needs.js";
import type { Precision } from "./precision.js";
import { hasPriced } from "./price-check.js";
import { PRICE_NAMES } from "./price-names.js";
import { leakageNodeWarning, unmeasuredLeakageWarning } from "./silicon.js";
import { highSupplyWarning, sramSupplyWarning } from "./sram-supply.js";

/** `largestNm`: the largest node that the chip, or its search, has. */
export const technologyWarnings = (
  chip: Chip,
  precision: Precision,
  needs: CoreNeeds,
  largestNm = chip.technology.nodeNm,
): readonly string[] =>
  [
    sramSupplyWarning(chip),
    highSupplyWarning(chip),
    leakageIsGiven(chip, precision) ? null : unmeasuredLeakageWarning(chip),
    hasLibrarySram(chip, hasParameters(precision, needs))
      ? leakageNodeWarning({ ...chip, technology: { ...chip.technology, nodeNm: largestNm } })
      : null,
  ].filter((text) => text !== null);

/**
 * True if the component library says what a memory or a table of some core, or the frame buffer, leaks as SRAM.
 * `areParametersHeld`: neurons have parameters of their own.
 */
const hasLibrarySram = ({ cores, frameBuffer, priceOverrides }: Chip, areParametersHeld: boolean): boolean =>
  cores.some(({ synapseMemory, stateMemory, parameterKind, ownWords, axonEntries, routeEntries, tableMacros }) =>
    Object.entries({
      synapse_memory_leakage_mw: synapseMemory.kind === "sram" && synapseMemory.own === null,
      state_memory_leakage_mw: stateMemory.kind === "sram" && stateMemory.own === null,
      parameter_memory_leakage_mw: areParametersHeld && parameterKind === "sram" && ownWords.parameters === null,
      frame_buffer_leakage_mw: frameBuffer?.kind === "sram" && frameBuffer.own === null,
      axon_table_leakage_mw: axonEntries !== null && tableMacros.axons === null,
      route_table_leakage_mw: routeEntries !== null && tableMacros.routes === null,
    }).some(([price, isLibrary]) => isLibrary && !Object.hasOwn(priceOverrides, price)),
  );

/** True if the description prices the leakage of every part that the chip has. */
const leakageIsGiven = (chip: Chip, precision: Precision): boolean =>
  PRICE_NAMES.filter((name) => name.endsWith("_leakage_mw")).every(
    (name) => Object.hasOwn(chip.priceOverrides, name) || !hasPriced(name, chip, precision),
  );
