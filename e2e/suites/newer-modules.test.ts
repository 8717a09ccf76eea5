import { spawnSync } from "node:child_process";

import { loadSources } from "../harness/target-rows";
import { missingFrom } from "../modules/labels-in-use";
import { labelsOfThisModule } from "../modules/this-module";
import { downloadRelease, latestRelease, repositoryOf } from "../modules/upstream";

/** Whether tests are to be declared is asked before they can await anything. */
function isReachable(url: string): boolean {
  const { status } = spawnSync(process.execPath, ["-e", `fetch(${JSON.stringify(url)}, { method: "HEAD" }).then(() => process.exit(0), () => process.exit(1))`], { timeout: 10_000 });
  return status === 0;
}

describe("the latest release of", () => {
  for (const module of Object.keys(loadSources().manifest.module.dependencies)) {
    const reachable = isReachable(repositoryOf(module));
    const declare = reachable ? it : it.skip;
    declare(`${module} has every label that is used${reachable ? "" : " (skipped: no network)"}`, async () => {
      const facts = await downloadRelease(module, await latestRelease(module));
      expect(missingFrom(facts, labelsOfThisModule())).toEqual([]);
    });
  }
});
