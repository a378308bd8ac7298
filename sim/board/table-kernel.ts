/** Calls with which the host lays out a program in the memory of the compiled board. */

/** A record in the kernel's memory, as the kernel returned it. */
export type Handle = number;

/** Functions of the kernel that tables need; kernel/core-setup.part.as.ts explains each number. */
export interface TableKernel {
  /** Allocates zeroed bytes. Memory may grow: earlier views become invalid. */
  reserve(bytes: number): number;
  setWideRoutes(cores: number, block: number): void;
  setRoutes(starts: number, cores: number, segments: number, block: number, from: number, to: number): void;
  createCores(coreCount: number, blockCount: number, counters: number, events: number, steps: number, trees: number): void;
  addCore(
    position: number,
    id: number,
    slices: number,
    inputDepth: number,
    outputDepth: number,
    overheadCycles: number,
    weightCycles: number,
    drainCycles: number,
    banks: number,
    accessCycles: number,
    units: number,
    intervalCycles: number,
    finishCycles: number,
    updatesTouched: number,
  ): Handle;
  addSlice(
    core: Handle,
    i: number,
    population: number,
    firstNeuron: number,
    neurons: number,
    flits: number,
    routes: number,
    lastRoutes: number,
    requantises: number,
    multiplies: number,
    additions: number,
    lutReads: number,
  ): Handle;
  placePhase(core: Handle, cycle: number): void;
  /** `records`: 1 for all events, 0 for taken messages only. */
  observe(buffer: number, capacity: number, routes: number, records: number): void;
  placeStates(slice: Handle, base: number, itemsPerWord: number, wordsPerItem: number): void;
  placeAccumulators(
    slice: Handle,
    base: number,
    perNeuron: number,
    itemsPerWord: number,
    wordsPerItem: number,
    buffers: number,
    bufferWords: number,
  ): void;
  trackTouched(slice: Handle, units: number, chunkBits: number, chunkCycles: number, setBitCycles: number): void;
  keepStatesAway(core: Handle, slice: Handle, chunkWords: number, lastChunk: number, chunkBits: number, lastChunkBits: number): void;
  /**
   * `neighbours`: their number; `waves`: number of waves whose messages can be in progress; `ends`: cores, and the
   * port.
   */
  waitForSources(core: Handle, neighbours: number, flits: number, waves: number, ends: number): void;
  /** `sends`: 1 if the neighbour sends spikes to the core; `gets`: 1 if it gets spikes from it. */
  linkTo(core: Handle, i: number, id: number, sends: number, gets: number): void;
  setRunAhead(waves: number): void;
  enterFrom(core: Handle, latencyCycles: number): void;
  passLink(slice: Handle, cycles: number, bits: number): void;
  addScan(
    core: Handle,
    isDense: number,
    lookCycles: number,
    setBitCycles: number,
    axons: number,
    laneCycles: number,
    groups: number,
    words: number,
  ): void;
  addAxon(core: Handle, i: number, groups: number, laneCycles: number, dramBits: number): void;
  setAxons(table: number): void;
  prefetchInto(core: Handle, bits: number): void;
  takeInSpecially(core: Handle, drops: number, freezes: number, isAfterPop: number, visibilityCycles: number): void;
  forgoTrees(slice: Handle, isLast: number): void;
  addBlock(
    i: number,
    core: Handle,
    slice: Handle,
    targets: number,
    dramWordBits: number,
    delayWaves: number,
    weights: number,
    groupItems: number,
    beatCycles: number,
    synapseItems: number,
    synapseWords: number,
    rowItems: number,
    rowGroups: number,
    rowWords: number,
    rowReads: number,
    rowCycles: number,
  ): Handle;
  decodeRows(block: Handle, words: number, cycles: number): void;
  generateAddresses(block: Handle): void;
  refetch(block: Handle, weights: number, states: number): void;
  rereadInStalls(core: Handle, weights: number, states: number): void;
  rereadRows(block: Handle, weights: number, states: number): void;
  shareKernel(block: Handle, convolution: number, rowStart: number, sources: number, targets: number, words: number, banks: number): void;
  planCores(): void;
  keepTrees(at: number, scratch: number, destinations: number): void;
  setDram(creditsPerCycle: number, latencyCycles: number, burstBits: number, streamsRows: number): void;
  createBoard(): void;
  readonly COUNTER_COLUMNS: { readonly value: number };
  readonly STEP_WORDS: { readonly value: number };
}
