import type { SystemRow } from "../../schema/rows";
import type { ImportRows } from "../importer";
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

/** The systems of the manifest whose stack has `runtime` and that a target is on. Throws `ImportError` when there are none. */
export function systemsWith(runtime: string, rows: ImportRows): SystemRow[] {
  const used = new Set(rows.targets.map((target) => target.system));
  const systems = rows.systems.filter((system) => used.has(system.name) && system.stack.includes(runtime));
  if (systems.length === 0)
    throw new ImportError(`no target of the manifest is on a system whose stack has ${runtime}`);
  return systems;
}
