import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "./harness/consumer-workspace";
import { showLists } from "./harness/show-lists";

// Puts what `gen-bzl list` and `gen-bzl list --features` print into README.md.
const readme = join(repositoryRoot, "README.md");
writeFileSync(readme, showLists(readFileSync(readme, "utf8")));
