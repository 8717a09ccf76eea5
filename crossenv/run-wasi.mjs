// Runs a WASI module: node run-wasi.mjs FOLDER MODULE [ARGUMENT…]. The module may open what is below FOLDER, which is its root;
// arguments that name something there are told as it knows them. (By absolute paths of this machine, realpath would fail: it asks
// for each folder from the root on.) It may open it by its absolute path as well, since links among a test's runfiles are absolute.
// A reactor is initialized; what its function `run` returns is the exit code. Of a module with threads, each is one of Node's,
// with descriptors of its own.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";
import { WASI } from "node:wasi";
import { isMainThread, Worker, workerData } from "node:worker_threads";

const [folder, file, ...rest] = process.argv.slice(2);
const inside = (text) => (text.startsWith(`${folder}/`) ? `/${relative(folder, text)}` : text);
const wasi = new WASI({
  version: "preview1",
  args: [file, ...rest.map(inside)],
  env: process.env,
  preopens: { "/": folder, [folder]: folder },
  returnOnExit: false,
});
const shared = workerData ?? (await prepare());
const instance = await WebAssembly.instantiate(shared.module, importsOf(shared));
if (!isMainThread) {
  wasi.initialize({ exports: { memory: shared.memory } });
  instance.exports.wasi_thread_start(shared.id, shared.argument);
} else if (instance.exports._initialize === undefined) {
  process.exitCode = wasi.start(instance);
} else {
  wasi.initialize(instance);
  process.exitCode = instance.exports.run();
}

/** What all threads of a module have in common. */
async function prepare() {
  const module = await WebAssembly.compile(readFileSync(file));
  const threaded = WebAssembly.Module.imports(module).some(({ kind }) => kind === "memory");
  // No less than the module starts with, and no more than it may have: 1 GiB, in pages.
  const memory = threaded ? new WebAssembly.Memory({ initial: 1024, maximum: 16384, shared: true }) : undefined;
  return { module, memory, count: new Int32Array(new SharedArrayBuffer(4)) };
}

/** WASI's functions and, where there are threads, their memory and the function that starts one (the proposal wasi-threads). */
function importsOf({ module, memory, count }) {
  if (memory === undefined) return wasi.getImportObject();
  const start = (argument) => {
    const id = Atomics.add(count, 0, 1) + 1;
    new Worker(new URL(import.meta.url), {
      argv: process.argv.slice(2),
      workerData: { module, memory, count, id, argument },
    });
    return id;
  };
  const { wasi_snapshot_preview1: functions } = wasi.getImportObject();
  // Node's own ends the process as C's exit() does, while threads may still run: they are then seen to crash.
  const ending = isMainThread ? { proc_exit: (code) => process.exit(code) } : {};
  return {
    wasi_snapshot_preview1: { ...functions, ...ending },
    env: { memory },
    wasi: { "thread-spawn": start },
  };
}
