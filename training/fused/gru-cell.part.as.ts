/** One timestep of gru; its reset gate applies after the recurrent product. */
import { Table } from "../../base/kernel/views.part.as";
import { affine, gate, lanesOr, masked, sigmoid, tanh } from "./lanes.part.as";

/** gru, gates [r, z, n]: n = tanh(gate_n + r (U_n h)), h = (1 - z) n mask + z hPrevious; `un` stores U_n h. */
export function gruForward(
  rows: i32,
  neurons: i32,
  x: Table<f32>,
  recurrent: Table<f32>,
  gamma: Table<f32>,
  beta: Table<f32>,
  mask: Table<f32>,
  hPrevious: Table<f32>,
  r: Table<f32>,
  z: Table<f32>,
  n: Table<f32>,
  un: Table<f32>,
  h: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  let narrow = 0,
    row = 0;
  for (let b = 0; b < rows; b++) {
    for (let k = 0; k < neurons; k += 4) {
      const rv = sigmoid(gate(x, recurrent, gamma, beta, row + k, k));
      const zv = sigmoid(gate(x, recurrent, gamma, beta, row + neurons + k, neurons + k));
      const uv = lanesOr(recurrent, row + 2 * neurons + k, zero);
      const nv = tanh(f32x4.add(affine(x, gamma, beta, row + 2 * neurons + k, 2 * neurons + k), f32x4.mul(rv, uv)));
      r.setLanes(narrow, rv);
      z.setLanes(narrow, zv);
      n.setLanes(narrow, nv);
      un.setLanes(narrow, uv);
      const nm = masked(nv, mask, narrow);
      h.setLanes(narrow, f32x4.add(f32x4.mul(f32x4.sub(one, zv), nm), f32x4.mul(zv, lanesOr(hPrevious, narrow, zero))));
      narrow += 4;
    }
    row += 3 * neurons;
  }
}

/** gru; dGate is the gradient of the input product, dRecurrent that of the recurrent product (they differ in n), both [rows][3 neurons]. */
export function gruBackward(
  rows: i32,
  neurons: i32,
  dO: Table<f32>,
  recurrent: Table<f32>,
  r: Table<f32>,
  z: Table<f32>,
  n: Table<f32>,
  un: Table<f32>,
  mask: Table<f32>,
  hPrevious: Table<f32>,
  dCarryH: Table<f32>,
  dGate: Table<f32>,
  dRecurrent: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  let narrow = 0,
    row = 0;
  for (let b = 0; b < rows; b++) {
    for (let k = 0; k < neurons; k += 4) {
      const dh = f32x4.add(f32x4.add(dO.lanes(narrow), lanesOr(recurrent, narrow, zero)), dCarryH.lanes(narrow));
      const rv = r.lanes(narrow),
        zv = z.lanes(narrow),
        nv = n.lanes(narrow),
        m = lanesOr(mask, narrow, one);
      const leak = f32x4.sub(one, zv);
      const dn = f32x4.mul(f32x4.mul(f32x4.mul(dh, leak), m), f32x4.sub(one, f32x4.mul(nv, nv)));
      const dz = f32x4.mul(f32x4.mul(dh, f32x4.sub(lanesOr(hPrevious, narrow, zero), f32x4.mul(nv, m))), f32x4.mul(zv, leak));
      const dr = f32x4.mul(f32x4.mul(dn, un.lanes(narrow)), f32x4.mul(rv, f32x4.sub(one, rv)));
      dGate.setLanes(row + k, dr);
      dGate.setLanes(row + neurons + k, dz);
      dGate.setLanes(row + 2 * neurons + k, dn);
      dRecurrent.setLanes(row + k, dr);
      dRecurrent.setLanes(row + neurons + k, dz);
      dRecurrent.setLanes(row + 2 * neurons + k, f32x4.mul(dn, rv));
      dCarryH.setLanes(narrow, f32x4.mul(dh, zv));
      narrow += 4;
    }
    row += 3 * neurons;
  }
}
