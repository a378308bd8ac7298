/** The odd-even turn model as its definition says it, by search: no formula of the product is used. */

/**
 * Ports E, W, N, S by which a packet that moved by `moved` (-1: it starts here) may go on: those that begin a shortest
 * way without a forbidden turn. Forbidden: east to north or south in even columns, north or south to west in odd ones.
 */
export function oddEvenMoves(x: number, y: number, moved: number, goalX: number, goalY: number): number[] {
  const wanted = [goalX > x ? 0 : -1, goalX < x ? 1 : -1, goalY > y ? 2 : -1, goalY < y ? 3 : -1].filter((port) => port >= 0);
  return wanted.filter((port) => {
    if (moved === 0 && port >= 2 && x % 2 === 0) return false;
    if (moved >= 2 && port === 1 && x % 2 === 1) return false;
    const [nextX, nextY] = [x + [1, -1, 0, 0][port], y + [0, 0, 1, -1][port]];
    return (nextX === goalX && nextY === goalY) || oddEvenMoves(nextX, nextY, port, goalX, goalY).length > 0;
  });
}
