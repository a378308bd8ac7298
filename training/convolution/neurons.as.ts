/**
 * Integrate-and-fire neurons over all steps of a batch, forward and back through time, in float32. u = keep v + gain x
 * + drive; s = u > threshold; v = u - threshold s (reset by subtraction), or resetTo if s = 1 (reset to a value).
 * Shapes: x, u, s and their gradients [steps][samples][neurons]; parameters [neurons].
 * Gradient of s: a surrogate function of the distance d = (u - threshold) / (width threshold). The reset counts as a
 * constant: no gradient passes through its s.
 * Source: F. Zenke, S. Ganguli, "SuperSpike", Neural Computation 30(6), 2018 (1 / (1 + |d|)^2); S. Esser et al., PNAS
 * 113(41), 2016 (max(0, 1 - |d|)).
 */
import { Table } from "../../base/kernel/views.part.as";

/** Replaces x by u. `voltage` [samples][neurons] is scratch. */
export function fire(
  steps: i32,
  samples: i32,
  neurons: i32,
  x: Table<f32>,
  keep: Table<f32>,
  gain: Table<f32>,
  drive: Table<f32>,
  threshold: Table<f32>,
  resetTo: Table<f32>,
  subtracts: i32,
  voltage: Table<f32>,
  spikes: Table<f32>,
): void {
  voltage.fill(0, samples * neurons);
  const whole = neurons & ~3;
  const one = f32x4.splat(1);
  for (let step = 0; step < steps; step++) {
    let v = voltage;
    for (let sample = 0; sample < samples; sample++) {
      let n = 0;
      for (; n < whole; n += 4) {
        const limit = threshold.lanes(n);
        const u = f32x4.add(f32x4.add(f32x4.mul(keep.lanes(n), v.lanes(n)), f32x4.mul(gain.lanes(n), x.lanes(n))), drive.lanes(n));
        const isOver = f32x4.gt(u, limit);
        x.setLanes(n, u);
        spikes.setLanes(n, v128.and(isOver, one));
        v.setLanes(n, v128.bitselect(subtracts ? f32x4.sub(u, limit) : resetTo.lanes(n), u, isOver));
      }
      for (; n < neurons; n++) {
        const limit = threshold[n];
        const u: f32 = keep[n] * v[n] + gain[n] * x[n] + drive[n];
        const isOver = u > limit;
        x[n] = u;
        spikes[n] = isOver ? 1 : 0;
        v[n] = isOver ? (subtracts ? u - limit : resetTo[n]) : u;
      }
      x = x.from(neurons);
      spikes = spikes.from(neurons);
      v = v.from(neurons);
    }
  }
}

/**
 * Replaces `gradient`, that of s, by that of x. The gradient of a sample's spikes in a step also gets its value of
 * `pushes` [steps][samples]. `carry` [samples][neurons] is scratch. `triangle`: the surrogate of Esser et al., or else
 * that of SuperSpike.
 */
export function fireGradients(
  steps: i32,
  samples: i32,
  neurons: i32,
  gradient: Table<f32>,
  potential: Table<f32>,
  keep: Table<f32>,
  gain: Table<f32>,
  threshold: Table<f32>,
  subtracts: i32,
  triangle: i32,
  width: f32,
  pushes: Table<f32>,
  carry: Table<f32>,
): void {
  const values = samples * neurons;
  carry.fill(0, values);
  const whole = neurons & ~3;
  const one = f32x4.splat(1),
    zero = f32x4.splat(0),
    widths = f32x4.splat(width);
  for (let step = steps - 1; step >= 0; step--) {
    let g = gradient.from(step * values),
      p = potential.from(step * values),
      after = carry;
    for (let sample = 0; sample < samples; sample++) {
      const push = pushes[step * samples + sample];
      const wide = f32x4.splat(push);
      let n = 0;
      for (; n < whole; n += 4) {
        const limit = threshold.lanes(n);
        const slope = f32x4.div(one, f32x4.mul(widths, limit));
        const u = p.lanes(n);
        const far = f32x4.abs(f32x4.mul(f32x4.sub(u, limit), slope));
        const near = f32x4.add(one, far);
        const local = triangle ? f32x4.mul(f32x4.max(f32x4.sub(one, far), zero), slope) : f32x4.div(slope, f32x4.mul(near, near));
        const through = subtracts ? after.lanes(n) : v128.and(after.lanes(n), f32x4.le(u, limit));
        const d = f32x4.add(f32x4.mul(f32x4.add(g.lanes(n), wide), local), through);
        g.setLanes(n, f32x4.mul(gain.lanes(n), d));
        after.setLanes(n, f32x4.mul(keep.lanes(n), d));
      }
      for (; n < neurons; n++) {
        const limit = threshold[n];
        const slope: f32 = <f32>1 / (width * limit);
        const u = p[n];
        const far: f32 = Mathf.abs((u - limit) * slope);
        let local: f32;
        if (triangle) local = far < 1 ? (<f32>1 - far) * slope : 0;
        else local = slope / ((<f32>1 + far) * (<f32>1 + far));
        const through: f32 = subtracts || u <= limit ? after[n] : 0;
        const d: f32 = (g[n] + push) * local + through;
        g[n] = gain[n] * d;
        after[n] = keep[n] * d;
      }
      g = g.from(neurons);
      p = p.from(neurons);
      after = after.from(neurons);
    }
  }
}
