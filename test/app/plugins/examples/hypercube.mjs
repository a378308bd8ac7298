/**
 * A topology: 2^n routers, each joined to the n routers whose numbers differ from its own in one bit. Packets mend the
 * lowest wrong bit first.
 */
export const apiVersion = 1;

export default ({ refuse }) => ({
  topologies: {
    hypercube: {
      about: "each router joined to those whose numbers differ in one bit",
      network: ({ width, height }) => {
        const tiles = width * height;
        const dimensions = 31 - Math.clz32(tiles);
        if (tiles !== 2 ** dimensions)
          throw refuse(
            "noc.width",
            `a hypercube has a power of two of routers, got ${width} x ${height}`,
            "set width and height to powers of two",
          );
        const links = [];
        for (let from = 0; from < tiles; from++) {
          for (let bit = 0; bit < dimensions; bit++) {
            const to = from ^ (1 << bit);
            // on a plane: bits of x, then bits of y
            const apart = 1 << bit < width ? 1 << bit : (1 << bit) / width;
            if (from < to) links.push({ from, fromPort: bit, to, toPort: bit, tiles: apart });
          }
        }
        return { ports: dimensions, links, route: (router, to) => 31 - Math.clz32((router ^ to) & -(router ^ to)) };
      },
    },
  },
});
