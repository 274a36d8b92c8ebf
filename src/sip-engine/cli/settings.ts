import { isIP } from 'node:net';
import { settingsOf } from '../options.ts';
import {
  one,
  readAddress,
  readListen,
  readName,
  readNamedNumber,
  readNameServer,
  readNetwork,
  readRequestHandler,
} from './reader.ts';
import type { Setting } from './setting.ts';

const { timers, limits } = settingsOf({ listen: [], secret: '' });

/** Every setting, in the order of the help. */
export const settings: readonly Setting[] = [
  {
    name: 'listen',
    form: 'transport:address:port[,external=address]',
    many: true,
    help: 'Where SIP is listened for, as in udp:0.0.0.0:5060 or tls:[::1]:5061. Port 0: any free one. With external= the address that peers see this one at, in place of --external-address.',
    read: (text, draft) => readListen(text, (address) => draft.listen.push(address)),
  },
  {
    name: 'tls-key',
    form: 'file',
    many: false,
    help: 'The private key that tls and wss are listened for with, in PEM.',
    read: (text, draft) => {
      draft.tlsKey = text;
      return undefined;
    },
  },
  {
    name: 'tls-certificate',
    form: 'file',
    many: false,
    help: 'Its certificate, with the chain behind it, in PEM.',
    read: (text, draft) => {
      draft.tlsCertificate = text;
      return undefined;
    },
  },
  {
    name: 'control',
    form: '[tls:]address:port',
    many: true,
    help: 'Where applications connect. Without it: 127.0.0.1:9022.',
    read: (text, draft) => {
      const tls = text.startsWith('tls:');
      return readAddress(tls ? text.slice(4) : text, (place) => draft.control.push({ ...place, tls }));
    },
  },
  {
    name: 'control-key',
    form: 'file',
    many: false,
    help: 'The private key of control ports with tls:, in PEM.',
    read: (text, draft) => {
      draft.controlKey = text;
      return undefined;
    },
  },
  {
    name: 'control-certificate',
    form: 'file',
    many: false,
    help: 'Its certificate, with the chain behind it, in PEM.',
    read: (text, draft) => {
      draft.controlCertificate = text;
      return undefined;
    },
  },
  {
    name: 'secret',
    form: 'text',
    many: false,
    help: 'What applications must show. Every user of the machine can read command lines: rather set QALLER_SIP_ENGINE_SECRET.',
    read: (text, draft) => {
      draft.secret = text;
      return /[|\r\n]/.test(text)
        ? 'a text without | and without line ends, which no application could send'
        : undefined;
    },
  },
  {
    name: 'external-address',
    form: 'address',
    many: false,
    help: 'Our address as peers outside of local networks see it: behind address translation, or in a cloud.',
    read: (text, draft) => {
      draft.externalAddress = text;
      return isIP(text) === 0 ? 'an IP address' : undefined;
    },
  },
  {
    name: 'local-network',
    form: 'address/bits',
    many: true,
    help: 'Whose peers are shown our own address instead, as in 10.0.0.0/8.',
    read: (text, draft) => readNetwork(text, (network) => draft.localNetworks.push(network)),
  },
  {
    name: 'external-name',
    form: 'name',
    many: true,
    help: 'A host name of the external address: requests for it at a port of ours are for ourselves.',
    read: (text, draft) => readName(text, (name) => draft.externalNames.push(name)),
  },
  {
    name: 'dns-server',
    form: 'address[:port]',
    many: true,
    help: 'Who is asked for host names. Without it: the name servers of this machine, and its hosts file.',
    read: (text, draft) => readNameServer(text, (server) => draft.dnsServers.push(server)),
  },
  {
    name: 'session-refresher',
    form: 'none|uac|uas',
    many: false,
    help: 'Who refreshes a session where a caller wants a session timer and leaves that open. Without it: none, such a wish is not heard.',
    read: (text, draft) =>
      one(text, ['none', 'uac', 'uas'] as const, (defaultRefresher) => {
        draft.sessionTimers = { ...draft.sessionTimers, defaultRefresher };
      }),
  },
  {
    name: 'session-minimum',
    form: 'seconds',
    many: false,
    help: 'The shortest session timer that is agreed on, which others see as Min-SE. Without it: 90.',
    read: (text, draft) => {
      draft.sessionTimers = { ...draft.sessionTimers, minSE: Number(text) };
      return /^[1-9]\d{0,8}$/.test(text) ? undefined : 'a whole number above 0';
    },
  },
  {
    name: 'timer',
    form: 'name=milliseconds',
    many: true,
    help: `One of: ${Object.entries(timers).map(pair).join(', ')}.`,
    read: (text, draft) =>
      readNamedNumber(text, Object.keys(timers), (name, value) => Object.assign(draft.timers, { [name]: value })),
  },
  {
    name: 'limit',
    form: 'name=number',
    many: true,
    help: `What one peer may take; 0 switches a limit off. One of: ${Object.entries(limits).filter(isNumber).map(pair).join(', ')}.`,
    read: (text, draft) =>
      readNamedNumber(
        text,
        Object.entries(limits)
          .filter(isNumber)
          .map(([name]) => name),
        (name, value) => Object.assign(draft.limits, { [name]: value }),
      ),
  },
  {
    name: 'exempt-network',
    form: 'address/bits',
    many: true,
    help: "Whose peers the limits per source do not hold for: a carrier sends everybody's calls from one address.",
    read: (text, draft) => readNetwork(text, (network) => draft.exemptNetworks.push(network)),
  },
  {
    name: 'request-handler',
    form: '"method url [GET|POST]"',
    many: true,
    help:
      'Who says which application gets the new requests of a method, or of every other one where it is *: an http: or ' +
      'https: URL to ask, or tcp://host:port or tls://host:port of an application to connect to at once.',
    read: (text, draft) => readRequestHandler(text, (handler) => draft.requestHandlers.push(handler)),
  },
  {
    name: 'cdrs',
    form: 'on|off',
    many: false,
    help: 'Whether applications that ask for cdr:attempt, cdr:start and cdr:stop are told of calls. Without it: off.',
    read: (text, draft) =>
      one(text, ['on', 'off', 'true', 'false'] as const, (choice) => {
        draft.cdrs = choice === 'on' || choice === 'true';
      }),
  },
  {
    name: 'metrics',
    form: 'address:port',
    many: false,
    help: 'Where Prometheus may read what lives and what was done, at /metrics.',
    read: (text, draft) =>
      readAddress(text, (place) => {
        draft.metrics = place;
      }),
  },
  {
    name: 'log-level',
    form: 'debug|info|warn|error',
    many: false,
    help: 'The least that is worth a line. Without it: info. Strangers can make as many lines of debug as they like.',
    read: (text, draft) =>
      one(text, ['debug', 'info', 'warn', 'error'] as const, (level) => {
        draft.logLevel = level;
      }),
  },
  {
    name: 'log-format',
    form: 'json|text',
    many: false,
    help: 'Lines for machines, or for people. Without it: json.',
    read: (text, draft) =>
      one(text, ['json', 'text'] as const, (format) => {
        draft.logFormat = format;
      }),
  },
];

function pair([name, value]: readonly [string, unknown]): string {
  return `${name}=${String(value)}`;
}

function isNumber([, value]: readonly [string, unknown]): boolean {
  return typeof value === 'number';
}
