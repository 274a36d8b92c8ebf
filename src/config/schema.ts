import { z } from 'zod';
import { Secret } from './secret.ts';
import {
  atLeastOne,
  country,
  ipAddress,
  listenAddress,
  milliseconds,
  network,
  port,
  seconds,
  secret,
  unlessNamed,
  word,
} from './schema-parts.ts';
import { media, sounds, voicemail } from './media-schema.ts';
import { trunks } from './trunk-schema.ts';

/**
 * Everything that can be configured, with its default: `{}` is a whole working server.
 * A key that is not named here is refused. Each description is a line of
 * docs/reference/config.md, so write it for whoever runs the exchange.
 */

const timers = z
  .strictObject({
    t1: milliseconds.default(500).describe('RFC 3261 T1, in milliseconds: the estimated round trip.'),
    t2: milliseconds
      .default(4_000)
      .describe('RFC 3261 T2, in milliseconds: the longest interval between retransmissions.'),
    t4: milliseconds
      .default(5_000)
      .describe('RFC 3261 T4, in milliseconds: how long a message can stay in the network.'),
  })
  .refine(({ t1, t2 }) => t1 <= t2, { error: 't1 must not be above t2', path: ['t1'] })
  .prefault({})
  .describe('SIP timers. Change them only for a test or for a very slow network.');

const external = z
  .strictObject({
    address: ipAddress.describe(
      'The public address that phones outside the local networks see this server at. It takes the place of addresses of its own family only.',
    ),
    localNetworks: z
      .array(network)
      .prefault(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', 'fc00::/7'])
      .describe('Networks (CIDR) whose phones reach this server directly and are told its own address instead.'),
  })
  .optional()
  .describe('For a server behind NAT. Without it, phones are told the address that their own packets came in at.');

const registration = z
  .strictObject({
    minimumSeconds: atLeastOne.default(60).describe('A phone that asks for less is refused with 423.'),
    defaultSeconds: atLeastOne.default(300).describe('What a phone gets that does not ask.'),
    maximumSeconds: atLeastOne.default(3_600).describe('A phone that asks for more gets this.'),
    maximumBindings: atLeastOne.default(10).describe('How many contacts one device may have at a time.'),
  })
  .refine((r) => r.minimumSeconds <= r.defaultSeconds && r.defaultSeconds <= r.maximumSeconds, {
    error: 'minimumSeconds, defaultSeconds and maximumSeconds must not go down in that order',
    path: ['defaultSeconds'],
  })
  .prefault({})
  .describe('For how long, and how often at once, a phone registers.');

const limits = z
  .strictObject({
    messageBytes: z.int().min(1_500).max(1_048_576).default(65_536).describe('The longest SIP message that is read.'),
    connections: atLeastOne.default(10_000).describe('Connections in all: TCP, TLS and WebSocket.'),
    connectionsPerAddress: atLeastOne
      .default(1_000)
      .describe('Connections from one IPv4 address or one IPv6 /64 network, behind which a whole office may sit.'),
    requestsPerSecondPerAddress: atLeastOne
      .default(2_000)
      .describe(
        'SIP requests a second from one IPv4 address or one IPv6 /64 network, in the long run and over all transports; more are dropped without an answer. A carrier sends all its calls from one.',
      ),
    requestBurstPerAddress: z
      .int()
      .min(0)
      .default(0)
      .describe('How many of them may come at once. 0: as many as in one second.'),
    exemptNetworks: z
      .array(network)
      .prefault([])
      .describe('Networks (CIDR) that the limits for one address do not hold for, such as those of carriers.'),
    callsPerUser: atLeastOne.default(10).describe('Live calls of one user.'),
    callsPerTenant: atLeastOne.default(1_000).describe('Live calls of one company.'),
    calls: atLeastOne.default(2_000).describe('Live calls in all.'),
  })
  .prefault({})
  .describe('What one party can take of the exchange.');

const certificateFiles = {
  key: word.describe('Path of a PEM file: the private key.'),
  cert: word.describe('Path of a PEM file: the certificate, and those of its issuers after it.'),
};

const tls = z
  .strictObject({
    certificate: z
      .strictObject(certificateFiles)
      .optional()
      .describe(
        'What `tls:` and `wss:` sockets show. Looked at every 30 seconds; a renewed one is used without a restart.',
      ),
    servers: z
      .array(
        z.strictObject({
          names: z.array(word).min(1).describe('Server names that this certificate is for; `*.example.com` is one.'),
          ...certificateFiles,
        }),
      )
      .default([])
      .describe('Other certificates, for phones that ask for another name (SNI).'),
    clientAuthorities: word
      .optional()
      .describe(
        'Path of a PEM file. With it phones are asked for a certificate that one of these authorities signed; none is needed.',
      ),
    verifyPeers: z
      .boolean()
      .default(true)
      .describe('Whether a server that is connected to by TLS must prove its name. Switch it off only for a test.'),
    trusted: word
      .optional()
      .describe('Path of a PEM file: authorities that may sign their certificates, beside those that are known.'),
    origins: z
      .array(word)
      .optional()
      .describe('Web pages that may connect to `ws:` and `wss:`, as `https://phone.example.com`. Without it, all.'),
  })
  .prefault({})
  .describe('Encryption, and browsers.');

const sipForEveryServer = {
  realm: word
    .default('qaller')
    .describe('The digest realm. Passwords are hashed with it: after a change all accounts need new ones.'),
  digest: z
    .array(z.enum(['SHA-256', 'MD5']))
    .min(1)
    .prefault(['SHA-256', 'MD5'])
    .describe(
      'Digest algorithms to offer, the preferred first (RFC 8760). `[MD5]` is for old phones that give up at the sight of SHA-256, such as baresip 1.0.',
    ),
  external,
  registration,
  limits,
};

const sip = z
  .discriminatedUnion('server', [
    z.strictObject({
      server: unlessNamed('embedded', 'The SIP server inside this program.'),
      listen: z
        .array(listenAddress)
        .min(1)
        .prefault(['udp:0.0.0.0:5060', 'tcp:0.0.0.0:5060', 'udp:0.0.0.0:5061'])
        .describe(
          'Sockets to open, each `transport:address:port`, an IPv6 address in brackets as in `udp:[::]:5060`; transports are udp, tcp, tls, ws and wss. Port 0: any free one. With an IPv6 address here, the media relay speaks both too.',
        ),
      tls,
      timers,
      ...sipForEveryServer,
    }),
    z.strictObject({
      server: z.literal('drachtio').describe('A drachtio-server outside this program.'),
      host: word.default('127.0.0.1').describe('Where the drachtio-server listens for applications.'),
      port: port.default(9_022).describe('Its control port.'),
      secret: secret.describe('Its shared secret.'),
      ...sipForEveryServer,
    }),
  ])
  .superRefine((sip, context) => {
    if (sip.server !== 'embedded' || sip.tls.certificate !== undefined) return;
    sip.listen.forEach(({ transport }, index) => {
      if (transport !== 'tls' && transport !== 'wss') return;
      const message = `${transport} needs a certificate: set sip.tls.certificate.key and sip.tls.certificate.cert`;
      context.addIssue({ code: 'custom', message, path: ['listen', index] });
    });
  })
  .prefault({})
  .describe('Signalling.');

const store = z
  .strictObject({
    kind: unlessNamed('sqlite', 'One SQLite file.'),
    file: word
      .default('data/qaller.db')
      .describe('Its path; its folder is made when missing. `:memory:` forgets all at the end.'),
  })
  .prefault({})
  .describe('Where the exchange remembers accounts, registrations and calls.');

const http = z
  .strictObject({
    address: ipAddress.default('127.0.0.1').describe('The address to listen at. There is no password on it.'),
    port: port.default(8_080).describe('The port to listen at. 0: any free one.'),
  })
  .prefault({})
  .describe('`/healthz`, `/readyz` and `/metrics`.');

const perMinute = z.int().min(1).max(1_000_000);

const api = z
  .strictObject({
    address: ipAddress.default('127.0.0.1').describe('The address to listen at.'),
    port: port.default(8_081).describe('The port to listen at. 0: any free one.'),
    tls: z
      .strictObject(certificateFiles)
      .optional()
      .describe('For HTTPS. Without it, put a proxy that does TLS in front: tokens and passwords travel here.'),
    trustedProxies: z
      .array(network)
      .prefault([])
      .describe('Networks (CIDR) of proxies whose `X-Forwarded-For` is believed.'),
    operatorToken: z
      .string()
      .min(32)
      .transform((text) => new Secret(text))
      .optional()
      .describe(
        'Lets whoever runs the exchange make companies, and give them numbers. At least 32 characters; without it nobody can.',
      ),
    sessionDays: z.int().min(1).max(3_650).default(90).describe('For how long somebody stays signed in.'),
    privateTrunks: z
      .boolean()
      .default(false)
      .describe(
        'Whether administrators of companies may name a trunk by an address of a private network or of this machine.',
      ),
    rates: z
      .strictObject({
        requestsPerMinute: perMinute.default(600).describe('Requests with one token, or without one from one address.'),
        signInsPerMinute: perMinute.default(30).describe('Attempts to sign in from one address.'),
        signInsPerLogin: perMinute
          .default(10)
          .describe(
            'Attempts to sign in with one login from one address, in five minutes; ten times as many from all together.',
          ),
      })
      .prefault({})
      .describe('What one client can ask for. More is answered by 429.'),
    codes: z
      .strictObject({
        by: z
          .enum(['none', 'sms', 'call'])
          .default('none')
          .describe('`sms`: by a gateway for text messages; `call`: a call that speaks the code; `none`: not at all.'),
        gateway: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe('For `sms`: where to POST `{to, text}`, as JSON.'),
        token: secret.optional().describe('For `sms`: sent to the gateway as `Authorization: Bearer`.'),
        countries: z
          .array(country)
          .min(1)
          .optional()
          .describe("Whose mobile numbers are told codes (ISO 3166); without it those of the company's own country."),
      })
      .refine(({ by, gateway }) => by !== 'sms' || gateway !== undefined, {
        error: 'codes by sms need the address of a gateway: set api.codes.gateway',
        path: ['gateway'],
      })
      .prefault({})
      .describe("How a user is told the code that proves a mobile number to be the user's own."),
  })
  .prefault({})
  .describe('The API for the app and for administrators; its pages are at `/docs`.');

const log = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('The least that is worth a line.'),
    pretty: z.boolean().default(false).describe('Lines for people, in place of JSON.'),
  })
  .prefault({})
  .describe('The log, on standard output.');

const calls = z
  .strictObject({
    ringSeconds: seconds.default(30).describe('How long an extension rings. A plan has times of its own.'),
    trunkRingSeconds: seconds.default(120).describe('How long a carrier may take until somebody answers.'),
    trunkCountry: country
      .default('NL')
      .describe('The country (ISO 3166) whose national form carriers may give numbers in, where a trunk names none.'),
    maximumSeconds: seconds.default(14_400).describe('A call is ended after so long.'),
    trunkAnswerSeconds: seconds
      .default(12)
      .describe(
        'A carrier that has neither rung nor refused for so long is passed over, when there is another. Calls to mobile numbers may take ten seconds until they ring.',
      ),
  })
  .prefault({})
  .describe('How calls are handled.');

export const configSchema = z.strictObject({
  sip,
  media,
  sounds,
  voicemail,
  store,
  http,
  api,
  log,
  trunks,
  calls,
  demoCompany: z
    .enum(['when-empty', 'never'])
    .default('when-empty')
    .describe('Whether to make a company with three users when the store holds none.'),
});

type DeepReadonly<Value> = Value extends Secret | string
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** What the program runs with: complete, checked and frozen. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
