/**
 * One timestep of every recurrent cell, forward and backward, element-wise over [rows][neurons] (rows = utterances still running).
 * Shapes: x is the normalised input product [rows][gates * neurons], recurrent the product of the previous step's output with U, same shape
 * (0 = none), gamma and beta [gates * neurons], mask [rows][neurons] (0 = none). Neurons are a multiple of 4. A previous-step pointer of 0
 * stands for zeros. Carries (dCarry*) [rows][neurons] hold the gradient that flows to the previous step and are updated in place.
 * Source: Ponghiran and Roy, AAAI 2022 (lif, rec); Bellec et al., NeurIPS 2018, as in arch/cells/alif.ts (alif); gru: reset gate after the recurrent product; lstm: no peepholes.
 */

@inline function expOf(v: v128): v128 {
  const x = f32x4.min(f32x4.max(v, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

@inline function sigmoid(v: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, expOf(f32x4.neg(v))));
}

@inline function tanh(v: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.splat(2), sigmoid(f32x4.add(v, v))), f32x4.splat(1));
}

@inline function at(pointer: usize, offset: usize, otherwise: v128): v128 {
  return pointer ? v128.load(pointer + offset) : otherwise;
}

@inline function gate(x: usize, recurrent: usize, gamma: usize, beta: usize, wide: usize, column: usize): v128 {
  const affine = f32x4.add(f32x4.mul(v128.load(x + wide), v128.load(gamma + column)), v128.load(beta + column));
  return recurrent ? f32x4.add(affine, v128.load(recurrent + wide)) : affine;
}

/** rec-v1 and rec-v2, gates [z, c]: z = sigmoid, c = relu, h = (1 - z) c mask + z hPrevious. */
export function recForward(
  rows: i32, neurons: i32, x: usize, recurrent: usize, gamma: usize, beta: usize, mask: usize, hPrevious: usize,
  z: usize, c: usize, h: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0);
  let narrow: usize = 0, wideRow: usize = 0;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const zv = sigmoid(gate(x, recurrent, gamma, beta, wideRow + k, k));
      const cv = f32x4.max(gate(x, recurrent, gamma, beta, wideRow + bytes + k, bytes + k), zero);
      const cm = mask ? f32x4.mul(cv, v128.load(mask + narrow)) : cv;
      v128.store(z + narrow, zv);
      v128.store(c + narrow, cv);
      v128.store(h + narrow, f32x4.add(f32x4.mul(f32x4.sub(one, zv), cm), f32x4.mul(zv, at(hPrevious, narrow, zero))));
      narrow += 16;
    }
    wideRow += bytes << 1;
  }
}

/** lif, gate [i]: h = gate mask + tau hPrevious (h is the synaptic current). */
export function lifForward(
  rows: i32, neurons: i32, x: usize, gamma: usize, beta: usize, mask: usize, tau: usize, hPrevious: usize, h: usize,
): void {
  const bytes = <usize>neurons << 2, zero = f32x4.splat(0);
  let narrow: usize = 0;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const iv = gate(x, 0, gamma, beta, narrow, k);
      const im = mask ? f32x4.mul(iv, v128.load(mask + narrow)) : iv;
      v128.store(h + narrow, f32x4.add(im, f32x4.mul(v128.load(tau + k), at(hPrevious, narrow, zero))));
      narrow += 16;
    }
  }
}

/** a = aPrevious - oPrevious + h over `count` values; extremes [2] (minimum, maximum) are widened to hold a. */
export function accumulate(count: i32, h: usize, aPrevious: usize, oPrevious: usize, a: usize, extremes: usize): void {
  let low = v128.load_splat<f32>(extremes), high = v128.load_splat<f32>(extremes + 4);
  const end = <usize>count << 2;
  for (let k: usize = 0; k < end; k += 16) {
    let v = v128.load(h + k);
    if (aPrevious) v = f32x4.add(f32x4.sub(v128.load(aPrevious + k), v128.load(oPrevious + k)), v);
    v128.store(a + k, v);
    low = f32x4.min(low, v);
    high = f32x4.max(high, v);
  }
  store<f32>(extremes, min(min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)), min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3))));
  store<f32>(extremes + 4, max(max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)), max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3))));
}

/** o = q / scale with q = trunc(scale clamp(a, -range, range)), 0 where |q| <= theta. */
export function quantise(count: i32, a: usize, range: f32, scale: f32, theta: f32, o: usize): void {
  const end = <usize>count << 2;
  const high = f32x4.splat(range), low = f32x4.splat(-range), s = f32x4.splat(scale), limit = f32x4.splat(theta);
  for (let k: usize = 0; k < end; k += 16) {
    const q = f32x4.trunc(f32x4.mul(s, f32x4.max(low, f32x4.min(high, v128.load(a + k)))));
    const fires = f32x4.gt(f32x4.abs(q), limit);
    v128.store(o + k, v128.and(f32x4.div(q, s), fires));
  }
}

/**
 * Through quantiser and soft reset, straight-through inside the clamp. dO (and recurrent, 0 = none) meet the carried gradient of the residual:
 * da = dCarryA + (dO + recurrent - dCarryA) [|a| <= range] + penalty sign(a).
 */
@inline function quantiserBackward(spike: v128, carry: v128, a: v128, range: v128, penalty: v128): v128 {
  const inside = f32x4.le(f32x4.abs(a), range);
  const through = v128.and(f32x4.sub(spike, carry), inside);
  const zero = f32x4.splat(0);
  const sign = v128.or(v128.and(f32x4.gt(a, zero), penalty), v128.and(f32x4.lt(a, zero), f32x4.neg(penalty)));
  return f32x4.add(f32x4.add(carry, through), sign);
}

/** rec-v1 and rec-v2; writes dGate [rows][2 neurons], order [z, c]. */
export function recBackward(
  rows: i32, neurons: i32, dO: usize, recurrent: usize, a: usize, range: f32, penalty: f32, z: usize, c: usize, mask: usize,
  hPrevious: usize, dCarryA: usize, dCarryH: usize, dGate: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0);
  const limit = f32x4.splat(range), push = f32x4.splat(penalty);
  let narrow: usize = 0, wide: usize = 0;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const spike = f32x4.add(v128.load(dO + narrow), at(recurrent, narrow, zero));
      const da = quantiserBackward(spike, v128.load(dCarryA + narrow), v128.load(a + narrow), limit, push);
      const dh = f32x4.add(da, v128.load(dCarryH + narrow));
      const zv = v128.load(z + narrow), cv = v128.load(c + narrow), m = at(mask, narrow, one);
      const leak = f32x4.sub(one, zv);
      v128.store(dCarryA + narrow, da);
      v128.store(dCarryH + narrow, f32x4.mul(dh, zv));
      const dz = f32x4.mul(dh, f32x4.sub(at(hPrevious, narrow, zero), f32x4.mul(cv, m)));
      v128.store(dGate + wide + k, f32x4.mul(dz, f32x4.mul(zv, leak)));
      v128.store(dGate + wide + bytes + k, v128.and(f32x4.mul(f32x4.mul(dh, leak), m), f32x4.gt(cv, zero)));
      narrow += 16;
    }
    wide += bytes << 1;
  }
}

/** lif; writes dGate [rows][neurons] and adds to dTau [neurons]. */
export function lifBackward(
  rows: i32, neurons: i32, dO: usize, a: usize, range: f32, penalty: f32, mask: usize, tau: usize, hPrevious: usize,
  dCarryA: usize, dCarryH: usize, dGate: usize, dTau: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0);
  const limit = f32x4.splat(range), push = f32x4.splat(penalty);
  let narrow: usize = 0;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const da = quantiserBackward(v128.load(dO + narrow), v128.load(dCarryA + narrow), v128.load(a + narrow), limit, push);
      const di = f32x4.add(da, v128.load(dCarryH + narrow));
      v128.store(dCarryA + narrow, da);
      v128.store(dCarryH + narrow, f32x4.mul(di, v128.load(tau + k)));
      v128.store(dGate + narrow, f32x4.mul(di, at(mask, narrow, one)));
      v128.store(dTau + k, f32x4.add(v128.load(dTau + k), f32x4.mul(di, at(hPrevious, narrow, zero))));
      narrow += 16;
    }
  }
}

/**
 * alif, gate [i]: b = rho bPrevious + jump |oPrevious|, a = tau (aPrevious - oPrevious) + gate mask; u = sign(a) max(0, |a| - b) is what the
 * quantiser takes.
 */
export function alifForward(
  rows: i32, neurons: i32, x: usize, recurrent: usize, gamma: usize, beta: usize, mask: usize, tau: usize, rho: usize, jump: usize,
  aPrevious: usize, bPrevious: usize, oPrevious: usize, a: usize, b: usize, u: usize,
): void {
  const bytes = <usize>neurons << 2, zero = f32x4.splat(0), signs = f32x4.splat(-0.0);
  let narrow: usize = 0;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const iv = gate(x, recurrent, gamma, beta, narrow, k);
      const im = mask ? f32x4.mul(iv, v128.load(mask + narrow)) : iv;
      const o = at(oPrevious, narrow, zero);
      const av = f32x4.add(im, f32x4.mul(v128.load(tau + k), f32x4.sub(at(aPrevious, narrow, zero), o)));
      const bv = f32x4.add(f32x4.mul(v128.load(rho + k), at(bPrevious, narrow, zero)), f32x4.mul(v128.load(jump + k), f32x4.abs(o)));
      v128.store(a + narrow, av);
      v128.store(b + narrow, bv);
      v128.store(u + narrow, v128.or(f32x4.max(zero, f32x4.sub(f32x4.abs(av), bv)), v128.and(av, signs)));
      narrow += 16;
    }
  }
}

/**
 * alif; dCarryA holds the gradient of the residual a - o, dCarryB that of the next step's b. Writes dGate [rows][neurons] and adds to the
 * parameters' gradients [neurons].
 */
export function alifBackward(
  rows: i32, neurons: i32, dO: usize, recurrent: usize, a: usize, b: usize, u: usize, o: usize, range: f32, penalty: f32, mask: usize,
  tau: usize, rho: usize, jump: usize, aPrevious: usize, bPrevious: usize, oPrevious: usize,
  dCarryA: usize, dCarryB: usize, dGate: usize, dTau: usize, dRho: usize, dJump: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0), signs = f32x4.splat(-0.0);
  const limit = f32x4.splat(range), push = f32x4.splat(penalty);
  let narrow: usize = 0;
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const ov = v128.load(o + narrow), uv = v128.load(u + narrow), av = v128.load(a + narrow);
      const dResidual = v128.load(dCarryA + narrow), dRaised = v128.load(dCarryB + narrow);
      const raise = v128.and(v128.xor(f32x4.mul(v128.load(jump + k), dRaised), v128.and(ov, signs)), f32x4.ne(ov, zero));
      const spike = f32x4.sub(f32x4.add(f32x4.add(v128.load(dO + narrow), at(recurrent, narrow, zero)), raise), dResidual);
      const pushed = v128.and(v128.or(push, v128.and(uv, signs)), f32x4.ne(uv, zero));
      const du = f32x4.add(v128.and(spike, f32x4.le(f32x4.abs(uv), limit)), pushed);
      const through = v128.and(du, f32x4.gt(f32x4.abs(av), v128.load(b + narrow)));
      const da = f32x4.add(dResidual, through);
      const db = f32x4.sub(f32x4.mul(v128.load(rho + k), dRaised), v128.xor(through, v128.and(av, signs)));
      const before = at(oPrevious, narrow, zero);
      const residual = f32x4.sub(at(aPrevious, narrow, zero), before);
      v128.store(dGate + narrow, f32x4.mul(da, at(mask, narrow, one)));
      v128.store(dTau + k, f32x4.add(v128.load(dTau + k), f32x4.mul(da, residual)));
      v128.store(dRho + k, f32x4.add(v128.load(dRho + k), f32x4.mul(db, at(bPrevious, narrow, zero))));
      v128.store(dJump + k, f32x4.add(v128.load(dJump + k), f32x4.mul(db, f32x4.abs(before))));
      v128.store(dCarryA + narrow, f32x4.mul(da, v128.load(tau + k)));
      v128.store(dCarryB + narrow, db);
      narrow += 16;
    }
  }
}

/** gru, gates [r, z, n]: n = tanh(gate_n + r (U_n h)), h = (1 - z) n mask + z hPrevious; `un` keeps U_n h. */
export function gruForward(
  rows: i32, neurons: i32, x: usize, recurrent: usize, gamma: usize, beta: usize, mask: usize, hPrevious: usize,
  r: usize, z: usize, n: usize, un: usize, h: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0);
  let narrow: usize = 0, row: usize = 0;
  for (let b = 0; b < rows; b++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const rv = sigmoid(gate(x, recurrent, gamma, beta, row + k, k));
      const zv = sigmoid(gate(x, recurrent, gamma, beta, row + bytes + k, bytes + k));
      const uv = at(recurrent, row + 2 * bytes + k, zero);
      const nv = tanh(f32x4.add(gate(x, 0, gamma, beta, row + 2 * bytes + k, 2 * bytes + k), f32x4.mul(rv, uv)));
      v128.store(r + narrow, rv);
      v128.store(z + narrow, zv);
      v128.store(n + narrow, nv);
      v128.store(un + narrow, uv);
      const nm = mask ? f32x4.mul(nv, v128.load(mask + narrow)) : nv;
      v128.store(h + narrow, f32x4.add(f32x4.mul(f32x4.sub(one, zv), nm), f32x4.mul(zv, at(hPrevious, narrow, zero))));
      narrow += 16;
    }
    row += 3 * bytes;
  }
}

/** gru; dGate is the gradient of the input product, dRecurrent that of the recurrent product (they differ in n), both [rows][3 neurons]. */
export function gruBackward(
  rows: i32, neurons: i32, dO: usize, recurrent: usize, r: usize, z: usize, n: usize, un: usize, mask: usize, hPrevious: usize,
  dCarryH: usize, dGate: usize, dRecurrent: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0);
  let narrow: usize = 0, row: usize = 0;
  for (let b = 0; b < rows; b++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const dh = f32x4.add(f32x4.add(v128.load(dO + narrow), at(recurrent, narrow, zero)), v128.load(dCarryH + narrow));
      const rv = v128.load(r + narrow), zv = v128.load(z + narrow), nv = v128.load(n + narrow), m = at(mask, narrow, one);
      const leak = f32x4.sub(one, zv);
      const dn = f32x4.mul(f32x4.mul(f32x4.mul(dh, leak), m), f32x4.sub(one, f32x4.mul(nv, nv)));
      const dz = f32x4.mul(f32x4.mul(dh, f32x4.sub(at(hPrevious, narrow, zero), f32x4.mul(nv, m))), f32x4.mul(zv, leak));
      const dr = f32x4.mul(f32x4.mul(dn, v128.load(un + narrow)), f32x4.mul(rv, f32x4.sub(one, rv)));
      v128.store(dGate + row + k, dr);
      v128.store(dGate + row + bytes + k, dz);
      v128.store(dGate + row + 2 * bytes + k, dn);
      v128.store(dRecurrent + row + k, dr);
      v128.store(dRecurrent + row + bytes + k, dz);
      v128.store(dRecurrent + row + 2 * bytes + k, f32x4.mul(dn, rv));
      v128.store(dCarryH + narrow, f32x4.mul(dh, zv));
      narrow += 16;
    }
    row += 3 * bytes;
  }
}

/** lstm, gates [i, f, g, o] kept in `gates` [rows][4 neurons]: c = f cPrevious + i g mask, h = o tanh(c). */
export function lstmForward(
  rows: i32, neurons: i32, x: usize, recurrent: usize, gamma: usize, beta: usize, mask: usize, cPrevious: usize,
  gates: usize, c: usize, h: usize,
): void {
  const bytes = <usize>neurons << 2, zero = f32x4.splat(0);
  let narrow: usize = 0, row: usize = 0;
  for (let b = 0; b < rows; b++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const iv = sigmoid(gate(x, recurrent, gamma, beta, row + k, k));
      const fv = sigmoid(gate(x, recurrent, gamma, beta, row + bytes + k, bytes + k));
      const gv = tanh(gate(x, recurrent, gamma, beta, row + 2 * bytes + k, 2 * bytes + k));
      const ov = sigmoid(gate(x, recurrent, gamma, beta, row + 3 * bytes + k, 3 * bytes + k));
      v128.store(gates + row + k, iv);
      v128.store(gates + row + bytes + k, fv);
      v128.store(gates + row + 2 * bytes + k, gv);
      v128.store(gates + row + 3 * bytes + k, ov);
      const gm = mask ? f32x4.mul(gv, v128.load(mask + narrow)) : gv;
      const cv = f32x4.add(f32x4.mul(fv, at(cPrevious, narrow, zero)), f32x4.mul(iv, gm));
      v128.store(c + narrow, cv);
      v128.store(h + narrow, f32x4.mul(ov, tanh(cv)));
      narrow += 16;
    }
    row += 4 * bytes;
  }
}

/** lstm; writes dGate [rows][4 neurons], order [i, f, g, o]. */
export function lstmBackward(
  rows: i32, neurons: i32, dO: usize, recurrent: usize, gates: usize, c: usize, mask: usize, cPrevious: usize,
  dCarryC: usize, dGate: usize,
): void {
  const bytes = <usize>neurons << 2, one = f32x4.splat(1), zero = f32x4.splat(0);
  let narrow: usize = 0, row: usize = 0;
  for (let b = 0; b < rows; b++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const dh = f32x4.add(v128.load(dO + narrow), at(recurrent, narrow, zero));
      const iv = v128.load(gates + row + k), fv = v128.load(gates + row + bytes + k);
      const gv = v128.load(gates + row + 2 * bytes + k), ov = v128.load(gates + row + 3 * bytes + k);
      const m = at(mask, narrow, one), tc = tanh(v128.load(c + narrow));
      const dc = f32x4.add(v128.load(dCarryC + narrow), f32x4.mul(f32x4.mul(dh, ov), f32x4.sub(one, f32x4.mul(tc, tc))));
      const slopeI = f32x4.mul(iv, f32x4.sub(one, iv)), slopeF = f32x4.mul(fv, f32x4.sub(one, fv));
      v128.store(dGate + row + k, f32x4.mul(f32x4.mul(dc, f32x4.mul(gv, m)), slopeI));
      v128.store(dGate + row + bytes + k, f32x4.mul(f32x4.mul(dc, at(cPrevious, narrow, zero)), slopeF));
      v128.store(dGate + row + 2 * bytes + k, f32x4.mul(f32x4.mul(dc, f32x4.mul(iv, m)), f32x4.sub(one, f32x4.mul(gv, gv))));
      v128.store(dGate + row + 3 * bytes + k, f32x4.mul(f32x4.mul(dh, tc), f32x4.mul(ov, f32x4.sub(one, ov))));
      v128.store(dCarryC + narrow, f32x4.mul(dc, fv));
      narrow += 16;
    }
    row += 4 * bytes;
  }
}
