/**
 * Topologies that a test draws, a binary tree whose inner routers have no cores, and a ring, whose shorter ways can
 * deadlock.
 */
export const apiVersion = 1;

/** What the next network of `drawn` is; a test sets it. */
export const next = { network: null };

export default () => ({
  topologies: {
    drawn: { about: "as the test says", network: () => next.network() },
    "binary-tree": {
      about: "a binary tree above the tiles",
      network: ({ width, height }) => {
        const tiles = width * height;
        // leaf t is router t; inner node i = 1 .. tiles - 1 of the heap is router tiles + i - 1
        const routerOf = (node) => (node >= tiles ? node - tiles : tiles + node - 1);
        const nodeOf = (router) => (router < tiles ? router + tiles : router - tiles + 1);
        const links = [];
        for (let node = 2; node < 2 * tiles; node++)
          links.push({ from: routerOf(node), fromPort: 2, to: routerOf(node >> 1), toPort: node & 1 });
        const route = (router, to) => {
          let below = to + tiles;
          const here = nodeOf(router);
          while (below >> 1 > here) below >>= 1;
          return below >> 1 === here ? below & 1 : 2;
        };
        return { ports: 3, routers: 2 * tiles - 1, links, route };
      },
    },
    "short-ring": {
      about: "a ring with the shorter way",
      network: ({ width, height }) => {
        const n = width * height;
        const links = Array.from({ length: n }, (_, from) => ({ from, fromPort: 0, to: (from + 1) % n, toPort: 1 }));
        return { ports: 2, links, route: (router, to) => (2 * ((to - router + n) % n) <= n ? 0 : 1) };
      },
    },
  },
});
