import { z } from "zod";

import { ImportError } from "../source-tree";

/** The parts that are used of what Meson says of a configured build, in `meson-info/` (mesonbuild.com/IDE-integration.html). */
const targetsSchema = z.array(
  z.object({ name: z.string(), type: z.string(), filename: z.array(z.string()), installed: z.boolean() }),
);

const installPlanSchema = z.record(z.string(), z.record(z.string(), z.object({ destination: z.string() })));

const filesSchema = z.array(z.string());

/** What the build has ninja run for each source, in `compile_commands.json`. */
const commandsSchema = z.array(z.object({ command: z.string() }));

/** A static library that is installed. */
export interface InstalledLibrary {
  /** What `-l` names it by. */
  readonly name: string;
  /** Absolute path in the build folder. */
  readonly path: string;
}

/** What a configured build knows of itself. */
export interface Introspection {
  /** In the order of the build files. */
  readonly libraries: readonly InstalledLibrary[];
  /** Where a file that is not compiled is installed, as `{prefix}/include/stdio.h` → absolute path of the file. */
  readonly installed: ReadonlyMap<string, string>;
  /** Absolute paths of the files that configuring has read. */
  readonly buildFiles: readonly string[];
  /** The command lines that compile something. */
  readonly commands: readonly string[];
}

/**
 * The prefix that builds are configured with. Meson spells it in some destinations, and writes `{prefix}` in others.
 */
export const prefix = "/gen-bzl";

/**
 * Reads what Meson has written about a build.
 *
 * @param read The text of a file, by its path in the build folder.
 */
export function readIntrospection(read: (path: string) => string): Introspection {
  const targets = parse(targetsSchema, "meson-info/intro-targets.json", read);
  const plan = parse(installPlanSchema, "meson-info/intro-install_plan.json", read);
  return {
    libraries: targets
      .filter(({ type, installed }) => type === "static library" && installed)
      .map(({ name, filename }) => ({ name, path: filename[0] ?? name })),
    installed: new Map(
      Object.entries(plan).flatMap(([kind, files]) =>
        kind === "targets"
          ? []
          : Object.entries(files).map(([path, { destination }]): [string, string] => [
              destination.startsWith(`${prefix}/`) ? `{prefix}${destination.slice(prefix.length)}` : destination,
              path,
            ]),
      ),
    ),
    buildFiles: parse(filesSchema, "meson-info/intro-buildsystem_files.json", read),
    commands: parse(commandsSchema, "compile_commands.json", read).map(({ command }) => command),
  };
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  file: string,
  read: (path: string) => string,
): z.infer<Schema> {
  const parsed = schema.safeParse(JSON.parse(read(file)));
  if (!parsed.success)
    throw new ImportError(`Meson answers in a form that is not known: ${file}: ${parsed.error.message}`);
  return parsed.data;
}
