import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { planModule } from "../plan/plan-module";
import { formatProblem } from "../read/problem";
import { builtinManifest, readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { validateManifest } from "../validate/validate-manifest";

const { systems, runtimes } = validateManifest(readManifest(builtinManifest)).manifest;

/** What goes with a runtime: libcs whose systems have it in their stacks, runtimes whose rows call functions of its recipes; and so on. */
function goesWith(runtime: string): Set<string> {
  const gone = new Set([runtime]);
  for (const name of gone) {
    for (const { stack, libc } of systems) if (stack.includes(name) && libc !== undefined) gone.add(libc);
    for (const { name: other, prepare } of runtimes)
      if (prepare.some((step) => step.recipe === "starlark" && step.function.startsWith(`${name}/`))) gone.add(other);
  }
  return gone;
}

/** The built-in manifest without the folders of some runtimes and without their imports, elsewhere. */
function copyWithout(gone: ReadonlySet<string>): string {
  const folder = mkdtempSync(join(tmpdir(), "gen-bzl-test-"));
  const isGone = (path: string): boolean =>
    gone.has(basename(dirname(path)) === "runtimes" ? basename(path) : basename(path).replace(/-[^-]*\.json$/, ""));
  for (const part of ["manifest", "imports"]) {
    const from = join(dirname(builtinManifest), part);
    cpSync(from, join(folder, part), { recursive: true, filter: (path) => !path.endsWith(".ts") && !isGone(path) });
  }
  return folder;
}

/** Where a runtime is named in a plan; addresses of compilers, and upstream's own folders, may have its name in them. */
function namedIn(planned: ReadonlyMap<string, string>, runtime: string): string[] {
  const name = new RegExp(`(?<![\\w+-])${runtime.replace(/\+/g, "\\+")}(?![\\w+])`);
  return [...planned].flatMap(([path, text]) =>
    [path, ...text.split("\n")].filter((line) => name.test(line) && !/"urls"|^\s*"[\w-]+\/include",$/.test(line)),
  );
}

// Those that every system is built on, but for those that are built on nothing, take everything with them.
const removable = runtimes.filter(({ name }) =>
  systems.some(({ stack }) => stack.length > 0 && !stack.some((one) => goesWith(name).has(one))),
);

test.each(removable.map(({ name }) => name))(
  "without the folder of %s, and of those that need it, a manifest is valid, and names none of them",
  (name) => {
    const gone = goesWith(name);
    const folder = copyWithout(gone);
    try {
      const { problems, manifest, imports } = validateManifest(readManifest(join(folder, "manifest")));
      expect(problems.map(formatProblem)).toEqual([]);
      const planned = planModule({ manifest, imports }, readTemplates());
      expect(planned.size).toBeGreaterThan(20);
      expect([...gone].flatMap((one) => namedIn(planned, one))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test("libcs can be deleted one by one", () => {
  const libcs = new Set(systems.flatMap(({ libc }) => libc ?? []));
  expect(removable.map(({ name }) => name)).toEqual(expect.arrayContaining([...libcs]));
});
