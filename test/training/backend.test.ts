/** Choice of the TensorFlow.js back end: order, clear failure, and a stand-in for the native package. */
import { expect, test, vi } from "vitest";
import { chooseBackend, type Importer, startedBackend } from "../../training/backend.js";

const withoutNative: Importer = async (name) => {
  if (name === "@tensorflow/tfjs-node") throw new Error("Cannot find package '@tensorflow/tfjs-node'\nsecond line");
  return import(name);
};

test("without the native package, auto starts wasm and says why it did not use tensorflow", async () => {
  const backend = await chooseBackend("auto", withoutNative);
  expect(backend.name).toBe("wasm");
  expect(backend.tf.getBackend()).toBe("wasm");
  expect(backend.notes).toEqual(["tensorflow: Cannot find package '@tensorflow/tfjs-node'"]);
  // It computes.
  expect([...backend.tf.matMul([[1, 2]], [[3], [4]]).dataSync()]).toEqual([11]);
});

test("a back end asked for by name fails loudly with the way to get it, whatever the import throws", async () => {
  await expect(chooseBackend("tensorflow", withoutNative)).rejects.toThrow(/cannot start tensorflow[\s\S]*npm i @tensorflow\/tfjs-node/);
  const broken: Importer = () => Promise.reject("not even an error");
  await expect(chooseBackend("tensorflow", broken)).rejects.toThrow(/not even an error/);
  const unbuilt: Importer = () =>
    Promise.reject(new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: /x"));
  await expect(chooseBackend("tensorflow", unbuilt)).rejects.toThrow(/npm rebuild @tensorflow\/tfjs-node/);
});

test("a native package that registers kernels again says nothing on stderr", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { tf } = await chooseBackend("cpu");
  let again = 0;
  const registersAgain: Importer = () => {
    for (const kernel of tf.getKernelsForBackend("cpu")) tf.registerKernel(kernel);
    again = tf.getKernelsForBackend("cpu").length;
    return Promise.reject(new Error("no addon"));
  };
  await chooseBackend("auto", registersAgain);
  expect(again).toBeGreaterThan(100);
  expect(warn.mock.calls).toEqual([]);
  warn.mockRestore();
});

test("with the native package (a stand-in), tensorflow is chosen first and named", async () => {
  const { tf } = await chooseBackend("cpu");
  const loaded: string[] = [];
  const standIn: Importer = async (name) => {
    loaded.push(name);
    if (name === "@tensorflow/tfjs-node") tf.registerBackend("tensorflow", () => tf.findBackend("cpu"));
    return {};
  };
  const backend = await chooseBackend("auto", standIn);
  expect([backend.name, backend.tf.getBackend(), backend.notes, loaded]).toEqual([
    "tensorflow",
    "tensorflow",
    [],
    ["@tensorflow/tfjs-node"],
  ]);
  tf.removeBackend("tensorflow");
});

test("the back end that is asked for is the active one, whichever were started before or at the same time", async () => {
  const names = ["wasm", "cpu", "wasm", "cpu", "cpu", "wasm"] as const;
  for (const name of names) expect((await startedBackend(name)).tf.getBackend()).toBe(name);
  const active: string[] = [];
  await Promise.all(names.map((name) => startedBackend(name).then(({ tf }) => active.push(tf.getBackend()))));
  expect(active).toEqual(names);
});

test("a request during the start of a back end gets the same one", async () => {
  const [first, second] = await Promise.all([startedBackend("cpu"), startedBackend("cpu")]);
  expect(second).toBe(first);
  expect([...first.tf.add([1], [2]).dataSync()]).toEqual([3]);
});
