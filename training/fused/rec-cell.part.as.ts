/** One timestep of rec-v1 and rec-v2: a gate mixes the new value into the hidden state. Source: Ponghiran and Roy, AAAI 2022. */
import { Table } from "../../base/kernel/views.part.as";
import { gate, lanesOr, masked, sigmoid } from "./lanes.part.as";
import { quantiserBackward } from "./spike-quantiser.part.as";

/** rec-v1 and rec-v2, gates [z, c]: z = sigmoid, c = relu, h = (1 - z) c mask + z hPrevious. */
export function recForward(
  rows: i32,
  neurons: i32,
  x: Table<f32>,
  recurrent: Table<f32>,
  gamma: Table<f32>,
  beta: Table<f32>,
  mask: Table<f32>,
  hPrevious: Table<f32>,
  z: Table<f32>,
  c: Table<f32>,
  h: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  let narrow = 0,
    wideRow = 0;
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < neurons; k += 4) {
      const zv = sigmoid(gate(x, recurrent, gamma, beta, wideRow + k, k));
      const cv = f32x4.max(gate(x, recurrent, gamma, beta, wideRow + neurons + k, neurons + k), zero);
      const cm = masked(cv, mask, narrow);
      z.setLanes(narrow, zv);
      c.setLanes(narrow, cv);
      h.setLanes(narrow, f32x4.add(f32x4.mul(f32x4.sub(one, zv), cm), f32x4.mul(zv, lanesOr(hPrevious, narrow, zero))));
      narrow += 4;
    }
    wideRow += 2 * neurons;
  }
}

/** rec-v1 and rec-v2; writes dGate [rows][2 neurons], order [z, c]. */
export function recBackward(
  rows: i32,
  neurons: i32,
  dO: Table<f32>,
  recurrent: Table<f32>,
  a: Table<f32>,
  range: f32,
  push: f32,
  bend: f32,
  z: Table<f32>,
  c: Table<f32>,
  mask: Table<f32>,
  hPrevious: Table<f32>,
  dCarryA: Table<f32>,
  dCarryH: Table<f32>,
  dGate: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  const limit = f32x4.splat(range),
    pushes = f32x4.splat(push),
    bends = f32x4.splat(bend);
  let narrow = 0,
    wide = 0;
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < neurons; k += 4) {
      const spike = f32x4.add(dO.lanes(narrow), lanesOr(recurrent, narrow, zero));
      const da = quantiserBackward(spike, dCarryA.lanes(narrow), a.lanes(narrow), limit, pushes, bends);
      const dh = f32x4.add(da, dCarryH.lanes(narrow));
      const zv = z.lanes(narrow),
        cv = c.lanes(narrow),
        m = lanesOr(mask, narrow, one);
      const leak = f32x4.sub(one, zv);
      dCarryA.setLanes(narrow, da);
      dCarryH.setLanes(narrow, f32x4.mul(dh, zv));
      const dz = f32x4.mul(dh, f32x4.sub(lanesOr(hPrevious, narrow, zero), f32x4.mul(cv, m)));
      dGate.setLanes(wide + k, f32x4.mul(dz, f32x4.mul(zv, leak)));
      dGate.setLanes(wide + neurons + k, v128.and(f32x4.mul(f32x4.mul(dh, leak), m), f32x4.gt(cv, zero)));
      narrow += 4;
    }
    wide += 2 * neurons;
  }
}
