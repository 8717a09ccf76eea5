import { readFileSync } from "node:fs";

import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { loadSources } from "../harness/target-rows";
import { readModuleInfo } from "./module-info";
import { publicFiles } from "./public-files";
import { renderReference } from "./render-reference";

/** Where the reference is, relative to the repository, and the command that writes it. */
export const referencePath = "docs/reference/rules.md";
const command = "npm run reference";

/** rules_cc's own libraries of what the public files load from it. */
const loaded = [
  "@rules_cc//cc:action_names_bzl",
  "@rules_cc//cc:find_cc_toolchain_bzl",
  "@rules_cc//cc/common",
  "@xllvm//:bzl_srcs",
];

/** The reference as Bazel reads it from the docstrings; nothing is compiled. */
export async function extractReference(): Promise<string> {
  const targets = publicFiles.map(
    ({ name, label }) => `starlark_doc_extract(name = "${name}", src = "${label}", deps = ${JSON.stringify(loaded)})\n`,
  );
  const workspace = writeConsumerWorkspace(loadSources().manifest, {
    name: "reference",
    files: { "BUILD.bazel": targets.join("") },
  });
  const bazel = new DrivenBazel({ name: "reference", workspace });
  try {
    const { outputs } = await bazel.build(publicFiles.map(({ name }) => `//:${name}`));
    const infoOf = (name: string) => readModuleInfo(readFileSync(outputs.get(`//:${name}`)?.[0] ?? ""));
    return renderReference(
      publicFiles.map((file) => ({ ...file, info: infoOf(file.name) })),
      command,
    );
  } finally {
    await bazel.shutDown();
  }
}
