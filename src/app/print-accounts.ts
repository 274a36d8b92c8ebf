import { type DemoAccount, demoNumbers } from './demo-company.ts';

interface Socket {
  readonly transport: string;
  readonly address: string;
  readonly port: number;
}

/**
 * For the terminal, once, when the demonstration company was made: how to register a phone, and what to dial.
 * @param hosts addresses of this machine, named where it listens at all of them
 */
export function printAccounts(
  accounts: readonly DemoAccount[],
  listening: readonly Socket[],
  hosts: readonly string[] = [],
): string {
  const [first] = accounts;
  const rows = accounts.map(({ name, kind, extension, username, password }) => [
    name,
    kind,
    extension,
    username,
    password,
  ]);
  return [
    'A company to try this exchange with was made: Voorbeeld BV.',
    'Its passwords are shown now and never again, so keep this text.',
    '',
    ...table([['name', 'phone', 'extension', 'username', 'password'], ...rows]),
    '',
    'To register a phone or softphone:',
    ...listening.map((socket) => `  server    ${serverOf(socket, hosts)}`),
    '  username  the one above, also where the phone asks for an authentication name',
    '  password  the one above',
    '',
    'Then dial:',
    '  202         a colleague, by extension',
    `  ${national(demoNumbers.reception)}  the reception: all three people's phones ring`,
    `  ${national(demoNumbers.direct)}  ${first?.name ?? 'one person'}`,
    '',
  ].join('\n');
}

function serverOf({ transport, address, port }: Socket, hosts: readonly string[]): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? hosts.join(' or ') || 'the address of this machine' : address;
  return `${host}, port ${String(port)}, ${transport.toUpperCase()}`;
}

function national(number: string): string {
  return number.replace('+31', '0');
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
