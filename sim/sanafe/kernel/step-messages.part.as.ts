/**
 * A step's messages, one per firing neuron and destination core: by source core and, within a core, in the order in which they are generated. Seconds for which
 * cores work on messages and on neurons; counts by unit.
 */
import { behind, countOf, isNone } from "../../../base/kernel/views.part.as";
import { addEvents, addPlainEvents } from "./step-dendrites.part.as";
import { Axon, Core, Message, Tile } from "./step-records.part.as";
import {
  dendritesOf,
  dendriteUnitCount,
  dendriteUnits,
  endAxons,
  firstAxons,
  isPlain,
  messages,
  neurons,
  pending,
  somaUnitCount,
  somaUnits,
  spikes,
  status,
  synapseUnitCount,
  synapseUnits,
  targetOf,
  unitsOfSynapses,
  usedCoreCount,
  usedCores,
  usedTileCount,
  usedTiles,
  works,
} from "./step-setup.part.as";
import { FIRED, IDLE, updateRow } from "./step-somas.part.as";

/** End of the messages of this step. */
export let endOfMessages: Message = messages;
export let fired: i32 = 0;
/** Neurons whose soma did an update, including those that fired. */
export let updated: i32 = 0;
export let hops: i64 = 0;
export let events: i64 = 0;

/** Prepares for the next step. */
export function clearStep(): void {
  endOfMessages = messages;
  fired = 0;
  updated = 0;
  hops = 0;
  events = 0;
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    core.messagesIn = 0;
    core.processedS = 0;
  }
  for (let i = 0; i < usedTileCount; i++) {
    const tile = usedTiles[i];
    tile.northHops = 0;
    tile.eastHops = 0;
    tile.southHops = 0;
    tile.westHops = 0;
  }
  for (let i = 0; i < synapseUnitCount; i++) behind(synapseUnits, i).events = 0;
  for (let i = 0; i < dendriteUnitCount; i++) {
    const unit = behind(dendriteUnits, i);
    unit.updates = unit.standing;
  }
  for (let i = 0; i < somaUnitCount; i++) {
    const unit = behind(somaUnits, i);
    unit.updates = 0;
    unit.spikes = 0;
  }
}

/** Begins the core's messages of this step. */
export function beginMessages(core: Core): void {
  core.firstMessage = endOfMessages;
}

/** Adds its next message, ready `readyS` after the step's start. */
@inline
export function push(core: Core, axon: Axon, readyS: f64): void {
  const message = endOfMessages;
  message.axon = axon;
  message.source = core;
  message.readyS = readyS;
  endOfMessages = behind(message, 1);
  axon.delivery.target.messagesIn++;
}

/** Ends its messages and its neuron phase. */
export function endMessages(core: Core, generatedS: f64): void {
  core.endMessage = endOfMessages;
  core.generatedS = generatedS;
}

/** Counts the work of a core's somas, and adds the messages of those that fired. */
export function neuronPhase(core: Core): void {
  const outS = core.outS;
  const isLate = core.isLate;
  beginMessages(core);
  // delay since this core's last message
  let sinceS: f64 = 0;
  let generatedS: f64 = 0;
  for (let place = core.from; place < core.end; place++) {
    if (isLate) {
      if (!pending[place]) continue;
      pending[place] = false;
    } else {
      sinceS += secondsOf(place);
      if (status[place] != FIRED) continue;
    }
    const end = endAxons[place];
    for (let axon = firstAxons[place]; changetype<usize>(axon) < changetype<usize>(end); axon = behind(axon, 1)) {
      generatedS += sinceS + outS;
      sinceS = 0;
      push(core, axon, generatedS);
    }
  }
  endMessages(core, generatedS + sinceS);
}

/** Counts the work of a neuron; returns the seconds of its units after the buffer. */
@inline
function secondsOf(place: i32): f64 {
  const did = <i32>status[place];
  const work = works[place];
  if (did == IDLE) return work.idleS;
  updated++;
  const soma = work.soma;
  soma.updates += 1;
  if (did != FIRED) return work.updatedS;
  spikes[fired++] = neurons[place];
  soma.spikes += 1;
  return work.firedS;
}

/** Delivers the messages to their cores. */
export function messagePhase(): void {
  const plain = isPlain();
  for (let message = messages; changetype<usize>(message) < changetype<usize>(endOfMessages); message = behind(message, 1)) {
    const axon = message.axon;
    const delivery = axon.delivery;
    const target = delivery.target;
    countHops(message.source.tile, target.tile);
    target.processedS += delivery.processingS;
    const from = axon.firstSynapse;
    const end = behind(axon, 1).firstSynapse;
    countEvents(target, from, end);
    if (plain) addPlainEvents(from, end);
    else addEvents(from, end);
  }
}

/** Adds a message's path, X first, then Y; a hop counts at the tile to which it leads. */
@inline
function countHops(from: Tile, to: Tile): void {
  if (changetype<usize>(from) == changetype<usize>(to)) return;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  if (dy > 0) to.northHops += <f64>dy;
  else to.southHops += <f64>-dy;
  if (dx > 0) to.eastHops += <f64>dx;
  else to.westHops += <f64>-dx;
  hops += abs(dx) + abs(dy);
}

@inline
function countEvents(target: Core, from: i32, end: i32): void {
  const count = end - from;
  events += count;
  if (!isNone(target.synapse)) target.synapse.events += <f64>count;
  else for (let s = from; s < end; s++) unitsOfSynapses[s].events += 1;
  if (!target.runsDendrite) return;
  if (!isNone(target.dendrite)) target.dendrite.updates += <f64>count;
  else for (let s = from; s < end; s++) dendritesOf[targetOf(s)].updates += 1;
}

/** Somas before the buffer: they run after all messages have arrived, and see them at once. Their spikes are sent in the next step. */
export function lateSomas(core: Core, step: i32): void {
  for (let row = core.firstRow; changetype<usize>(row) < changetype<usize>(core.endRow); row = behind(row, 1)) updateRow(row, step);
  let closingS: f64 = 0;
  for (let place = core.from; place < core.end; place++) {
    closingS += secondsOf(place);
    if (status[place] == FIRED) pending[place] = true;
  }
  core.closingS = closingS;
  core.processedS += closingS;
}

export function messageCount(): i32 {
  return countOf(messages, endOfMessages);
}
