/**
 * One timestep of every recurrent cell, forward and backward, element-wise over [rows][neurons] (rows = utterances still running).
 * Shapes: x is the normalised input product [rows][gates * neurons], recurrent the product of the previous step's output with U, same shape
 * (0 = none), gamma and beta [gates * neurons], mask [rows][neurons] (0 = none). Neurons are a multiple of 4. A previous-step address of 0
 * stands for zeros. Carries (dCarry*) [rows][neurons] hold the gradient that flows to the previous step and are updated in place.
 */
export { alifBackward, alifForward } from "./alif-cell.part.as";
export { gruBackward, gruForward } from "./gru-cell.part.as";
export { lifBackward, lifForward } from "./lif-cell.part.as";
export { lstmBackward, lstmForward } from "./lstm-cell.part.as";
export { recBackward, recForward } from "./rec-cell.part.as";
export { accumulate, quantise, sumPenalties, thresholdBackward } from "./spike-quantiser.part.as";
