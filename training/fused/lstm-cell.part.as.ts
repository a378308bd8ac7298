/** One timestep of lstm without peepholes. */
import { Table } from "../../base/kernel/views.part.as";
import { gate, lanesOr, masked, sigmoid, tanh } from "./lanes.part.as";

/** lstm, gates [i, f, g, o] kept in `gates` [rows][4 neurons]: c = f cPrevious + i g mask, h = o tanh(c). */
export function lstmForward(
  rows: i32,
  neurons: i32,
  x: Table<f32>,
  recurrent: Table<f32>,
  gamma: Table<f32>,
  beta: Table<f32>,
  mask: Table<f32>,
  cPrevious: Table<f32>,
  gates: Table<f32>,
  c: Table<f32>,
  h: Table<f32>,
): void {
  const zero = f32x4.splat(0);
  let narrow = 0,
    row = 0;
  for (let b = 0; b < rows; b++) {
    for (let k = 0; k < neurons; k += 4) {
      const iv = sigmoid(gate(x, recurrent, gamma, beta, row + k, k));
      const fv = sigmoid(gate(x, recurrent, gamma, beta, row + neurons + k, neurons + k));
      const gv = tanh(gate(x, recurrent, gamma, beta, row + 2 * neurons + k, 2 * neurons + k));
      const ov = sigmoid(gate(x, recurrent, gamma, beta, row + 3 * neurons + k, 3 * neurons + k));
      gates.setLanes(row + k, iv);
      gates.setLanes(row + neurons + k, fv);
      gates.setLanes(row + 2 * neurons + k, gv);
      gates.setLanes(row + 3 * neurons + k, ov);
      const gm = masked(gv, mask, narrow);
      const cv = f32x4.add(f32x4.mul(fv, lanesOr(cPrevious, narrow, zero)), f32x4.mul(iv, gm));
      c.setLanes(narrow, cv);
      h.setLanes(narrow, f32x4.mul(ov, tanh(cv)));
      narrow += 4;
    }
    row += 4 * neurons;
  }
}

/** lstm; writes dGate [rows][4 neurons], order [i, f, g, o]. */
export function lstmBackward(
  rows: i32,
  neurons: i32,
  dO: Table<f32>,
  recurrent: Table<f32>,
  gates: Table<f32>,
  c: Table<f32>,
  mask: Table<f32>,
  cPrevious: Table<f32>,
  dCarryC: Table<f32>,
  dGate: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0);
  let narrow = 0,
    row = 0;
  for (let b = 0; b < rows; b++) {
    for (let k = 0; k < neurons; k += 4) {
      const dh = f32x4.add(dO.lanes(narrow), lanesOr(recurrent, narrow, zero));
      const iv = gates.lanes(row + k),
        fv = gates.lanes(row + neurons + k);
      const gv = gates.lanes(row + 2 * neurons + k),
        ov = gates.lanes(row + 3 * neurons + k);
      const m = lanesOr(mask, narrow, one),
        tc = tanh(c.lanes(narrow));
      const dc = f32x4.add(dCarryC.lanes(narrow), f32x4.mul(f32x4.mul(dh, ov), f32x4.sub(one, f32x4.mul(tc, tc))));
      const slopeI = f32x4.mul(iv, f32x4.sub(one, iv)),
        slopeF = f32x4.mul(fv, f32x4.sub(one, fv));
      dGate.setLanes(row + k, f32x4.mul(f32x4.mul(dc, f32x4.mul(gv, m)), slopeI));
      dGate.setLanes(row + neurons + k, f32x4.mul(f32x4.mul(dc, lanesOr(cPrevious, narrow, zero)), slopeF));
      dGate.setLanes(row + 2 * neurons + k, f32x4.mul(f32x4.mul(dc, f32x4.mul(iv, m)), f32x4.sub(one, f32x4.mul(gv, gv))));
      dGate.setLanes(row + 3 * neurons + k, f32x4.mul(f32x4.mul(dh, tc), f32x4.mul(ov, f32x4.sub(one, ov))));
      dCarryC.setLanes(narrow, f32x4.mul(dc, fv));
      narrow += 4;
    }
    row += 4 * neurons;
  }
}
