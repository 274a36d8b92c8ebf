import { secretVariable } from './command-line.ts';
import { settings } from './settings.ts';

/** Flags that are no settings. */
const switches: readonly (readonly [string, string])[] = [
  ['config file', 'A YAML file with settings under the names of the flags. What the command line says goes before it.'],
  ['check', 'Only say what is wrong with all this.'],
  ['help', 'This text.'],
  ['version', 'The version.'],
];

function rows(): readonly (readonly [string, string])[] {
  return [
    ...settings.map(({ name, form, many, help }): [string, string] => [
      `${name} ${form}`,
      many ? `${help} May be given several times.` : help,
    ]),
    ...switches,
  ];
}

/** For `--help`, in lines of 100 characters. */
export function helpText(): string {
  const lines = rows().map(([flag, text]) => `  --${flag}\n${wrapped(text, 94)}`);
  return [
    'usage: qaller-sip-engine --listen udp:0.0.0.0:5060 [flags]',
    '',
    'A SIP server for applications on drachtio-srf, in the place of drachtio-server.',
    '',
    ...lines,
    '',
    'SIGTERM and SIGINT end it; SIGHUP reads certificates anew.',
    '',
  ].join('\n');
}

/** `docs/reference/sip-engine-cli.md`. */
export function referenceText(): string {
  const table = rows().map(
    ([flag, text]) => `| \`--${flag.replaceAll('|', '\\|')}\` | ${text.replaceAll('|', '\\|')} |`,
  );
  return `# qaller-sip-engine

Written by \`npm run docs:engine\` from the settings in \`src/sip-engine/cli/\`; change them there.

The SIP engine by itself, in the place of drachtio-server: applications on drachtio-srf connect to its control port.

\`\`\`sh
${secretVariable}=… qaller-sip-engine --listen udp:192.0.2.1:5060 --listen tcp:192.0.2.1:5060
\`\`\`

| flag | |
|---|---|
${table.join('\n')}

The same names are the keys of the file that \`--config\` names. A key that is not listed here is refused by name.

\`\`\`yaml
listen: [udp:192.0.2.1:5060, tcp:192.0.2.1:5060]
control: [127.0.0.1:9022, tls:192.0.2.1:9023]
control-key: /etc/qaller/control.key
control-certificate: /etc/qaller/control.crt
external-address: 203.0.113.7
local-network: [10.0.0.0/8, 192.168.0.0/16]
timer: { t1: 500 }
limit: { connections: 2000 }
metrics: 127.0.0.1:9091
\`\`\`

The secret is best given in \`${secretVariable}\`. Without one the program does not start.

It writes its log to standard output, one line per entry, and what is wrong with the settings to standard error. It ends
with code 0 when told to by SIGTERM or SIGINT, 2 for wrong settings, and 1 when a port cannot be had or for a bug of
ours. SIGHUP reads the certificates anew; who is connected stays.
`;
}

function wrapped(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => `      ${line}`).join('\n');
}
