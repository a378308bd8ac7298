/**
 * Figures of the price model on silicon, per core, and of the laws for an ECP5, to compare with those of the gates.
 * Pure.
 */
import {
  addressGeneratorSize,
  builtLanes,
  type Chip,
  type Core,
  type CoreNeeds,
  controlSize,
  datapathLogic,
  emittedLogic,
  fpgaUseOf,
  type Logic,
  laneMultiplierBits2,
  logicAreaMm2,
  messageBits,
  messagePayloadBits,
  type Precision,
  queueCosts,
  writeQueueBits,
  writeQueueCosts,
} from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";

export interface ModelFigures {
  /**
   * Registers of pipeline stages, words in flight and the address generator; of the input queue and the write queues;
   * of control. There is no output queue: an emitted core's spikes leave by a port.
   */
  readonly datapathRegisterBits: number;
  readonly queueRegisterBits: number;
  readonly controlRegisterBits: number;
  /** Products of widths, summed over the multipliers of the lanes and over those of the update units. */
  readonly laneBits2: number;
  readonly updateBits2: number;
  /** Bits of the update units' tables. */
  readonly tableBits: number;
  /** Priced area of datapath, address generator, queues and control at the chip's node, without tables. */
  readonly logicAreaMm2: number;
  readonly nodeNm: number;
  /** What that area is made of. Cells that are neither adder nor multiplier count as flip-flops of the same area. */
  readonly logic: Logic;
  /** The same logic without registers. */
  readonly combinational: Logic;
  /** Clock of the slowest path that is no memory, MHz: of the clock limits, or of the unit for imported neurons. */
  readonly clockMhz: number;
}

/** What the laws for an ECP5 say of a whole chip. */
export interface OnEcp5 {
  readonly luts: number;
  readonly flipFlops: number;
  /** Of the description's whole memories. */
  readonly blockRams: number;
  readonly multipliers: number;
  readonly clockMhz: number;
}

/** All devices of the family have the same blocks and the same laws. */
const ECP5 = "ecp5-45";

/** `usedCores`: the cores that are emitted. Does not depend on where the description says that the chip is built. */
export function onEcp5(described: Chip, usedCores: readonly number[], precision: Precision, needs: CoreNeeds): OnEcp5 {
  const chip: Chip = { ...described, cores: usedCores.map((id) => described.cores[id]) };
  const { total, clock } = fpgaUseOf(chip, ECP5, precision, needs);
  const { luts, flipFlops, blockRams, dsps } = total;
  return { luts, flipFlops, blockRams, multipliers: dsps, clockMhz: clock.mhz };
}

/** Figures on silicon of the description's node, whether or not the chip is on an FPGA. */
export function modelFigures(described: Chip, core: Core, precision: Precision, needs: CoreNeeds): ModelFigures {
  const { logicPeriodNs: _, ...own } = described;
  const chip: Chip = { ...own, fpga: null };
  const datapath = datapathLogic(core, precision, needs);
  const generator = addressGeneratorSize(core, needs, precision);
  const logic: Logic = {
    adderBits: datapath.adderBits + generator.adderBits,
    multiplierBits2: datapath.multiplierBits2,
    registerBits: datapath.registerBits + generator.registerBits,
  };
  const { technology } = chip;
  const message = messageBits(chip, messagePayloadBits(needs));
  const input = queueCosts(core.queueKinds.input, core.inputQueue.depth, message, technology);
  const queueRegisterBits = message * input.flopEntries;
  const control = controlSize();
  const written = writeQueueBits(core, precision, needs).all;
  const laneBits2 = builtLanes(core, precision, needs) * laneMultiplierBits2(precision.weightBits, needs);
  const flopMm2 = logicAreaMm2({ adderBits: 0, multiplierBits2: 0, registerBits: 1 }, technology.nodeNm);
  const queuesMm2 = input.areaMm2 - input.sramPart.areaMm2 + writeQueueCosts(core, precision, needs, technology).areaMm2;
  const whole = { ...logic, registerBits: logic.registerBits + queuesMm2 / flopMm2 + control.areaFlops };
  const registerBits = logic.registerBits + queueRegisterBits + written + control.registerBits;
  const [slowest] = emittedLogic(chip, precision, needs);
  return {
    datapathRegisterBits: logic.registerBits,
    queueRegisterBits: queueRegisterBits + written,
    controlRegisterBits: control.registerBits,
    laneBits2,
    updateBits2: logic.multiplierBits2 - laneBits2,
    tableBits: core.neuronUpdate.units * needs.unit.tables * powerOfTwo(precision.lutBits) * precision.gateBits,
    logicAreaMm2: logicAreaMm2(whole, technology.nodeNm),
    logic: whole,
    combinational: { ...whole, registerBits: whole.registerBits - registerBits },
    nodeNm: technology.nodeNm,
    clockMhz: slowest === undefined ? 0 : 1000 / slowest.periodNs,
  };
}
