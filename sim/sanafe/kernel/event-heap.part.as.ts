/** Events in order of time, then of their number; a binary heap. */
import { row } from "../../../base/kernel/heap.part.as";
import { behind, none } from "../../../base/kernel/views.part.as";

@unmanaged
class Entry {
  time: f64;
  event: i32;
}

let heap: Entry = none<Entry>();
export let heapSize: i32 = 0;

export function setHeap(most: i32): void {
  heap = row<Entry>(most);
}

/** Time of the first event. */
@inline
export function firstTime(): f64 {
  return heap.time;
}

@inline
export function firstEvent(): i32 {
  return heap.event;
}

@inline
function isSooner(time: f64, event: i32, other: Entry): bool {
  return time < other.time || (time == other.time && event < other.event);
}

@inline
function write(entry: Entry, time: f64, event: i32): void {
  entry.time = time;
  entry.event = event;
}

export function pushEvent(time: f64, event: i32): void {
  let at = heapSize++;
  while (at > 0) {
    const parent = behind(heap, (at - 1) >> 1);
    if (!isSooner(time, event, parent)) break;
    write(behind(heap, at), parent.time, parent.event);
    at = (at - 1) >> 1;
  }
  write(behind(heap, at), time, event);
}

export function popEvent(): void {
  const last = behind(heap, --heapSize);
  if (heapSize > 0) replaceEvent(last.time, last.event);
}

/** Replaces the first event by another, with one pass down the heap instead of two. */
export function replaceEvent(time: f64, event: i32): void {
  let at = 0;
  for (let next = 1; next < heapSize; next = 2 * at + 1) {
    let child = behind(heap, next);
    if (next + 1 < heapSize && isSooner(behind(child, 1).time, behind(child, 1).event, child)) {
      next++;
      child = behind(child, 1);
    }
    if (!(child.time < time || (child.time == time && child.event < event))) break;
    write(behind(heap, at), child.time, child.event);
    at = next;
  }
  write(behind(heap, at), time, event);
}
