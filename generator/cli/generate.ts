import { existsSync, lstatSync, realpathSync } from "node:fs";
import { join, resolve, sep } from "node:path";

import { applyPlan, checkPlan, ForeignFilesError } from "../apply/apply-plan";
import type { Drift, Territory } from "../apply/compare-tree";
import { formatDrifts } from "../apply/format-drift";
import { readCopies } from "../apply/read-copies";
import { awaitsRecovery, BusyError } from "../apply/replace-roots";
import { generatedMark, generatedRoots } from "../plan/generated-tree";
import { planModule } from "../plan/plan-module";
import { readTemplates } from "../read/read-templates";
import { BadInputError, exitCodes, type Io } from "./io";
import { displayPath, loadManifest } from "./load-manifest";
import { isOwnManifest, isSameFolder, packageFolder } from "./package-folder";
import type { Options } from "./parse-arguments";
import { planSchemas, schemaFolder } from "./print-schema";

/** Writes the module, or with `check` reports how the disk differs from it. Returns the exit code; throws `BadInputError`. */
export function generate(options: Extract<Options, { command: "generate" }>, io: Io): number {
  const loaded = loadManifest(options.manifest, io);
  const out = chooseOut(options, loaded.folder, io.cwd);
  const planned = planModule({ manifest: loaded.manifest, imports: loaded.imports }, readTemplates());
  const companions = isSameFolder(out, packageFolder) ? ownCompanions() : foreignCompanions();
  const files = new Map([...planned, ...companions.files]);
  const territory: Territory = { roots: [...generatedRoots, companions.root], mark: generatedMark };
  try {
    return options.check ? check(files, out, territory, options, io) : write(files, out, territory, io);
  } catch (error) {
    throw blameInput(error, out, io.cwd);
  }
}

/** Generated files that are no part of the module, and the folder that they fill. */
interface Companions {
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
}

/** In this package's own folder: what editors want to know of manifests. */
function ownCompanions(): Companions {
  return { root: schemaFolder, files: planSchemas() };
}

/** Elsewhere: the hand-written part of the module, so that the module is complete. */
function foreignCompanions(): Companions {
  return { root: "bzlmod", files: readCopies(packageFolder, "bzlmod") };
}

function write(files: ReadonlyMap<string, string>, out: string, territory: Territory, io: Io): number {
  const drifts = applyPlan(files, out, territory);
  io.stdout(summarize(drifts, files.size, displayPath(out, io.cwd)));
  return exitCodes.fine;
}

/** The error as one of the input, where the out folder or the disk is at fault. */
function blameInput(error: unknown, out: string, cwd: string): unknown {
  if (error instanceof BusyError) return new BadInputError(error.message);
  if (error instanceof ForeignFilesError) {
    const lines = error.paths.map(
      (path) => `${displayPath(join(out, path), cwd)}: gen-bzl did not write this file, but would write or delete it`,
    );
    const mend = `move ${error.paths.length === 1 ? "it" : "them"} away, or choose another folder with --out`;
    return new BadInputError(`${lines.join("\n")}\n    mend: ${mend}\nnothing was written`);
  }
  if (!isSystemError(error)) return error;
  const state = awaitsRecovery(out) ? "the next run completes what was begun" : "nothing was written";
  const mend = "make room, or make the folder and all in it readable and writable";
  return new BadInputError(`${displayPath(out, cwd)} cannot be used: ${error.message}\n    mend: ${mend}\n${state}`);
}

/** Whether the disk is at fault: no permission, no room, a file where a folder must be. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === "object" && error !== null && "syscall" in error && "path" in error;
}

function check(
  files: ReadonlyMap<string, string>,
  out: string,
  territory: Territory,
  options: { manifest?: string; out?: string },
  io: Io,
): number {
  const drifts = checkPlan(files, out, territory);
  const interrupted = awaitsRecovery(out);
  if (drifts.length === 0 && !interrupted) {
    io.stdout(`${files.size} generated files are as they should be\n`);
    return exitCodes.fine;
  }
  io.stdout(formatDrifts(drifts));
  const foreign = drifts.filter((drift) => drift.foreign && drift.planned === undefined);
  if (interrupted) io.stderr("an interrupted gen-bzl waits for its completion\n");
  io.stderr(`${drifts.length} generated ${drifts.length === 1 ? "file differs" : "files differ"} from the manifest\n`);
  if (drifts.some((drift) => !drift.foreign) || interrupted) io.stderr(`    mend: ${mendCommand(options)}\n`);
  if (foreign.length > 0)
    io.stderr(`    mend: move away what gen-bzl did not write: ${foreign.map((drift) => drift.path).join(", ")}\n`);
  return exitCodes.drift;
}

function mendCommand(options: { manifest?: string; out?: string }): string {
  const words = ["npx gen-bzl"];
  if (options.manifest !== undefined) words.push("--manifest", options.manifest);
  if (options.out !== undefined) words.push("--out", options.out);
  return words.join(" ");
}

function chooseOut(options: { manifest?: string; out?: string }, manifestFolder: string, cwd: string): string {
  if (options.out !== undefined) {
    const out = resolve(cwd, options.out);
    if (existsSync(out) && !lstatSync(realpathSync(out)).isDirectory())
      throw new BadInputError(
        `--out ${options.out} is not a folder\n    mend: name a folder, which need not exist yet`,
      );
    return out;
  }
  if (!isOwnManifest(manifestFolder))
    throw new BadInputError(
      "--manifest names a manifest of your own, but nothing says where its module goes\n    mend: add --out DIR",
    );
  if (packageFolder.split(sep).includes("node_modules"))
    throw new BadInputError("gen-bzl lies in node_modules, where no module should be written\n    mend: add --out DIR");
  return packageFolder;
}

function summarize(drifts: readonly Drift[], total: number, out: string): string {
  const added = drifts.filter((drift) => drift.found === undefined).length;
  const deleted = drifts.filter((drift) => drift.planned === undefined).length;
  const changed = drifts.length - added - deleted;
  if (drifts.length === 0) return `${total} files in ${out}, none changed\n`;
  return `${total} files in ${out}: ${added} added, ${changed} changed, ${deleted} deleted\n`;
}
