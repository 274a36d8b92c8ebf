import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../../src/faults/catalogue.ts';

const reference = readFileSync(new URL('../../../docs/reference/faults.md', import.meta.url), 'utf8');

/** A section is a code as heading, a line of facts, and paragraphs. */
const sections = new Map(
  reference
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [code = '', ...rest] = section.split('\n');
      return [code.trim(), rest.join('\n').trim()] as const;
    }),
);

describe('docs/reference/faults.md', () => {
  it('explains every fault of the catalogue, and none that is gone', () => {
    assert.deepEqual([...sections.keys()].sort(), Object.keys(catalogue).sort());
  });

  for (const [code, { sip, http, blame }] of Object.entries(catalogue)) {
    it(`tells the statuses of ${code}, whose doing it is, and what to do`, () => {
      const text = sections.get(code) ?? '';
      assert.ok(text.startsWith(`SIP ${sip} · HTTP ${http} · ${blame}\n`), `begins with: ${text.split('\n')[0] ?? ''}`);
      assert.match(text, /\*\*What to do\.\*\* \w+/);
    });
  }
});
