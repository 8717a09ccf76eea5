import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "./harness/consumer-workspace";
import { listAsPrinted, showPlatforms } from "./harness/show-platforms";

// Puts what `gen-bzl list` prints into README.md.
const readme = join(repositoryRoot, "README.md");
writeFileSync(readme, showPlatforms(readFileSync(readme, "utf8"), listAsPrinted()));
