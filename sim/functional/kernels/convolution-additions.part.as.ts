/** Additions of a convolution's rows, which its kernel gives position by position. Weights of zero change no sum and cause no overflow. */
import { positionsOf } from "../../../base/kernel/convolution.part.as";
import { isBefore, nextInRow, Table } from "../../../base/kernel/views.part.as";
import { addOne, cyclic, wordBits } from "./accumulator.part.as";
import { Event } from "./events.part.as";
import { KERNEL_8, Kernel, Projection } from "./projection.part.as";

/** `exact`: no partial sum can leave the accumulators' range. */
@inline
function addRows<Weight>(acc: Table<i32>, projection: Kernel<Weight>, events: Event, end: Event, exact: bool): void {
  const shape = projection.convolution;
  const offsets = shape.offsets,
    places = shape.places;
  const area = shape.targetArea,
    taps = shape.taps,
    channels = shape.targets;
  const word = wordBits,
    wraps = cyclic;
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const source = <i32>e.neuron;
    const count = positionsOf(shape, source);
    const channel = source / shape.sourceArea;
    const q = e.payload;
    let weights = projection.weights.from(channel * channels * taps);
    let sums = acc.from((channel / shape.sources) * channels * area);
    for (let o = 0; o < channels; o++) {
      for (let p = 0; p < count; p++) {
        const sum = sums.place(offsets[p]);
        const product = weights.times(places[p], q);
        if (exact) sum.value += product;
        else addOne(sum, product, word, wraps);
      }
      sums = sums.from(area);
      weights = weights.from(taps);
    }
  }
}

/** Adds the rows of a projection that is a convolution. */
export function addKernel(acc: Table<i32>, projection: Projection, events: Event, end: Event, exact: bool): void {
  if (projection.kind == KERNEL_8) {
    const narrow = changetype<Kernel<i8>>(projection);
    if (exact) addRows<i8>(acc, narrow, events, end, true);
    else addRows<i8>(acc, narrow, events, end, false);
  } else {
    const wide = changetype<Kernel<i16>>(projection);
    if (exact) addRows<i16>(acc, wide, events, end, true);
    else addRows<i16>(acc, wide, events, end, false);
  }
}
