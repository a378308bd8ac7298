/** One timestep of alif: a leaky membrane whose threshold adapts. Source: Bellec et al., NeurIPS 2018, as in arch/cells/alif.ts. */
import { Table } from "../../base/kernel/views.part.as";
import { gate, lanesOr, masked } from "./lanes.part.as";
import { penaltySlope } from "./spike-quantiser.part.as";

/**
 * alif, gate [i]: b = rho bPrevious + jump |oPrevious|, a = tau (aPrevious - oPrevious) + gate mask; the quantiser
 * takes u = sign(a) max(0, |a| - b).
 */
export function alifForward(
  rows: i32,
  neurons: i32,
  x: Table<f32>,
  recurrent: Table<f32>,
  gamma: Table<f32>,
  beta: Table<f32>,
  mask: Table<f32>,
  tau: Table<f32>,
  rho: Table<f32>,
  jump: Table<f32>,
  aPrevious: Table<f32>,
  bPrevious: Table<f32>,
  oPrevious: Table<f32>,
  a: Table<f32>,
  b: Table<f32>,
  u: Table<f32>,
): void {
  const zero = f32x4.splat(0),
    signs = f32x4.splat(-0.0);
  let narrow = 0;
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < neurons; k += 4) {
      const iv = gate(x, recurrent, gamma, beta, narrow, k);
      const im = masked(iv, mask, narrow);
      const o = lanesOr(oPrevious, narrow, zero);
      const av = f32x4.add(im, f32x4.mul(tau.lanes(k), f32x4.sub(lanesOr(aPrevious, narrow, zero), o)));
      const bv = f32x4.add(f32x4.mul(rho.lanes(k), lanesOr(bPrevious, narrow, zero)), f32x4.mul(jump.lanes(k), f32x4.abs(o)));
      a.setLanes(narrow, av);
      b.setLanes(narrow, bv);
      u.setLanes(narrow, v128.or(f32x4.max(zero, f32x4.sub(f32x4.abs(av), bv)), v128.and(av, signs)));
      narrow += 4;
    }
  }
}

/**
 * alif; dCarryA holds the gradient of the residual a - o, dCarryB that of the next step's b. Writes dGate
 * [rows][neurons] and adds to the gradients of the parameters [neurons].
 */
export function alifBackward(
  rows: i32,
  neurons: i32,
  dO: Table<f32>,
  recurrent: Table<f32>,
  a: Table<f32>,
  b: Table<f32>,
  u: Table<f32>,
  o: Table<f32>,
  range: f32,
  push: f32,
  bend: f32,
  mask: Table<f32>,
  tau: Table<f32>,
  rho: Table<f32>,
  jump: Table<f32>,
  aPrevious: Table<f32>,
  bPrevious: Table<f32>,
  oPrevious: Table<f32>,
  dCarryA: Table<f32>,
  dCarryB: Table<f32>,
  dGate: Table<f32>,
  dTau: Table<f32>,
  dRho: Table<f32>,
  dJump: Table<f32>,
): void {
  const one = f32x4.splat(1),
    zero = f32x4.splat(0),
    signs = f32x4.splat(-0.0);
  const limit = f32x4.splat(range),
    pushes = f32x4.splat(push),
    bends = f32x4.splat(bend);
  let narrow = 0;
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < neurons; k += 4) {
      const ov = o.lanes(narrow),
        uv = u.lanes(narrow),
        av = a.lanes(narrow);
      const dResidual = dCarryA.lanes(narrow),
        dRaised = dCarryB.lanes(narrow);
      const raise = v128.and(v128.xor(f32x4.mul(jump.lanes(k), dRaised), v128.and(ov, signs)), f32x4.ne(ov, zero));
      const spike = f32x4.sub(f32x4.add(f32x4.add(dO.lanes(narrow), lanesOr(recurrent, narrow, zero)), raise), dResidual);
      const du = f32x4.add(v128.and(spike, f32x4.le(f32x4.abs(uv), limit)), penaltySlope(uv, pushes, bends));
      const through = v128.and(du, f32x4.gt(f32x4.abs(av), b.lanes(narrow)));
      const da = f32x4.add(dResidual, through);
      const db = f32x4.sub(f32x4.mul(rho.lanes(k), dRaised), v128.xor(through, v128.and(av, signs)));
      const before = lanesOr(oPrevious, narrow, zero);
      const residual = f32x4.sub(lanesOr(aPrevious, narrow, zero), before);
      dGate.setLanes(narrow, f32x4.mul(da, lanesOr(mask, narrow, one)));
      dTau.setLanes(k, f32x4.add(dTau.lanes(k), f32x4.mul(da, residual)));
      dRho.setLanes(k, f32x4.add(dRho.lanes(k), f32x4.mul(db, lanesOr(bPrevious, narrow, zero))));
      dJump.setLanes(k, f32x4.add(dJump.lanes(k), f32x4.mul(db, f32x4.abs(before))));
      dCarryA.setLanes(narrow, f32x4.mul(da, tau.lanes(k)));
      dCarryB.setLanes(narrow, db);
      narrow += 4;
    }
  }
}
