/**
 * Single rules of the SNE slice, each replaced by a fault: the way of words to the data path; sections 1 to 7 of its
 * specification.
 */
import { DATA_PATH_FAULTS } from "./data-path-faults.js";
import { of } from "./fault-rows.js";
import type { Fault } from "./mutant.js";

const STREAM_FAULTS: readonly Fault[] = [
  ...of(1, "sne-words.ts", [
    [
      "x and y are exchanged",
      "export const yOf = (word: number): number => (word >>> 8) & 0xff;",
      "export const yOf = (word: number): number => word & 0xff;",
    ],
    ["a channel has seven bits", "(word >>> 16) & 0xff", "(word >>> 16) & 0x7f & 0x0f"],
    ["a step has 8 bits", "word & 0xfff_ffff", "word & 0xff"],
    ["an idle word is an error", "op === OP.idle || op === OP.spike", "op === OP.spike"],
    ["an update is no spike event", "op === OP.wipe || op === OP.update;\n/** Operations", "op === OP.wipe;\n/** Operations"],
    ["an accumulate is no spike event", "op === OP.accumulate || op === OP.wipe", "op === OP.wipe"],
    ["a synch is an error", "op === OP.time || op === OP.synch", "op === OP.time"],
    ["a refresh is no sweep", "op === OP.wipe || op === OP.update;\n\nexport const hex8", "op === OP.wipe;\n\nexport const hex8"],
    [
      "a reset is no sweep",
      "(op: number): boolean => op === OP.wipe || op === OP.update;\n\n",
      "(op: number): boolean => op === OP.update;\n\n",
    ],
    ["a packet's length has 8 bits", "header & 0xffff", "header & 0xff"],
  ]),
  ...of(3, "packet-router.ts", [
    ["a packet's words wait one cycle less", 'return "VERIFY";\n      case "VERIFY"', 'return "ROUTE";\n      case "VERIFY"'],
    ["verify takes a cycle more", "this.durations.verifyCycles)", "this.durations.verifyCycles + 1)"],
    ["close takes a cycle more", "this.durations.closeCycles)", "this.durations.closeCycles + 1)"],
    ["an end word also ends a memory packet", "!this.isToMemory && opOf(word) === OP.end", "opOf(word) === OP.end"],
    ["a packet ends a word early", ">= lengthOf(this.header)", ">= lengthOf(this.header) - 1"],
    [
      "an engine packet ends at its end word alone",
      "return this.forwarded >= lengthOf(this.header);",
      "return this.isToMemory && this.forwarded >= lengthOf(this.header);",
    ],
    ["a word is presented in the cycle of the transfer before", "this.lastTransfer + 1", "this.lastTransfer + 2"],
    ["the header is read when the packet is closed", "this.forwarded = 0;\n        return", "return"],
  ]),
  ...of(4, "parts/crossing-queue.ts", [
    [
      "the source sees the output's counter a cycle earlier",
      "this.isReady = this.written - this.readBefore[this.shape.flops - 1]",
      "this.isReady = this.written - (this.readBefore[this.shape.flops - 2] ?? this.read)",
    ],
    [
      "the output sees the source's counter a cycle earlier",
      "this.writtenBefore[this.shape.flops - 1] !== this.read",
      "(this.writtenBefore[this.shape.flops - 2] ?? this.written) !== this.read",
    ],
    [
      "a pop makes room in the register in the same cycle",
      "const isMoving = ",
      "this.isLoading ||= this.isTaken && this.writtenBefore[this.shape.flops - 1] !== this.read && this.held <= this.shape.registerWords;\n    const isMoving = ",
    ],
    ["the register holds a word less", "this.held < this.shape.registerWords;", "this.held < Math.max(1, this.shape.registerWords - 1);"],
    ["a queue is one word deeper", "< this.shape.depth;\n  }", "< this.shape.depth + 1;\n  }"],
  ]),
  ...of(5, "event-filters.ts", [
    ["steps are inserted from the step itself", "timeOf(word) > this.current + 1;", "timeOf(word) > this.current + 2;"],
    ["the target of an insertion is passed on too", "this.current + 1 > this.target", "this.current > this.target"],
    ["a repeated step passes", "timeOf(word) === this.current &&", "timeOf(word) === this.current - 1 &&"],
    ["step 0 is dropped at once", "(timeOf(word) !== 0 || this.hasSeenZero)", "true"],
    ["step 0 always passes", "(timeOf(word) !== 0 || this.hasSeenZero)", "timeOf(word) !== 0"],
    [
      "insertion cannot be switched off",
      "return this.isEnabled && isTime(word) && timeOf(word) > ",
      "return isTime(word) && timeOf(word) > ",
    ],
    [
      "a passed step is not remembered",
      "      this.nextCurrent = timeOf(word);\n",
      "      this.nextCurrent = this.isEnabled ? this.current : timeOf(word);\n",
    ],
    ["a refresh every 128 steps", "(timeOf(word) & 0xff) === 0 &&", "(timeOf(word) & 0x7f) === 0 &&"],
    ["a refresh before step 0", "&& timeOf(word) !== 0;\n  }\n\n  word()", ";\n  }\n\n  word()"],
    ["refresh cannot be switched off", 'return this.isEnabled && this.state === "PASS"', 'return this.state === "PASS"'],
    ["a refresh follows its step", 'this.state === "REFRESH" ? "ALLOW" : "PASS"', '"PASS"'],
    [
      "the filter keeps steps",
      "if (this.box === null || word === NONE) return false;",
      "if (this.box === null || word === NONE || isTime(word)) return false;",
    ],
    ["the filter's low x is not in the box", "xOf(word) < lowX", "xOf(word) <= lowX"],
    ["the filter's high y is not bounded", " || yOf(word) > highY", ""],
    ["the filter's low y is not in the box", "yOf(word) < lowY", "yOf(word) <= lowY"],
    ["the filter's high x is not in the box", "xOf(word) > highX", "xOf(word) >= highX"],
  ]),
  ...of(5, "slice.ts", [
    [
      "the filter stands before the insertions",
      "new RefreshInsertion(timeInsertion, chip.refresh_insertion)",
      "new RefreshInsertion(new SpikeFilter(timeInsertion, chip.spike_filter ? filterBox(layout) : null), chip.refresh_insertion)",
    ],
    ["the filter's box is one cluster's", "highX: of(2).highX", "highX: of(0).highX"],
  ]),
  ...of(6, "event-router.ts", [
    ["RESET costs no cycle", 'this.source.word() === NONE ? "RESET" : "FETCH"', 'this.source.word() === NONE ? "RESET" : this.fetch()'],
    ["an error goes on with FETCH", 'this.source.take();\n        return "RESET";', 'this.source.take();\n        return "FETCH";'],
    ["DONE takes a cycle more", "this.stayed + 1 < this.options.doneCycles", "this.stayed < this.options.doneCycles"],
    ["FETCH takes a cycle more", "this.stayed + 1 < this.options.fetchCycles", "this.stayed < this.options.fetchCycles"],
    ["an event is done without grant", "this.sequencer().isDone && this.grant.isGranted(cycle)", "this.sequencer().isDone"],
    [
      "the data path keeps the event while it is taken",
      'const isSeen = this.state === "SPIKE";',
      'const isSeen = this.state === "SPIKE" || this.state === "DONE";',
    ],
    ["the idle event keeps its channel", "this.channel = isSeen ? channelOf(word) : 0;", "this.channel = channelOf(word);"],
  ]),
  ...of(7, "event-router.ts", [
    ["a receiver may take an event again", "if (this.takes[i]) this.hasTaken[i] = true;", "if (this.takes[i]) this.hasTaken[i] = false;"],
    [
      "SYNCH goes to all, in a fully connected layer too",
      "receiver === FULLY_CONNECTED || !this.options.isFullyConnected || opOf(this.word) !== OP.synch",
      "true",
    ],
    [
      "SYNCH goes to its sequencer alone in every layer",
      "!this.options.isFullyConnected || opOf(this.word) !== OP.synch",
      "opOf(this.word) !== OP.synch",
    ],
    ["SYNCH sets the time", "if (isDone && opOf(this.word) === OP.time) this.nextTime", "if (isDone) this.nextTime"],
    ["the time is stable from the start", "nextStable = false;", "nextStable = true;"],
    [
      "the time stays stable while a step is taken",
      "this.nextStable = isDone;",
      "this.nextStable = this.nextStable || isDone;",
      "it is asked for in WAIT only, which no sequencer is in while a step is taken",
    ],
  ]),
  ...of(7, "mapper.ts", [
    ["a step is held without room", "this.haveRoom && this.isResting()", "this.isResting()"],
    ["a step does not wait for the sequencer", "this.haveRoom && this.isResting()", "this.haveRoom"],
    [
      "HOLD is left without room",
      "if (this.haveRoom) this.next",
      "this.next",
      "nothing is pushed between PASS and HOLD, as all sequencers rest and the event before was granted",
    ],
    ["HOLD is left out", 'this.next = "HOLD"', 'this.next = "EMIT"'],
    [
      "spikes pass while a step is held",
      'return this.state === "PASS";\n  }\n\n  /** Whether',
      'return this.state !== "EMIT";\n  }\n\n  /** Whether',
    ],
    ["a SYNCH leaves as itself", "timeWord(timeOf(this.pending() ?? 0))", "this.pending() ?? 0"],
    ["a spike's row is within its cluster", "row + lowY", "row"],
    ["a spike's column is within its cluster", "column + lowX", "column"],
  ]),
  ...of(7, "slice.ts", [["all clusters send the first quarter's channel", "layout.channels[quarterOf(chip, g)]", "layout.channels[0]"]]),
];

export const FAULTS: readonly Fault[] = [...STREAM_FAULTS, ...DATA_PATH_FAULTS];
