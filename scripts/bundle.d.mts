export const bundledPackages: readonly string[];
export function bundle(folder: string): Promise<string[]>;
export function bundleOne(source: string, file: string): Promise<void>;
export function bundleTensorflow(folder: string): Promise<void>;
