/**
 * Records of the compiled cores and the tables of their program, their fields as byte offsets. Times are i64 cycles; NEVER: none.
 * The rules are those of core.ts, soma.ts, accumulate.ts, outlet.ts, message-queue.ts and state-memory.ts; names follow them.
 */
export const NEVER: i64 = i64.MAX_VALUE;

// Core, by lines of 64 bytes: first what a message needs that comes to an idle core.
export const S_NEXT: usize = 0; // i64 cycle in which the soma is due, the synapse unit
export const Y_NEXT: usize = 8;
export const Y_FREE: usize = 16; // i64 of the synapse unit's last message: its row is done, its pipeline drained
export const Y_DRAINED: usize = 24;
export const Y_DRAINING: usize = 32; // i64 cycles between messages in which the pipeline drained, not yet in the counters
export const S_SERVED: usize = 40; // i64
export const S_ASK: usize = 48;
export const S_SLICE: usize = 56; // slice that is being updated, 0: none left
export const Y_TAKEN: usize = 60; // u32 messages taken, not yet in the counters
// Core: input queue.
export const Q_STORED: usize = 64; // u32
export const Q_COMMITTED: usize = 68;
export const Q_FIRST: usize = 72;
export const Q_RING: usize = 76; // messages: 2 x entry + mac
export const Q_MASK: usize = 80;
export const Q_DEPTH: usize = 84;
// Core: synapse unit's times, i32.
export const Y_OVERHEAD: usize = 88;
export const Y_LATENCY: usize = 92;
export const Y_DRAIN: usize = 96;
// Core: the open spike.
export const O_ENTRY: usize = 100; // i32
export const O_ENTRY_END: usize = 104;
export const O_LOOP_ENTRY: usize = 108;
export const O_MAC: usize = 112; // i32 its payload is no unit
export const C_ID: usize = 116; // i32
// Core: states, u8.
export const O_OPEN: usize = 120;
export const O_WANTS_LOOPBACK: usize = 121;
export const O_LOOPED_BACK: usize = 122;
export const S_TOUCHED: usize = 123; // the policy is `touched`
export const S_BLOCKED_OUTPUT: usize = 124;
export const S_BLOCKED_LOOPBACK: usize = 125;
export const Y_IN_ROW: usize = 126;
export const S_WAITING: usize = 127; // a finished spike has packets left, and holds up the requests
// Core: outlet and finished batches.
export const S_DONE: usize = 128; // i64
export const O_HOME: usize = 136; // the core's record in the network
export const O_FLITS: usize = 140; // i32
export const O_SENT: usize = 144; // u32 packets sent, not yet in the counters
export const O_ROUTE: usize = 148; // i32
export const O_TREE: usize = 152; // where the open spike's slice keeps its tree
export const S_HEAD: usize = 156; // u32 ring of batches with spikes
export const S_TAIL: usize = 160;
export const S_RING: usize = 164;
export const S_RING_MASK: usize = 168;
export const C_POSITION: usize = 172; // i32
export const C_OUTPUT_DEPTH: usize = 176;
// Core: state memory; counters [CORE_COUNTERS].
export const M_FREE: usize = 180; // i64 a bank
export const M_BANKS: usize = 184; // i32
export const M_ACCESS: usize = 188;
// Core: soma.
export const S_RESULT: usize = 192; // i64
export const S_STALL_STATE: usize = 200;
export const S_STALL_OUTPUT: usize = 208;
export const S_BATCH: usize = 216; // i32 next batch of its plan
export const S_EVENT: usize = 220; // i32 next trace event of its neurons, and their end
export const S_EVENT_END: usize = 224;
export const S_OFFSET: usize = 228; // i32 words to the wave's accumulator buffer
export const S_INTERVAL: usize = 232; // i32
export const S_LATENCY: usize = 236;
export const S_UNITS: usize = 240;
export const S_SLICES: usize = 244; // first slice, and the end of the last
export const S_SLICES_END: usize = 248;
export const C_COUNTERS: usize = 252;
export const Y_PATIENCE: usize = 292; // i32 cycles that a message may wait that is taken ahead, negative: none is
// Core: row of the synapse unit.
export const Y_UNDISTURBED: usize = 256; // i64
export const Y_SEGMENT: usize = 264; // i32 number, and the end of the last
export const Y_SEGMENT_END: usize = 268;
export const Y_BLOCK: usize = 272;
export const Y_ITEM: usize = 276; // i32
export const Y_ITEM_END: usize = 280;
export const Y_BASE: usize = 284;
export const Y_LAST_WORD: usize = 288;
export const CORE_SIZE: usize = 320;

// Slice.
export const L_FIRST: usize = 0; // i32 first neuron, neurons
export const L_NEURONS: usize = 4;
export const L_POPULATION: usize = 8;
export const L_STATE_BASE: usize = 12;
export const L_BASE: usize = 16; // of accumulator buffer 0
export const L_BUFFER_WORDS: usize = 20;
export const L_BUFFERS: usize = 24;
export const L_ACCUMULATORS: usize = 28; // a neuron
export const L_STATE_ITEMS: usize = 32; // packing of states, of accumulators: items a word, words an item
export const L_STATE_WORDS: usize = 36;
export const L_ITEMS: usize = 40;
export const L_WORDS: usize = 44;
export const L_FLITS: usize = 48;
export const L_ROUTES: usize = 52; // first route of the population's neurons, and in the last step
export const L_LAST_ROUTES: usize = 56;
export const L_MULTIPLIES: usize = 60;
export const L_ADDITIONS: usize = 64;
export const L_LUT_READS: usize = 68;
// Plan of the wave: (last neuron, end of its ranges) a batch; (first word, last word) a range, bit 31 of the first: of an accumulator buffer.
export const L_BATCHES: usize = 72;
export const L_UPDATED: usize = 76; // i32 neurons
export const L_PLAN_WORDS: usize = 80; // i32
export const L_PLAN: usize = 84;
export const L_RANGES: usize = 88;
export const L_NOW: usize = 92; // u8 a neuron, 0: does not track; marks [buffers][neurons]; order i32 [neurons]
export const L_MARKS: usize = 96;
export const L_ORDER: usize = 100;
export const L_ACTIVE: usize = 104; // u8 the wave's step
export const L_LAST: usize = 105;
export const L_EVENT: usize = 108; // i32
export const L_EVENT_END: usize = 112;
export const L_TREES: usize = 116; // trees of all steps but the last, and of the last; 0: none yet; NO_TREE: its neurons have routes of their own
export const SLICE_SIZE: usize = 128;
export const NO_TREE: u32 = 1;

// Block: what a whole dense row takes, then the rest.
export const B_ROW_CYCLES: usize = 0; // i64
export const B_TARGETS: usize = 8; // u32 a synapse of the projection, neuron of the population; 0: dense
export const B_DRAM_WORD: usize = 12; // i32 bits of a word of rows in DRAM; 0: on the chip
export const B_ROWS: usize = 16; // u32 dense rows taken, not yet in the counters: of adds, of macs
export const B_SLICE: usize = 24;
export const B_DELAY: usize = 28;
export const B_WEIGHTS: usize = 32;
export const B_ROW_ITEMS: usize = 36;
export const B_GROUP: usize = 40;
export const B_BEAT: usize = 44;
export const B_ROW_GROUPS: usize = 48;
export const B_ROW_WORDS: usize = 52;
export const B_SYNAPSE_ITEMS: usize = 56; // packing of the synapse memory
export const B_SYNAPSE_WORDS: usize = 60;
export const B_ROW_READS: usize = 64; // words of the synapse memory of a dense row
export const B_CORE: usize = 68;
export const BLOCK_SIZE: usize = 128;

// Ring entry: cycle, events, slice.
export const F_CYCLE: usize = 0;
export const F_FROM: usize = 8;
export const F_END: usize = 12;
export const F_SLICE: usize = 16;
export const RING_SIZE: usize = 32;

// Population in a wave, i32 each: active, first, last, events.
export const W_ACTIVE: usize = 0;
export const W_FIRST: usize = 4;
export const W_LAST: usize = 8;
export const W_EVENT: usize = 12;
export const W_EVENT_END: usize = 16;
export const POPULATION_SIZE: usize = 32;

/** Counters, f64 each, as CORE_COUNTERS orders them. */
export const SYNAPSE_READS: usize = 0;
export const STATE_READS: usize = 8;
export const STATE_WRITES: usize = 16;
export const INPUT_PUSHES: usize = 24;
export const INPUT_POPS: usize = 32;
export const OUTPUT_PUSHES: usize = 40;
export const OUTPUT_POPS: usize = 48;
export const SYNAPTIC_MACS: usize = 56;
export const SYNAPTIC_ADDS: usize = 64;
export const ELEMENT_MULTIPLIES: usize = 72;
export const ELEMENT_ADDS: usize = 80;
export const LUT_READS: usize = 88;
export const NEURON_UPDATES: usize = 96;
export const SPIKES_SENT: usize = 104;
export const PACKETS_SENT: usize = 112;
export const SPIKES_RECEIVED: usize = 120;
export const SYNAPSE_BUSY: usize = 128;
export const SYNAPSE_OVERHEAD: usize = 136;
export const SYNAPSE_STALL_STATE: usize = 144;
export const SYNAPSE_STALL_MEMORY: usize = 152;
export const SOMA_BUSY: usize = 168;
export const SOMA_STALL_STATE: usize = 176;
export const SOMA_STALL_OUTPUT: usize = 184;
export const DRAM_BITS: usize = 200;
export const SYNAPSE_STALL_DRAM: usize = 208;

/** Tables of the program, as program.ts describes them: u32 [routes + 1], u16 [entries], u32 [entries + 1], u16, u32, u32 [segments]. */
export let entryStart: usize = 0;
export let entryCore: usize = 0;
export let segmentStart: usize = 0; // 0: every entry has one segment
export let segmentBlock: usize = 0;
export let segmentFrom: usize = 0;
export let segmentTo: usize = 0;
export let blocks: usize = 0;
export let blocksEnd: usize = 0;
/** u32 [events] 2 x neuron + mac */
export let events: usize = 0;
/** [populations][8] i32, what they do in a wave. */
export let populations: usize = 0;
export let multicast: bool = false;

export function setRoutes(starts: usize, cores: usize, segments: usize, block: usize, from: usize, to: usize): void {
  entryStart = starts;
  entryCore = cores;
  segmentStart = segments;
  segmentBlock = block;
  segmentFrom = from;
  segmentTo = to;
}

export function setTables(blocksAt: usize, manyBlocks: i32, eventsAt: usize, populationsAt: usize, trees: i32): void {
  blocks = blocksAt;
  blocksEnd = blocksAt + <usize>manyBlocks * BLOCK_SIZE;
  events = eventsAt;
  populations = populationsAt;
  multicast = trees != 0;
}

/** Element `i` of a u32 table. */
@inline
export function at32(table: usize, i: i32): i32 {
  return load<i32>(table + (<usize>i << 2));
}

@inline
export function blockOf(segment: i32): usize {
  return blocks + <usize>load<u16>(segmentBlock + (<usize>segment << 1)) * BLOCK_SIZE;
}

@inline
export function add(core: usize, column: usize, many: i64): void {
  const at = <usize>load<u32>(core, C_COUNTERS) + column;
  store<f64>(at, load<f64>(at) + <f64>many);
}

@inline
export function neuronOf(event: i32): i32 {
  return <i32>(load<u32>(events + (<usize>event << 2)) >> 1);
}

@inline
export function field(record: usize, offset: usize): usize {
  return <usize>load<u32>(record + offset);
}

/** Quotient of small numbers that are mostly powers of two. */
@inline
export function quotient(a: i32, b: i32): i32 {
  return (b & (b - 1)) == 0 ? a >> ctz(b) : a / b;
}

@inline
export function remainder(a: i32, b: i32): i32 {
  return (b & (b - 1)) == 0 ? a & (b - 1) : a % b;
}

/** State memory: queues words `first .. last` at `cycle`; returns the first cycle after their service (`done` if that is later). */
export function request(core: usize, cycle: i64, first: i32, last: i32, done: i64): i64 {
  const banks = load<i32>(core, M_BANKS);
  const access = <i64>load<i32>(core, M_ACCESS);
  const free = field(core, M_FREE);
  let end = done;
  let bank = remainder(first, banks);
  for (let word = first; word <= last; word++) {
    const at = free + (<usize>bank << 3);
    const until = max(load<i64>(at), cycle) + access;
    store<i64>(at, until);
    if (until > end) end = until;
    if (++bank == banks) bank = 0;
  }
  return end;
}
