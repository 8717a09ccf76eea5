import { readManifest } from "../read/read-manifest";
import { editFile, sampleFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import type { ResolvedTarget } from "./resolved-target";
import { resolveTargets } from "./resolve-targets";

function resolve(files: Files): ResolvedTarget[] {
  const folder = writeTemporary(files);
  try {
    const { manifest, imports, problems } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    return resolveTargets({ manifest: manifest, imports });
  } finally {
    folder.remove();
  }
}

test("fills in columns: triple, include directories, outputs", () => {
  const [target] = resolve(
    editFile(sampleFiles, "manifest/runtimes/musl.yaml", "output: lib/libc.a", 'output: "lib/{triple}/{musl}.a"'),
  );
  expect(target).toMatchObject({
    name: "linux_arm64_musl.1.2.5",
    platform: "linux_arm64_musl",
    isDefault: true,
    triple: "aarch64-unknown-linux-musl",
  });
  expect(target!.runtimes[0]).toMatchObject({
    include: ["include", "arch/aarch64"],
    products: [{ output: "lib/aarch64-unknown-linux-musl/aarch64.a" }],
  });
});

test("makes one product for each item of a fact", () => {
  const imported = JSON.parse(sampleFiles["imports/musl-1.2.5.json"]!) as { sets: { libc: { variants: object[] } } };
  const files = editFile(
    {
      ...sampleFiles,
      "imports/musl-1.2.5.json": JSON.stringify({ ...imported, facts: { lists: { empty: ["m", "rt"] } } }),
    },
    "manifest/runtimes/musl.yaml",
    "units:",
    'units:\n  - {name: none, kind: archive, for_each: empty, output: "lib/lib{item}.a", link: c}',
  );
  expect(resolve(files)[0]!.runtimes[0]!.products[0]).toMatchObject({
    name: "none",
    outputs: ["lib/libm.a", "lib/librt.a"],
  });
});

test("takes a file of the archive by the columns of the target", () => {
  const unit = '\n  - {name: script, kind: file, output: lib/board.ld, source: "boards/{musl}.ld", link: c}';
  const files = editFile(sampleFiles, "manifest/runtimes/musl.yaml", "units:", `units:${unit}`);
  expect(resolve(files)[0]!.runtimes[0]!.products[0]).toEqual({
    name: "script",
    kind: "file",
    output: "lib/board.ld",
    source: "boards/aarch64.ld",
    link: "c",
  });
});

test("leaves out units of link modes that the system does not have", () => {
  const unit =
    "\n  - {name: c_so, kind: shared_library, output: lib/libc.so, whole_archives: [c], link_modes: [dynamic], link: c}";
  const files = editFile(sampleFiles, "manifest/runtimes/musl.yaml", "units:", `units:${unit}`);
  const namesOf = (target: ResolvedTarget) => target.runtimes[0]!.products.map(({ name }) => name);
  expect(namesOf(resolve(files)[0]!)).toEqual(["c"]);
  const dynamic = editFile(files, "manifest/systems.yaml", "link_modes: [static]", "link_modes: [static, dynamic]");
  expect(namesOf(resolve(dynamic)[0]!)).toEqual(["c_so", "c"]);
});

test("links a shared library against what links take of a role: its shared libraries before its archives", () => {
  const runtime = `name: more
role: cxx
versions: [{version: "1", archive: musl-1.2.5, default: true}]
units:
  - {name: more_so, kind: shared_library, output: lib/libmore.so, libraries: [libc], link: c++_shared}
`;
  const files = editFile(
    { ...sampleFiles, "manifest/runtimes/more.yaml": runtime },
    "manifest/systems.yaml",
    "stack: [musl]",
    "stack: [musl, more]",
  );
  const librariesOf = (given: Files) => resolve(given)[0]!.runtimes[1]!.products[0];
  expect(librariesOf(files)).toMatchObject({ libraries: ["c"] });
  const shared = "\n  - {name: c_so, kind: shared_library, output: lib/libc.so, whole_archives: [c], link: c}";
  expect(librariesOf(editFile(files, "manifest/runtimes/musl.yaml", "units:", `units:${shared}`))).toMatchObject({
    libraries: ["c_so"],
  });
});

test("takes the sources of a variant's base, so that a CPU variant needs no import of its own", () => {
  const imported = JSON.parse(sampleFiles["imports/musl-1.2.5.json"]!) as { sets: { libc: { variants: object[] } } };
  imported.sets.libc.variants = [{ name: "arm64", architectures: ["arm64"] }];
  const files = {
    ...sampleFiles,
    "imports/musl-1.2.5.json": JSON.stringify(imported),
    "manifest/architectures.yaml": `${sampleFiles["manifest/architectures.yaml"]}- {name: arm64_v9, base: arm64, flags: [-march=armv9-a]}\n`,
    "manifest/targets.yaml": "- {architecture: arm64_v9, system: linux_musl}\n",
  };
  expect(resolve(files)[0]).toMatchObject({
    name: "linux_arm64_v9_musl.1.2.5",
    flags: ["-march=armv9-a"],
    runtimes: [{ products: [{ compilation: { sources: { variant: { name: "arm64" } } } }] }],
  });
});
