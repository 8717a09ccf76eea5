import { ImportError, type SourceTree } from "../source-tree";

/** Throws `ImportError` unless `tree` is an LLVM tree of `version`; else returns the number of its major release. */
export function checkRelease(tree: SourceTree, version: string): number {
  const file = "cmake/Modules/LLVMVersion.cmake";
  const text = tree.read(file);
  const parts = ["MAJOR", "MINOR", "PATCH"].map(
    (part) => new RegExp(`set\\(LLVM_VERSION_${part} (\\d+)\\)`).exec(text)?.[1],
  );
  if (parts.join(".") !== version) throw new ImportError(`${file}: says ${parts.join(".")}, not ${version}`);
  return Number(parts[0]);
}
