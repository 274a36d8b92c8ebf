import { writeFileSync } from 'node:fs';
import { referenceText } from '../src/sip-engine/cli/help.ts';

/** Writes the flags of the engine's own program: `npm run docs:engine`. */
writeFileSync(new URL('../docs/reference/sip-engine-cli.md', import.meta.url), referenceText());
