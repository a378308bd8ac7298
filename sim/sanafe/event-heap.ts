/** Events in order of time, at the same time of their number; a binary heap in two arrays. */
export class EventHeap {
  size = 0;
  private readonly times: Float64Array;
  private readonly events: Int32Array;

  constructor(most: number) {
    this.times = new Float64Array(most);
    this.events = new Int32Array(most);
  }

  /** Of the first event. */
  get time(): number {
    return this.times[0];
  }

  get event(): number {
    return this.events[0];
  }

  push(time: number, event: number): void {
    const { times, events } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(time, event, times[parent], events[parent])) break;
      times[at] = times[parent];
      events[at] = events[parent];
      at = parent;
    }
    times[at] = time;
    events[at] = event;
  }

  pop(): void {
    const last = --this.size;
    if (last > 0) this.replace(this.times[last], this.events[last]);
  }

  /** Takes the first event and puts another in: one way down instead of two. */
  replace(time: number, event: number): void {
    const { times, events, size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(times[child + 1], events[child + 1], times[child], events[child])) child++;
      if (!isBefore(times[child], events[child], time, event)) break;
      times[at] = times[child];
      events[at] = events[child];
      at = child;
    }
    times[at] = time;
    events[at] = event;
  }
}

function isBefore(time: number, event: number, otherTime: number, otherEvent: number): boolean {
  return time < otherTime || (time === otherTime && event < otherEvent);
}
