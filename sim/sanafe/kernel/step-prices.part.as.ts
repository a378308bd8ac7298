/** Energies of a step's counts: counts times the description's energies in J, summed in a fixed order. */
import { behind, countOf } from "../../../base/kernel/views.part.as";
import {
  dendriteUnitCount,
  dendriteUnits,
  somaUnitCount,
  somaUnits,
  standingDendriteJ,
  standingSomaJ,
  standingSynapseJ,
  synapseUnitCount,
  synapseUnits,
  usedCoreCount,
  usedCores,
  usedTileCount,
  usedTiles,
} from "./step-setup.part.as";

export function synapseJ(): f64 {
  let sum = standingSynapseJ;
  for (let i = 0; i < synapseUnitCount; i++) {
    const unit = behind(synapseUnits, i);
    sum += unit.events * unit.eventJ;
  }
  return sum;
}

export function dendriteJ(): f64 {
  let sum = standingDendriteJ;
  for (let i = 0; i < dendriteUnitCount; i++) {
    const unit = behind(dendriteUnits, i);
    sum += unit.updates * unit.updateJ;
  }
  return sum;
}

export function somaJ(): f64 {
  let sum = standingSomaJ;
  for (let i = 0; i < somaUnitCount; i++) {
    const unit = behind(somaUnits, i);
    sum += unit.accesses * unit.accessJ;
    sum += unit.updates * unit.updateJ;
    sum += unit.spikes * unit.spikeJ;
  }
  return sum;
}

/** Energy of messages, then of hops towards tiles. */
export function networkJ(): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    sum += <f64>core.messagesIn * core.messageInJ + <f64>countOf(core.firstMessage, core.endMessage) * core.messageOutJ;
  }
  for (let i = 0; i < usedTileCount; i++) {
    const tile = usedTiles[i];
    sum += tile.northHops * tile.northJ;
    sum += tile.eastHops * tile.eastJ;
    sum += tile.southHops * tile.southJ;
    sum += tile.westHops * tile.westJ;
  }
  return sum;
}
