import { readFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "../harness/consumer-workspace";
import { extractReference, referencePath } from "../reference/extract-reference";

it("describes the public rules as their docstrings do (mend: npm run reference)", async () => {
  expect(readFileSync(join(repositoryRoot, referencePath), "utf8")).toBe(await extractReference());
});
