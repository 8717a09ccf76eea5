import { printFile } from "../starlark/print-file";
import { Call, Name, type StarlarkFile, type Value } from "../starlark/syntax";
import { banner } from "./generated-tree";

/** The text of a generated file, with the line on top that tells where it comes from. */
export const printGenerated = (file: StarlarkFile): string => `${banner}\n${printFile(file)}`;

/** Who sees the targets of a package. */
export const visibleTo = (visibility: string): Call =>
  new Call(new Name("package"), { default_visibility: [visibility] });

/** Files of the package, by patterns. */
export const glob = (patterns: readonly string[], attributes: Readonly<Record<string, Value>> = {}): Call =>
  new Call(new Name("glob"), attributes, [patterns]);

/** The `.bzl` files of a package, for documentation of what loads them. */
export const loadedFiles = new Call(new Name("filegroup"), {
  name: "bzl_srcs",
  srcs: glob(["*.bzl"]),
  visibility: ["//:__subpackages__"],
});
