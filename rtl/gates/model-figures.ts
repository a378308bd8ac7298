/** What the price model says that one core is made of: the figures that gates are compared with. Pure. */
import {
  BUILT_PAYLOAD_BITS,
  builtLanes,
  type Chip,
  type Core,
  type CoreNeeds,
  clockLimits,
  controlSize,
  datapathLogic,
  ihpCells,
  type Logic,
  laneMultiplierBits2,
  logicAreaMm2,
  messageBits,
  type Precision,
  queueCosts,
  writePath,
  writeQueueBits,
} from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";

export interface ModelFigures {
  /**
   * Of pipeline stages and words on their way; of the input queue and the write queues; of control. No output queue: an
   * emitted core's spikes leave by a port.
   */
  readonly datapathRegisterBits: number;
  readonly queueRegisterBits: number;
  readonly controlRegisterBits: number;
  /** Products of widths: of the lanes, and of the update units. */
  readonly laneBits2: number;
  readonly updateBits2: number;
  /** Of the table of a cell, per update unit. */
  readonly tableBits: number;
  /** Datapath, queues and control at the chip's node, tables left out. */
  readonly logicAreaMm2: number;
  /**
   * The same without registers, and with what chooses among words of the write queues, which has no price. What is
   * neither adder nor multiplier is in flip-flops.
   */
  readonly combinational: Logic;
  readonly nodeNm: number;
  /** What that area is of. */
  readonly logic: Logic;
  /** The slowest block that is no memory, MHz. */
  readonly clockMhz: number;
}

/**
 * Words that come to a bank's sums in one cycle: a row ends with two; of rows that name their targets there are more.
 */
const SUM_PUSHES = 2;

/**
 * Choices of one bit between two that the write queues of a core with dense rows make (`rtl/lib/write_queue.sv`). A
 * place of a queue keeps its word, or takes one of those that come in a cycle: a choice per bit and comer. The oldest
 * word is chosen among all places: about one per bit. Sums are looked up, too: one more.
 */
function writeQueueChoices(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { stateWords, sumWords, returnDepth, sumsDepth } = writePath(core, precision, needs);
  const { entry } = writeQueueBits(core, precision, needs);
  const back = returnDepth * entry.back * (stateWords + sumWords + 1);
  const sums = sumsDepth * entry.sum * (SUM_PUSHES + 1 + 1);
  return core.stateMemory.banks * (back + sums);
}

export function modelFigures(chip: Chip, core: Core, precision: Precision, needs: CoreNeeds): ModelFigures {
  const logic = datapathLogic(core, precision, needs);
  const message = messageBits(chip, BUILT_PAYLOAD_BITS);
  const queueRegisterBits = message * queueCosts(core.queueKinds.input, core.inputQueue.depth, message, chip.technology).flopEntries;
  const control = controlSize();
  const written = writeQueueBits(core, precision, needs).all;
  const laneBits2 = builtLanes(core, precision, needs) * laneMultiplierBits2(precision.weightBits);
  const whole = { ...logic, registerBits: logic.registerBits + queueRegisterBits + written + control.areaFlops };
  const limit = clockLimits(chip, precision, needs).find(({ block }) => !block.includes("memory"));
  const { "multiplexer of 4": multiplexer, "flip-flop": flop } = ihpCells();
  // a choice of four is three of two
  const choices = (writeQueueChoices(core, precision, needs) * multiplexer.areaUm2) / 3 / flop.areaUm2;
  const combinational = { ...logic, registerBits: control.areaFlops - control.registerBits + choices };
  return {
    datapathRegisterBits: logic.registerBits,
    queueRegisterBits: queueRegisterBits + written,
    controlRegisterBits: control.registerBits,
    laneBits2,
    updateBits2: logic.multiplierBits2 - laneBits2,
    tableBits: core.neuronUpdate.units * powerOfTwo(precision.lutBits) * precision.gateBits,
    logicAreaMm2: logicAreaMm2(whole, chip.technology.nodeNm),
    logic: whole,
    combinational,
    nodeNm: chip.technology.nodeNm,
    clockMhz: limit === undefined ? 0 : 1000 / limit.periodNs,
  };
}
