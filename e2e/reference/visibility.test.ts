import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "../harness/consumer-workspace";

/** What users load, and what repositories load that no list of packages can name. */
const loadedFromOutside = [
  "archives/extension.bzl",
  "archives/source_archive.bzl",
  "bootstrap/compiler.bzl",
  "clang_tidy/clang_tidy.bzl",
  "compile_commands/compile_commands.bzl",
  "contract/contract.bzl",
  "contract/known_libraries.bzl",
  "macos/dsym.bzl",
  "macos/universal_binary.bzl",
  "runtimes/include_dirs.bzl",
  "runtimes/source_set.bzl",
  "seed/seed.bzl",
  "toolchain/extra_arguments.bzl",
  "toolchain/library_interface.bzl",
  "toolchain/registration.bzl",
  "windows/libraries.bzl",
  "windows/resources.bzl",
];

it("every file of bzlmod/ says who may load it, and few say everybody", () => {
  const folder = join(repositoryRoot, "bzlmod");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".bzl"));
  const visibility = new Map(
    files.map((path) => [path, /^visibility\((.*)\)$/m.exec(readFileSync(join(folder, path), "utf8"))?.[1]]),
  );
  expect(files.filter((path) => visibility.get(path) === undefined)).toEqual([]);
  expect(files.filter((path) => visibility.get(path) === '"public"').sort()).toEqual(loadedFromOutside);
});
