import { parseArguments, UsageError, type Options } from "./parse-arguments";

test.each<[string[], Options]>([
  [[], { command: "generate", check: false }],
  [["--check"], { command: "generate", check: true }],
  [["--manifest", "mine", "--out", "there"], { command: "generate", check: false, manifest: "mine", out: "there" }],
  [["--out=there", "--check"], { command: "generate", check: true, out: "there" }],
  [["--out", "2.30"], { command: "generate", check: false, out: "2.30" }],
  [["--out", "a", "--out", "b"], { command: "generate", check: false, out: "b" }],
  [["list"], { command: "list", features: false, json: false }],
  [["list", "--json", "--manifest", "mine"], { command: "list", features: false, json: true, manifest: "mine" }],
  [["explain", "linux_arm64_musl"], { command: "explain", platform: "linux_arm64_musl", json: false }],
  [
    ["explain", "--manifest", "mine", "--json", "p"],
    { command: "explain", platform: "p", json: true, manifest: "mine" },
  ],
  [
    ["import", "musl", "1.2.6", "--from", "musl.tar.gz"],
    { command: "import", runtime: "musl", version: "1.2.6", anew: false, from: "musl.tar.gz" },
  ],
  [
    ["import", "glibc", "2.30", "--from", "."],
    { command: "import", runtime: "glibc", version: "2.30", anew: false, from: "." },
  ],
  [
    ["import", "--from", "d", "libc++", "22", "--manifest", "m"],
    { command: "import", runtime: "libc++", version: "22", anew: false, from: "d", manifest: "m" },
  ],
  [["import", "musl", "1.2.6"], { command: "import", runtime: "musl", version: "1.2.6", anew: false }],
  [["import", "--anew", "musl", "1.2.6"], { command: "import", runtime: "musl", version: "1.2.6", anew: true }],
  [["import", "--check"], { command: "check imports" }],
  [["import", "musl", "--check"], { command: "check imports", runtime: "musl" }],
  [
    ["import", "--check", "musl", "1.2.6", "--from", "d", "--manifest", "m"],
    { command: "check imports", runtime: "musl", version: "1.2.6", from: "d", manifest: "m" },
  ],
  [["schema"], { command: "schema" }],
  [["schema", "targets"], { command: "schema", table: "targets" }],
])("%j", (argv, options) => {
  expect(parseArguments(argv)).toEqual(options);
});

test.each<[string[], string]>([
  [["--frobnicate"], "Unknown argument: frobnicate"],
  [["--out"], "Not enough arguments following: out"],
  [["lsit"], "there is no command lsit; the commands are list, explain, import, schema"],
  [["list", "--check"], "Unknown argument: check"],
  [["list", "more"], "Unknown argument: more"],
  [["explain"], "Not enough non-option arguments: got 0, need at least 1"],
  [["explain", "a", "b"], "Unknown argument: b"],
  [
    ["import", "musl"],
    "an import wants a runtime of the manifest and its version, such as 1.2.6; --check does for all that are there",
  ],
  [["import", "musl", "1.2.6", "more"], "Unknown argument: more"],
  [
    ["import", "musl", "--check", "--from", "d"],
    "--from is one tree, so --check wants to know of which runtime and version it is",
  ],
  [["schema", "targets", "hosts"], "Unknown argument: hosts"],
])("%j is refused", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(new UsageError(message));
});

test.each<[string[], RegExp]>([
  [
    ["--help"],
    /Commands:[^]*gen-bzl list[^]*gen-bzl explain[^]*gen-bzl import[^]*gen-bzl schema[^]*--check[^]*--manifest[^]*--out/,
  ],
  [["import", "--help"], /gen-bzl import \[runtime\] \[release\][^]*--from[^]*--check/],
])("%j tells how it is used", (argv, text) => {
  const options = parseArguments(argv);
  expect(options.command).toBe("help");
  expect(options).toEqual({ command: "help", text: expect.stringMatching(text) });
});
