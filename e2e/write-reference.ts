import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { repositoryRoot } from "./harness/consumer-workspace";
import { extractReference, referencePath } from "./reference/extract-reference";

// Writes the reference of the public rules from their docstrings.
const file = join(repositoryRoot, referencePath);
mkdirSync(dirname(file), { recursive: true });
void extractReference().then((text) => writeFileSync(file, text));
