/** What a core counts, as the host reads it: a column per counter. */

/** Counters of a core in the order of CORE_COUNTERS. */
@unmanaged
export class Counters {
  synapseReads: f64;
  stateReads: f64;
  stateWrites: f64;
  inputPushes: f64;
  inputPops: f64;
  outputPushes: f64;
  outputPops: f64;
  synapticMacs: f64;
  synapticAdds: f64;
  elementMultiplies: f64;
  elementAdds: f64;
  lutReads: f64;
  neuronUpdates: f64;
  spikesSent: f64;
  packetsSent: f64;
  spikesReceived: f64;
  synapseBusy: f64;
  synapseOverhead: f64;
  synapseStallState: f64;
  synapseStallMemory: f64;
  synapseIdle: f64;
  somaBusy: f64;
  somaStallState: f64;
  somaStallOutput: f64;
  somaIdle: f64;
  dramBits: f64;
  synapseStallDram: f64;
  dramStateBits: f64;
  somaStallDram: f64;
  synapseRereads: f64;
  stateRereads: f64;
  requantisations: f64;
  decodedWeights: f64;
  generatedAddresses: f64;
  parameterReads: f64;
  active: f64; // filled in by the host, as the next
  resting: f64;
}
