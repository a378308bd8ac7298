/** One timestep of lif: the synaptic current leaks and drives the membrane. Source: Ponghiran and Roy, AAAI 2022. */
import { Table } from "../../base/kernel/views.part.as";
import { affine, lanesOr, masked } from "./lanes.part.as";
import { quantiserBackward } from "./spike-quantiser.part.as";

/** lif, gate [i]: h = gate mask + tau hPrevious (h is the synaptic current). */
export function lifForward(
  rows: i32,
  neurons: i32,
  x: Table<f32>,
  gamma: Table<f32>,
  beta: Table<f32>,
  mask: Table<f32>,
  tau: Table<f32>,
  hPrevious: Table<f32>,
  h: Table<f32>,
): void {
  const zero = f32x4.splat(0);
  let narrow = 0;
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < neurons; k += 4) {
      const iv = affine(x, gamma, beta, narrow, k);
      const im = masked(iv, mask, narrow);
      h.setLanes(narrow, f32x4.add(im, f32x4.mul(tau.lanes(k), lanesOr(hPrevious, narrow, zero))));
      narrow += 4;
    }
  }
}

/** lif; writes dGate [rows][neurons] and adds to dTau [neurons]. */
export function lifBackward(
  rows: i32,
  neurons: i32,
  dO: Table<f32>,
  a: Table<f32>,
  range: f32,
  push: f32,
  bend: f32,
  mask: Table<f32>,
  tau: Table<f32>,
  hPrevious: Table<f32>,
  dCarryA: Table<f32>,
  dCarryH: Table<f32>,
  dGate: Table<f32>,
  dTau: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  const limit = f32x4.splat(range),
    pushes = f32x4.splat(push),
    bends = f32x4.splat(bend);
  let narrow = 0;
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < neurons; k += 4) {
      const da = quantiserBackward(dO.lanes(narrow), dCarryA.lanes(narrow), a.lanes(narrow), limit, pushes, bends);
      const di = f32x4.add(da, dCarryH.lanes(narrow));
      dCarryA.setLanes(narrow, da);
      dCarryH.setLanes(narrow, f32x4.mul(di, tau.lanes(k)));
      dGate.setLanes(narrow, f32x4.mul(di, lanesOr(mask, narrow, one)));
      dTau.setLanes(k, f32x4.add(dTau.lanes(k), f32x4.mul(di, lanesOr(hPrevious, narrow, zero))));
      narrow += 4;
    }
  }
}
