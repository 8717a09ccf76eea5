declare module "@bazel/buildifier/buildifier.js" {
  /** The path of the executable; for a machine without one, a promise of an exit code. */
  export function getNativeBinary(): string | Promise<number>;
}
