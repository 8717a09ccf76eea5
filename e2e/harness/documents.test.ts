import { readFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "./consumer-workspace";
import { showLists } from "./show-lists";
import { listPlatforms, loadSources } from "./target-rows";

const textOf = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");

const sources = loadSources();

describe("README.md", () => {
  it("lists each platform of the manifest in a line of its own", () => {
    const [, list = ""] = /<!-- gen-bzl list -->\n```\n([^]*?)```/.exec(textOf("README.md")) ?? [];
    const named = list.split("\n").map((line) => line.trim().split(/\s+/)[0]);
    for (const { name } of listPlatforms(sources)) expect(named.filter((first) => first === name)).toEqual([name]);
  });

  it("lists platforms and features as gen-bzl does (mend: npm run generate)", () => {
    const readme = textOf("README.md");
    expect(readme).toBe(showLists(readme));
  });

  it("names the versions that the module has", () => {
    const { name, version, dependencies } = sources.manifest.module;
    expect(textOf("README.md")).toContain(`bazel_dep(name = "${name}", version = "${version}")`);
    expect(textOf("README.md")).toContain(`bazel_dep(name = "rules_cc", version = "${dependencies?.["rules_cc"]}")`);
  });
});

describe("NOTICE", () => {
  it.each(sources.manifest.runtimes.map(({ name }) => name))("names the licence of %s", (name) => {
    expect(
      textOf("NOTICE")
        .split("\n")
        .some((line) => line.split(/ {2,}/)[0]?.split(" ").includes(name)),
    ).toBe(true);
  });
});
