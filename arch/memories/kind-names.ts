/** Built-in kinds of memories. */
export const MEMORY_KIND_NAMES = ["sram", "registers", "latches"] as const;
