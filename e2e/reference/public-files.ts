/** The .bzl files that users name. What else is in `bzlmod/` is the module's own. */
export const publicFiles = [
  {
    name: "defs",
    label: "@xllvm//:defs.bzl",
    title: "Rules, macros and aspects",
    usage: `
load("@xllvm//:defs.bzl", "checked_binaries")              # BUILD.bazel; one or more of the names below

build --aspects=@xllvm//:defs.bzl%known_libraries          # .bazelrc, for aspects`,
  },
  {
    name: "repositories",
    label: "@xllvm//:repositories.bzl",
    title: "Repository rules",
    usage: `
source_archive = use_repo_rule("@xllvm//:repositories.bzl", "source_archive")       # MODULE.bazel`,
  },
  {
    name: "extension",
    label: "@xllvm//bzlmod/archives:extension.bzl",
    title: "The module extension",
    usage: `
xllvm = use_extension("@xllvm//bzlmod/archives:extension.bzl", "xllvm")             # MODULE.bazel of the root module`,
  },
] as const;
