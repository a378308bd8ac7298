/** Common part of all loops: flits enter, pass and leave a router of the compiled kernel. */
import { BUFFERED, FREED, noteFlit, observesFlits, SENT } from "./noc-events.part.as";
import { routerOf } from "./noc-places.part.as";
import { Input, OutputVc, Port, Router } from "./noc-records.part.as";
import { ringMask } from "./noc-settings.part.as";
import { cycle, putFlit } from "./noc-wheel.part.as";

/** List-based loops: a flit has entered a router. */
@inline
export function enter(router: Router): void {
  const inside = router.flits;
  router.flits = inside + 1;
  const since = router.since;
  router.since = inside == 0 ? <u32>cycle : since;
}

/** List-based loops: a flit has left a router, which counts as awake until it is empty. */
@inline
export function leave(router: Router): void {
  const inside = router.flits - 1;
  router.flits = inside;
  const awake = <i32>(<u32>cycle + 1 - router.since);
  // no branch, which could not be predicted
  router.awakeCycles += <i64>(inside == 0 ? awake : 0);
}

/** For recordings: a flit is in the buffer of an input from this cycle on. */
@inline
export function noteArrival(input: Input): void {
  if (observesFlits) noteFlit(BUFFERED, routerOf(input).number, <i32>input.port, <i32>input.vc);
}

/** Removes the flit at the front of a buffer; returns the number of flits left. */
@inline
export function drop(input: Input): i32 {
  input.front = <u16>((<i32>input.front + 1) & ringMask);
  const left = <i32>input.count - 1;
  input.count = <u16>left;
  if (observesFlits) noteFlit(FREED, routerOf(input).number, <i32>input.port, <i32>input.vc);
  return left;
}

/** Writes a flit to the buffer behind output VC `output`, and announces its arrival. */
@inline
export function forward(out: Port, output: OutputVc, flit: u32): void {
  out.flits++;
  if (observesFlits) noteFlit(SENT, routerOf(output).number, <i32>output.port, <i32>output.vc);
  const target = output.target;
  const input = changetype<Input>(target & ~1);
  const write = <i32>input.write;
  input.buffer[write] = flit;
  input.write = <u16>((write + 1) & ringMask);
  putFlit(<i32>out.flitCycles, target);
}
