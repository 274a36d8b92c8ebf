import { writeFileSync } from 'node:fs';
import { referenceMarkdown, schemaJson } from './config-reference.ts';

/** Writes what follows from the schema of the configuration: `npm run docs:config`. */
writeFileSync(new URL('../config/schema.json', import.meta.url), schemaJson());
writeFileSync(new URL('../docs/reference/config.md', import.meta.url), referenceMarkdown());
