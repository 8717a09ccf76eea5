import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { CompleteModule } from "../../generator/schema/rows";
import { repositoryRoot, scratchRoot } from "./consumer-workspace";
import { outputOf } from "./run-command";

/** What Publish to BCR replaces in `.bcr/source.template.json`. */
interface SourceTemplate {
  readonly integrity: string;
  readonly strip_prefix: string;
  readonly url: string;
}

/** The archive of a release as the working tree has it now, and a registry that has it as one module's only version. */
export interface Release {
  readonly archive: string;
  /** Name of the folder at its top. */
  readonly prefix: string;
  /** URL of the registry. */
  readonly registry: string;
}

const bcr = join(repositoryRoot, ".bcr");
const git = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): string =>
  outputOf("git", args, { folder: repositoryRoot, environment: { ...process.env, ...environment } }).trim();

/** Makes both below `.e2e/<name>`. The index of the repository stays as it is: files that are not committed yet are in the archive as well. */
export function makeRelease(name: string, module: CompleteModule): Release {
  const folder = join(scratchRoot, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const source = JSON.parse(readFileSync(join(bcr, "source.template.json"), "utf8")) as SourceTemplate;
  const fill = (text: string): string => text.replaceAll("{REPO}", module.name).replaceAll("{VERSION}", module.version);
  const prefix = fill(source.strip_prefix);
  const archive = join(folder, `${prefix}.tar.gz`);

  const index = { GIT_INDEX_FILE: join(folder, "index") };
  git(["add", "--all"], index);
  git(["archive", "--format=tar.gz", `--prefix=${prefix}/`, `--output=${archive}`, git(["write-tree"], index)]);

  const integrity = `sha256-${createHash("sha256").update(readFileSync(archive)).digest("base64")}`;
  const modules = join(folder, "registry/modules", module.name);
  const version = join(modules, module.version);
  mkdirSync(version, { recursive: true });
  writeFileSync(join(folder, "registry/bazel_registry.json"), "{}");
  writeFileSync(
    join(modules, "metadata.json"),
    JSON.stringify({
      ...(JSON.parse(readFileSync(join(bcr, "metadata.template.json"), "utf8")) as object),
      versions: [module.version],
    }),
  );
  writeFileSync(join(version, "MODULE.bazel"), readFileSync(join(repositoryRoot, "MODULE.bazel")));
  writeFileSync(
    join(version, "source.json"),
    JSON.stringify({ ...source, integrity, strip_prefix: prefix, url: pathToFileURL(archive).href }),
  );
  return { archive, prefix, registry: pathToFileURL(join(folder, "registry")).href };
}
