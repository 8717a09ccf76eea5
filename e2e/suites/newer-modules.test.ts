import { itUnless } from "../harness/declare-skip";
import { runCommandSync } from "../harness/run-command";
import { loadSources } from "../harness/target-rows";
import { missingFrom } from "../modules/labels-in-use";
import { labelsOfThisModule } from "../modules/this-module";
import { downloadRelease, latestRelease, repositoryOf } from "../modules/upstream";

/** Whether tests are to be declared is asked before they can await anything. */
function isReachable(url: string): boolean {
  const program = `fetch(${JSON.stringify(url)}, { method: "HEAD", signal: AbortSignal.timeout(10_000) }).then(() => process.exit(0), () => process.exit(1))`;
  return runCommandSync(process.execPath, ["-e", program]).status === 0;
}

describe("the latest release of", () => {
  for (const module of Object.keys(loadSources().manifest.module.dependencies)) {
    itUnless(isReachable(repositoryOf(module)) ? undefined : "no network")(`${module} has every label that is used`, async () => {
      const facts = await downloadRelease(module, await latestRelease(module));
      expect(missingFrom(facts, labelsOfThisModule())).toEqual([]);
    });
  }
});
