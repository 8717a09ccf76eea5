import { builtinManifest, readManifest } from "../../../generator/read/read-manifest";
import { validateManifest } from "../../../generator/validate/validate-manifest";

test("each library is put together of what upstream's is", () => {
  const { manifest, imports } = validateManifest(readManifest(builtinManifest));
  const units = manifest.runtimes.find(({ name }) => name === "sanitizer-runtimes")?.units ?? [];
  const lists = imports.get("sanitizer-runtimes-22.1.8")?.facts.lists ?? {};
  const made = units.flatMap((unit) =>
    unit.kind === "archive" && typeof unit.link !== "string"
      ? [[unit.name, { own: unit.sources, parts: unit.whole_archives }] as const]
      : [],
  );
  expect(made.length).toBeGreaterThan(7);
  expect(Object.fromEntries(made)).toEqual(
    Object.fromEntries(
      made.map(([name]) => {
        const own = `clang_rt.${name}`;
        const hasOwn = imports.get("sanitizer-runtimes-22.1.8")?.sets[own] !== undefined;
        return [name, { own: hasOwn ? own : undefined, parts: lists[name] }];
      }),
    ),
  );
});
