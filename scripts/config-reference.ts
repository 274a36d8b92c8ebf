import { z } from 'zod';
import { configSchema } from '../src/config/schema.ts';

/** As much of JSON Schema as ours uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

const schema = z.toJSONSchema(configSchema, { io: 'input' }) as Schema;

/** The text of config/schema.json, for editors that check YAML while it is written. */
export function schemaJson(): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The text of docs/reference/config.md. */
export function referenceMarkdown(): string {
  const sections = Object.entries(schema.properties ?? {}).flatMap(([name, section]) => sectionText(name, section));
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

const introduction = `# Configuration

Written by \`npm run docs:config\` from the schema in \`src/config/schema.ts\`; change it there.

Every setting has a default, so the server runs without any file. What differs is written in one YAML file,
which is named on the command line or in the environment variable \`QALLER_CONFIG\`; \`config/example.yaml\` is one to start
from, and \`config/schema.json\` lets an editor check it. A setting that is not listed here is refused by name.
The configuration is read once, at the start.

## From the environment

Any setting can be given in an environment variable, which goes before the file. Its name is \`QALLER_\` and the path
in capitals: two underscores go one level down, one starts a new word, and a number is a place in a list.

| variable | setting |
|---|---|
| \`QALLER_SIP__REALM=example.com\` | \`sip.realm\` |
| \`QALLER_SIP__LIMITS__MESSAGE_BYTES=32768\` | \`sip.limits.messageBytes\` |
| \`QALLER_SIP__LISTEN='[udp:0.0.0.0:5060, tcp:0.0.0.0:5060]'\` | \`sip.listen\` |
| \`QALLER_TRUNKS__0__AUTH__PASSWORD='a secret'\` | \`password\` of the first trunk's \`auth\` |

The value is read as YAML: \`30\` is a number and \`true\` is a choice; a text that looks like one of those goes between
quotes, inside those of the shell: \`QALLER_SIP__SECRET='"12345"'\`. An empty variable counts as absent.

Passwords and secrets are printed as \`[secret]\` wherever the program shows its configuration.`;

function sectionText(name: string, section: Schema): readonly string[] {
  const heading = `## ${name}`;
  const what = section.description ?? '';
  if (section.oneOf !== undefined) return [heading, what, ...choiceText(name, section.oneOf)];
  if (section.type === 'array')
    return [heading, what, `\`${name}\` is a list; of each:`, table(section.items ?? {}, '')];
  if (section.properties !== undefined) return [heading, what, table(section, `${name}.`)];
  return [heading, tableOf([row(name, section, false)])];
}

/** What is common to all adapters of a section once, and what one adapter adds under its name. */
function choiceText(name: string, branches: readonly Schema[]): readonly string[] {
  const isCommon = (key: string): boolean =>
    branches.every(({ properties }) => properties?.[key]?.const === undefined && key in (properties ?? {}));
  const [first = {}] = branches;
  const common = pick(first, isCommon);
  const tables = branches.flatMap((branch) => {
    const [key, choice] =
      Object.entries(branch.properties ?? {}).find(([, property]) => property.const !== undefined) ?? [];
    const chosen = branch.required?.includes(String(key)) === true ? '' : ' (the default)';
    const own = pick(branch, (property) => !isCommon(property) && property !== key);
    const heading = `### \`${name}.${String(key)}: ${String(choice?.const)}\`${chosen}`;
    const rows = Object.keys(own.properties ?? {}).length === 0 ? [] : [table(own, `${name}.`)];
    return [heading, choice?.description ?? '', ...rows];
  });
  return Object.keys(common.properties ?? {}).length === 0 ? tables : [table(common, `${name}.`), ...tables];
}

function pick(branch: Schema, wanted: (key: string) => boolean): Schema {
  return {
    ...branch,
    properties: Object.fromEntries(Object.entries(branch.properties ?? {}).filter(([key]) => wanted(key))),
  };
}

function table(section: Schema, prefix: string): string {
  return tableOf(rows(section, prefix));
}

function tableOf(lines: readonly string[]): string {
  return ['| setting | what it may be | default | |', '|---|---|---|---|', ...lines].join('\n');
}

function rows({ properties = {}, required = [] }: Schema, prefix: string): readonly string[] {
  return Object.entries(properties).flatMap(([key, property]) => {
    const line = row(`${prefix}${key}`, property, required.includes(key));
    return property.properties === undefined ? [line] : [line, ...rows(property, `${prefix}${key}.`)];
  });
}

function row(path: string, property: Schema, isRequired: boolean): string {
  const value = property.default ?? property.const;
  const shown = property.properties !== undefined || value === undefined ? '' : `\`${JSON.stringify(value)}\``;
  return `| \`${path}\` | ${kindOf(property)} | ${isRequired ? 'needed' : shown} | ${property.description ?? ''} |`;
}

function kindOf({ type, const: only, enum: choices, items, minimum, maximum }: Schema): string {
  if (only !== undefined) return `\`${only}\``;
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : kindOf(items)}s`;
  if (type === 'integer' || type === 'number') return `number${range(minimum, maximum)}`;
  return { string: 'text', boolean: '`true` or `false`', object: 'section' }[type ?? ''] ?? '';
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined)
    return bounded ? `, ${String(minimum)} to ${String(maximum)}` : `, ${String(minimum)} or more`;
  return bounded ? `, above 0 and up to ${String(maximum)}` : '';
}
