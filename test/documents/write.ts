// npm run docs: writes the documents that are made from code. test/architecture/documents.test.ts fails while they are stale.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/config/package-root.ts";
import { generatedDocuments } from "./generated.ts";

for (const [name, text] of generatedDocuments()) writeFileSync(join(packageRoot(), name), text);
