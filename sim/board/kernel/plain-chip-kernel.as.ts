/**
 * The compiled board of chips whose cores are all plain and whose waves are the chip's: the same sources, without the questions that only others ask.
 * Gain: the full board takes 1.05 to 1.09 times its CPU time (medians of 60 pairs in turns: one core, meshes of one VC and of several, trees).
 * Equality: test/sim/board/compiled-board.test.ts, "plain kernel".
 */

@global
export const PLAIN: bool = true;

export * from "./chip-kernel.as";
