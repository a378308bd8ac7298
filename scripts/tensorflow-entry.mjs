/**
 * What training uses of TensorFlow.js, in one file: operations with their gradients, and the back ends cpu and wasm.
 * The native one registers with it where it is installed.
 */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-cpu";

export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
export * from "@tensorflow/tfjs-core";
