/**
 * Addresses of the records of the compiled network kernel, and the globals that hold sizes.
 *
 * A router is aligned to its power-of-two size, so its address follows from that of any record inside: its fields, inputs (one per virtual channel), branches,
 * ports, output VCs, VC grants. The branches of noc-tree follow their input, those of noc-general are an array of their own.
 */
import { Bits, recordAt } from "../../../base/kernel/views.part.as";
import { GeneralBranch, GeneralRouter, Home, Input, OutputVc, Router, SourceVc, TreeBranch } from "./noc-records.part.as";

/** Sizes that do not change after `create`. */
export let PORTS: i32 = 0;
export let VCS: i32 = 0;
export let BRANCHES: i32 = 0;
export let INPUTS: i32 = 0;
export let CORES: i32 = 0;
export let ROUTERS: i32 = 0;
/** One VC, one output per packet, RC of at most one cycle, VA of one: the loop of noc-single.part.as.ts. */
export let SINGLE: bool = false;
/** The same with multicast: the loop of noc-tree.part.as.ts. */
export let TREES: bool = false;
/** Several VCs, one output per packet, the same pipeline: the loop of noc-virtual.part.as.ts. */
export let VIRTUAL: bool = false;
/** A router record has 1 << ROUTER_SHIFT bytes; the mask selects the router's part of an address. */
export let ROUTER_SHIFT: i32 = 0;
let ROUTER_MASK: usize = 0;
/** Offsets of the parts of a router. */
let PORT_AT: usize = 0;
let OUTPUT_AT: usize = 0;
let GRANT_AT: usize = 0;
/** Bytes of an input and its branches. */
let INPUT_BYTES: usize = 0;
export let CORE_BYTES: usize = 0;
/** Number of branches of all inputs of a router. */
export let REQUESTERS: i32 = 0;
/** Words of the general loop's sets of branches, and of inputs. */
export let BRANCH_WORDS: i32 = 0;
export let INPUT_WORDS: i32 = 0;

const INPUT_SHIFT: usize = 5;
const INPUT_SIZE: usize = 32;
const BRANCH_SHIFT: usize = 5;
const PORT_SHIFT: usize = 5;
const OUTPUT_SHIFT: usize = 4;
const TREE_BRANCH_SHIFT: usize = 4;
/** Offset of the inputs in list-based loops. */
const LISTED_AT: usize = (offsetof<Router>() + 31) & ~31;
/** Offset of the sets in the general loop. */
const SETS_AT: usize = (offsetof<GeneralRouter>() + 7) & ~7;
/** A multiple of an output VC's size, so that the output VCs behind it are aligned. */
const HOME_BYTES: usize = (offsetof<Home>() + 15) & ~15;
let INPUT_AT: usize = 0;
let BRANCH_AT: usize = 0;
/** Largest number of ports of a router in list-based loops: one bit each. */
const MOST_LISTED_PORTS = 30;

/**
 * Sets all sizes for a network with or without links that take several cycles per flit; returns the bytes of a router, which may be too many for an address.
 */
export function setSizes(
  routers: i32,
  ports: i32,
  vcs: i32,
  branches: i32,
  cores: i32,
  routingCycles: i32,
  vcCycles: i32,
  slowLinks: bool,
): u64 {
  ROUTERS = routers;
  PORTS = ports;
  VCS = vcs;
  BRANCHES = branches;
  CORES = cores;
  INPUTS = ports * vcs;
  const plain = !slowLinks && routingCycles <= 1 && vcCycles == 1 && ports <= MOST_LISTED_PORTS;
  SINGLE = plain && vcs == 1 && branches == 1;
  TREES = plain && vcs == 1 && branches > 1;
  VIRTUAL = plain && vcs > 1 && branches == 1 && INPUTS <= 64 && vcs <= 16;
  const listed = SINGLE || TREES || VIRTUAL;
  REQUESTERS = INPUTS * branches;
  BRANCH_WORDS = (REQUESTERS + 63) >> 6;
  INPUT_WORDS = (INPUTS + 63) >> 6;
  INPUT_BYTES = listed ? INPUT_SIZE + (TREES ? (<usize>branches) << TREE_BRANCH_SHIFT : 0) : offsetof<Input>();
  INPUT_AT = listed ? LISTED_AT : (SETS_AT + 16 * <usize>(BRANCH_WORDS + INPUT_WORDS) + 31) & ~31;
  BRANCH_AT = (INPUT_AT + INPUT_BYTES * <usize>INPUTS + 31) & ~31;
  PORT_AT = BRANCH_AT + (listed ? 0 : (<usize>REQUESTERS) << BRANCH_SHIFT);
  OUTPUT_AT = PORT_AT + ((<usize>ports) << PORT_SHIFT);
  GRANT_AT = OUTPUT_AT + ((<usize>INPUTS) << OUTPUT_SHIFT);
  CORE_BYTES = HOME_BYTES + ((<usize>vcs) << OUTPUT_SHIFT);
  const bytes = <i32>GRANT_AT + 8 * INPUTS;
  ROUTER_SHIFT = 32 - clz(bytes - 1);
  ROUTER_MASK = (<usize>-1) << ROUTER_SHIFT;
  return (<u64>1) << ROUTER_SHIFT;
}

/** The router of any record inside it. */
@inline
export function routerOf<Record>(record: Record): Router {
  return changetype<Router>(changetype<usize>(record) & ROUTER_MASK);
}

/** Router `r` of the array that begins at `first`. */
@inline
export function routerAt(first: usize, r: i32): Router {
  return recordAt<Router>(first, (<usize>r) << ROUTER_SHIFT);
}

/** Input by number, in any loop. */
@inline
export function inputAt(router: Router, number: i32): Input {
  return recordAt<Input>(changetype<usize>(router) + INPUT_AT, INPUT_BYTES * <usize>number);
}

/** Input by number in list-based loops, whose inputs have no branches. */
@inline
export function listedInput<Kind>(router: Router, number: i32): Kind {
  return recordAt<Kind>(changetype<usize>(router) + LISTED_AT, (<usize>number) << INPUT_SHIFT);
}

/** The input with the VC number `vcs` higher, of the same port. */
@inline
export function vcBehindInput(input: Input, vcs: i32): Input {
  return recordAt<Input>(changetype<usize>(input), INPUT_BYTES * <usize>vcs);
}

@inline
export function treeBranch(input: Input, branch: i32): TreeBranch {
  return recordAt<TreeBranch>(changetype<usize>(input), INPUT_SIZE + ((<usize>branch) << TREE_BRANCH_SHIFT));
}

/** Branch by number, in the general loop. */
@inline
export function branchAt(router: Router, number: i32): GeneralBranch {
  return recordAt<GeneralBranch>(changetype<usize>(router) + BRANCH_AT, (<usize>number) << BRANCH_SHIFT);
}

@inline
export function generalBranch(input: Input, branch: i32): GeneralBranch {
  return branchAt(routerOf(input), <i32>input.number * BRANCHES + branch);
}

@inline
export function portAt<Kind>(router: Router, port: i32): Kind {
  return recordAt<Kind>(changetype<usize>(router) + PORT_AT, (<usize>port) << PORT_SHIFT);
}

@inline
export function vcAt<Kind>(router: Router, output: i32): Kind {
  return recordAt<Kind>(changetype<usize>(router) + OUTPUT_AT, (<usize>output) << OUTPUT_SHIFT);
}

/** Number of an output VC in its router. */
@inline
export function numberOfVc(router: Router, output: OutputVc): i32 {
  return <i32>((changetype<usize>(output) - changetype<usize>(router) - OUTPUT_AT) >> OUTPUT_SHIFT);
}

/** The output VC with the number `vcs` higher, of the same port. */
@inline
export function creditsBehind<Kind>(first: Kind, vcs: i32): Kind {
  return recordAt<Kind>(changetype<usize>(first), (<usize>vcs) << OUTPUT_SHIFT);
}

/** Address of the pairs of VC allocation. */
@inline
export function grantsOf<Kind>(router: Router): Kind {
  return recordAt<Kind>(changetype<usize>(router), GRANT_AT);
}

/** Set of the general loop that begins `words` words after the first set. */
@inline
export function setBehind(router: Router, words: i32): Bits {
  return recordAt<Bits>(changetype<usize>(router) + SETS_AT, (<usize>words) << 3);
}

/** Output VC of a core's source. */
@inline
export function sourceVc(home: Home, vc: i32): SourceVc {
  return recordAt<SourceVc>(changetype<usize>(home) + HOME_BYTES, (<usize>vc) << OUTPUT_SHIFT);
}
