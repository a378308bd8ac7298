/** Checks if this process may draw on its terminal. */

/** True if input and output are a terminal that understands cursor movement, outside of continuous integration. */
export function canDraw(env: NodeJS.ProcessEnv): boolean {
  const inCi = env.CI !== undefined && env.CI !== "" && env.CI !== "0" && env.CI !== "false";
  return process.stdout.isTTY === true && process.stdin.isTTY === true && !inCi && env.TERM !== "dumb";
}
