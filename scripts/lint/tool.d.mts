/** Path of a tool's program, to be run by Node. */
export function toolProgram(name: "biome" | "tsc"): string;
