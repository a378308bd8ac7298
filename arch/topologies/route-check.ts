/**
 * Checks if routes in a table reach their destinations, and if packets on them can deadlock. Pure.
 *
 * A packet holds the channel on which it arrived while it waits for the next one. If no cycle of channels can wait for
 * each other, no traffic deadlocks, with any number of virtual channels. Source: W. J. Dally, C. L. Seitz, IEEE Trans.
 * Computers C-36 (1987), theorem 1.
 */

/** Routers and channels as tables: a channel is `router * ports + port`. */
export interface RouteTables {
  readonly routers: number;
  readonly tiles: number;
  readonly ports: number;
  /** [routers][ports] router behind an output; -1: no link. */
  readonly behind: Int32Array;
  /** [routers][tiles] output towards a tile's router. */
  readonly table: Uint8Array;
}

/** Routers on a route to `to` that never ends; null: all routes end there. */
export function endlessWay({
  routers,
  tiles,
  ports,
  behind,
  table,
}: RouteTables): { readonly to: number; readonly way: readonly number[] } | null {
  const reached = new Int32Array(routers).fill(-1);
  for (let to = 0; to < tiles; to++) {
    reached[to] = to;
    for (let from = 0; from < routers; from++) {
      const way: number[] = [];
      let at = from;
      for (; reached[at] !== to; at = behind[at * ports + table[at * tiles + to]]) {
        if (way.length > routers) return { to, way: way.slice(way.lastIndexOf(at)).slice(0, 12) };
        way.push(at);
      }
      for (const passed of way) reached[passed] = to;
    }
  }
  return null;
}

/** A cycle of channels that routes between tiles can form; null: there is none. */
export function waitingCircle({ tiles, ports, behind, table }: RouteTables): readonly number[] | null {
  const channels = behind.length;
  // [channels][ports]: a packet that arrives on the channel leaves by the port
  const follows = new Uint8Array(channels * ports);
  const seen = new Int32Array(channels).fill(-1);
  for (let to = 0; to < tiles; to++) {
    for (let from = 0; from < tiles; from++) {
      let before = -1;
      for (let at = from; at !== to; ) {
        const port = table[at * tiles + to];
        const channel = at * ports + port;
        if (before >= 0) follows[before * ports + port] = 1;
        if (seen[channel] === to) break; // the rest of this route is known
        seen[channel] = to;
        before = channel;
        at = behind[channel];
      }
    }
  }
  const state = new Uint8Array(channels); // 0: new, 1: on the trail, 2: done
  for (let start = 0; start < channels; start++) {
    if (state[start] !== 0) continue;
    const trail = [start];
    const next = [0];
    state[start] = 1;
    while (trail.length > 0) {
      const channel = trail[trail.length - 1];
      const port = next[next.length - 1]++;
      if (port === ports) {
        state[channel] = 2;
        trail.pop();
        next.pop();
      } else if (follows[channel * ports + port] === 1) {
        const following = behind[channel] * ports + port;
        if (state[following] === 1) return trail.slice(trail.indexOf(following));
        if (state[following] === 0) {
          state[following] = 1;
          trail.push(following);
          next.push(0);
        }
      }
    }
  }
  return null;
}
