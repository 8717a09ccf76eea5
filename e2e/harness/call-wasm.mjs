// Calls functions of a WebAssembly module, which may call `host.tell` with a number: node call-wasm.mjs MODULE CALL…
// A call is `name:argument,…`; an argument with an `n` at its end is a 64-bit number. Each result is a line, as is each number told.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

// What later versions of V8 have without it.
setFlagsFromString("--experimental-wasm-memory64");

const [file, ...calls] = process.argv.slice(2);
const tell = (number) => console.log(`told ${number}`);
const { instance } = await WebAssembly.instantiate(readFileSync(file), { host: { tell } });
for (const call of calls) {
  const [name, list = ""] = call.split(":");
  const args = list === "" ? [] : list.split(",").map((text) => (text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text)));
  console.log(`${call} = ${instance.exports[name](...args)}`);
}
