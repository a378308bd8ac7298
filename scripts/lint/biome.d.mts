/** The program's file, to be run by Node. */
export function biomeProgram(): string;
