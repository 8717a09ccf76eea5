import { parseArguments, UsageError } from "./parse-arguments";

test.each([
  [["env", "--target", "T"], { command: "env", target: "T", format: "sh", tool: "clang" }],
  [["env", "--target=T", "--format", "json"], { command: "env", target: "T", format: "json", tool: "clang" }],
  [["cmake", "--target", "T"], { command: "cmake", target: "T", format: "sh", tool: "clang" }],
  [["meson", "--target", "T"], { command: "meson", target: "T", format: "sh", tool: "clang" }],
  [["cargo", "--target", "T"], { command: "cargo", target: "T", format: "sh", tool: "clang" }],
  [["cargo", "build", "--target", "T"], { command: "run-cargo", words: ["build", "--target", "T"] }],
  [["cargo", "+nightly", "test"], { command: "run-cargo", words: ["+nightly", "test"] }],
  [["which", "--target", "T"], { command: "which", target: "T", format: "sh", tool: "clang" }],
  [["which", "ar", "--target", "T"], { command: "which", target: "T", format: "sh", tool: "ar" }],
  [["which", "clang++", "--target", "T"], { command: "which", target: "T", format: "sh", tool: "clang++" }],
  [["prefetch", "T", "U"], { command: "prefetch", targets: ["T", "U"] }],
  [["prefetch", "--target", "T"], { command: "prefetch", targets: ["T"] }],
  [["targets"], { command: "targets" }],
  [["clean"], { command: "clean", all: false }],
  [["clean", "--all"], { command: "clean", all: true }],
  [["prepare", "--", "T"], { command: "prepare", target: "T" }],
  [["prepare", "--", ""], { command: "prepare", target: "" }],
  [["prepare", "--", "-T"], { command: "prepare", target: "-T" }],
])("%j", (argv, options) => expect(parseArguments(argv)).toEqual(options));

test.each([
  [["env"], "Missing required argument: target"],
  [["prefetch"], "prefetch needs a target"],
  [["clean", "--everything"], "Unknown argument: everything"],
  [
    ["env", "--target", "T", "--format", "xml"],
    'Invalid values:\n  Argument: format, Given: "xml", Choices: "sh", "json"',
  ],
  [
    ["envv"],
    "there is no command envv; the commands are env, cmake, meson, cargo, which, prefetch, targets, clean, prepare",
  ],
])("%j is refused", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(message);
});

test.each([[[]], [["--help"]], [["env", "--help"]]])("%j is answered with help", (argv) => {
  expect(parseArguments(argv)).toEqual({ command: "help", text: expect.stringContaining("--target") });
});
