/** Writes docs/reference/engine-differences.md from the table that the conformance cases expect by. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Difference, differences } from '../test/conformance/differences.ts';

export const engineDifferencesFile = fileURLToPath(new URL('../docs/reference/engine-differences.md', import.meta.url));

const folder = new URL('../test/conformance/cases/', import.meta.url);

/** The files in test/conformance/cases/ that expect by this difference. */
export function casesOf(id: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => readFileSync(new URL(file, folder), 'utf8').includes(`differs('${id}'`))
    .toSorted();
}

function section([id, { when, ours, drachtio, why }]: [string, Difference]): readonly string[] {
  const links = casesOf(id).map((file) => `[${file}](../../test/conformance/cases/${file})`);
  return [
    `## ${id}`,
    '',
    when,
    '',
    `- Ours: ${ours}`,
    `- drachtio-server: ${drachtio}`,
    `- Why: ${why}`,
    `- Seen in ${links.join(', ')}.`,
    '',
  ];
}

/** The text of docs/reference/engine-differences.md. */
export function engineDifferences(): string {
  return [
    '# Where our SIP engine is not as drachtio-server',
    '',
    'Written by `npm run docs:differences` from `test/conformance/differences.ts`; change it there.',
    '',
    'The same cases (`test/conformance/`) are played against our engine and against a drachtio-server 0.9.10, with an',
    'unmodified drachtio-srf on one side and bare SIP peers on the other. Everything that they see is alike, but for',
    'what is listed here: each of these is on purpose, and a case expects exactly this of each of the two.',
    '',
    ...Object.entries(differences).flatMap(section),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(engineDifferencesFile, engineDifferences());
