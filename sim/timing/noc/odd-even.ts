/**
 * Minimal adaptive routes of a mesh by the odd-even turn model: no VC is needed against deadlock.
 *
 * In even columns no packet turns from east to north or south, in odd columns none from north or south to west; so the rightmost column of a
 * circle of waiting cannot be closed. The routes below are minimal and never end where only a forbidden turn would lead on.
 * Source: G.-M. Chiu, "The odd-even turn model for adaptive routing", IEEE Trans. Parallel and Distributed Systems 11 (2000), function ROUTE.
 */

/**
 * Bits of the ports (E, W, N, S: 1, 2, 4, 8) by which a packet may go on from (x, y) to (goalX, goalY), which differs from it: one in x, one in y,
 * or both. `sourceX`: column in which the packet entered the mesh.
 */
export function oddEvenPorts(x: number, y: number, sourceX: number, goalX: number, goalY: number): number {
  const vertical = goalY === y ? 0 : goalY > y ? 4 : 8;
  const odd = (x & 1) === 1;
  if (goalX === x) return vertical;
  if (goalX < x) return 2 | (odd ? 0 : vertical);
  if (vertical === 0) return 1;
  const mayTurn = odd || x === sourceX;
  // East into an even goal column would end in a forbidden turn.
  const mayGoEast = (goalX & 1) === 1 || goalX - x !== 1;
  return (mayTurn ? vertical : 0) | (mayGoEast ? 1 : 0);
}
