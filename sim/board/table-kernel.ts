/** The calls by which the host lays a program out in the memory of the compiled board. */

/** A record in the kernel's memory, as the kernel returned it. */
export type Handle = number;

/** What the tables need of the kernel; the meaning of each number: kernel/core-setup.part.as.ts. */
export interface TableKernel {
  /** Bytes that are 0. Memory may have grown: views made before are void. */
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
  /** `records`: 1 for all events, 0 for messages that are taken. */
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
  /** `neighbours`: how many; `waves`: of so many messages can be under way; `ends`: cores, and the port. */
  waitForSources(core: Handle, neighbours: number, flits: number, waves: number, ends: number): void;
  /** 1 for what a neighbour does: it sends spikes, it gets some. */
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
  refetch(block: Handle, weights: number, states: number): void;
  rereadInStalls(core: Handle, weights: number, states: number): void;
  rereadRows(block: Handle, weights: number, states: number): void;
  shareKernel(block: Handle, convolution: number, rowStart: number, sources: number, targets: number, words: number, banks: number): void;
  planCores(): void;
  keepTrees(at: number, scratch: number, destinations: number): void;
  setDram(creditsPerCycle: number, latencyCycles: number, burstBits: number): void;
  createBoard(): void;
  readonly COUNTER_COLUMNS: { readonly value: number };
  readonly STEP_WORDS: { readonly value: number };
}
