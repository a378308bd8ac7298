/** Whether this process may draw on its terminal. */

/** Both ends are a terminal, it understands cursor movement, and this is no continuous integration. */
export function canDraw(env: NodeJS.ProcessEnv): boolean {
  const inCi = env.CI !== undefined && env.CI !== "" && env.CI !== "0" && env.CI !== "false";
  return process.stdout.isTTY === true && process.stdin.isTTY === true && !inCi && env.TERM !== "dumb";
}
