import { z } from 'zod';
import { ipAddress, seconds, unlessNamed, word } from './schema-parts.ts';

const mediaPorts = z
  .strictObject({
    from: z.int().min(1_024).max(65_535).default(20_000).describe('The first UDP port.'),
    to: z.int().min(1_024).max(65_535).default(29_999).describe('The last UDP port.'),
  })
  .refine(({ from, to }) => from < to, { error: 'from must be below to', path: ['to'] })
  .prefault({})
  .describe(
    'Where sound arrives. Each party of a call takes two ports, so a call takes four. Open them in the firewall.',
  );

export const media = z
  .discriminatedUnion('plane', [
    z.strictObject({
      plane: unlessNamed('relay', 'Sound passes through the relay inside this program.'),
      ports: mediaPorts,
      threads: z.int().min(1).max(64).default(1).describe('Worker threads; one carries some hundred calls.'),
      sockets: z
        .enum(['auto', 'system', 'node'])
        .default('auto')
        .describe(
          '`system`: sockets of Linux itself, at half of the processor time; `node`: those of Node, everywhere; `auto`: the first that can be had.',
        ),
      silenceSeconds: seconds
        .default(60)
        .describe('A call is ended when a party that is not on hold sent nothing for so long.'),
      externalAddress: ipAddress
        .optional()
        .describe('The address that session descriptions name. Without it: as for signalling.'),
    }),
    z.strictObject({
      plane: z.literal('bypass').describe('Sound goes from phone to phone; behind NAT it mostly gets lost.'),
    }),
  ])
  .prefault({})
  .describe('Sound.');

export const sounds = z
  .strictObject({
    folder: word
      .default('data/sounds')
      .describe(
        'What companies recorded themselves: `<company>/<name>.wav`, 8000 samples a second, mono, 16-bit or G.711. A sound of the same name as one of ours takes its place.',
      ),
    music: word.optional().describe('A WAV file of that kind, for those who wait. Without it: a tune of our own.'),
  })
  .prefault({})
  .describe('What callers hear from the exchange itself.');

export const voicemail = z
  .strictObject({
    folder: word.default('data/voicemail').describe('Where messages are kept, as WAV files.'),
    maximumSeconds: seconds.default(180).describe('The longest message.'),
    silenceSeconds: seconds.default(8).describe('A message ends when nothing was said for so long.'),
  })
  .prefault({})
  .describe('What callers say to voicemail.');
