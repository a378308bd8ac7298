/**
 * The parts of TensorFlow.js that training uses, in one file: operations with their gradients, and the back ends cpu
 * and wasm. If the native back end is installed, it registers with this copy.
 */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-cpu";

export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
export * from "@tensorflow/tfjs-core";
