import { chmodSync, cpSync, existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { removeTree } from "../../crossenv/cache";
import { scratchRoot } from "./consumer-workspace";
import type { DrivenBazel } from "./drive-bazel";

const script = "go/private/rules/binary_wrapper.sh";

/**
 * A folder with rules_go where the registry serves it as Go's own archive of the module, in which nothing is executable; else
 * undefined.
 *
 * @param bazel One whose workspace asks for rules_go.
 */
export async function executableRulesGo(bazel: DrivenBazel): Promise<string | undefined> {
  await bazel.query("cquery", [`@rules_go//${dirname(script)}:${basename(script)}`]);
  const external = join(bazel.outputBase, "external");
  const fetched = join(
    external,
    readdirSync(external).find((entry) => /^rules_go[~+]/.test(entry) && existsSync(join(external, entry, script))) ??
      "rules_go",
  );
  if ((statSync(join(fetched, script)).mode & 0o100) !== 0) return undefined;
  const copy = join(scratchRoot, `rules_go-for-${basename(bazel.outputBase)}`);
  removeTree(copy);
  cpSync(realpathSync(fetched), copy, { recursive: true });
  chmodSync(join(copy, script), 0o755);
  return copy;
}
