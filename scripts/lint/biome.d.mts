/** Path of Biome's program, to be run by Node. */
export function biomeProgram(): string;
