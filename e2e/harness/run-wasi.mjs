// Runs a WASI module: node run-wasi.mjs FOLDER MODULE [ARGUMENT…]. The module may open what is below FOLDER, by its absolute
// path. A reactor is initialized; what its function `run` returns is the exit code.
import { readFileSync } from "node:fs";
import process from "node:process";
import { WASI } from "node:wasi";

const [folder, file, ...rest] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [file, ...rest], env: process.env, preopens: { [folder]: folder }, returnOnExit: false });
const module = await WebAssembly.compile(readFileSync(file));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
if (instance.exports._initialize === undefined) {
  process.exitCode = wasi.start(instance);
} else {
  wasi.initialize(instance);
  process.exitCode = instance.exports.run();
}
