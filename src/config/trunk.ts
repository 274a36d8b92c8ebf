import type { Trunk, TrunkId } from '../directory/types.ts';
import type { Config } from './schema.ts';

/** The carriers of the configuration, as the directory knows them. This is where their passwords leave the veil. */
export function trunksOf(config: Pick<Config, 'trunks'>): readonly Trunk[] {
  return config.trunks.map(({ id, host, port, transport, sources, auth }) => ({
    // The schema has checked that it is there and that no other trunk has it.
    id: id as TrunkId,
    ...{ host, port, transport, sources },
    auth: auth === undefined ? undefined : { username: auth.username, password: auth.password.reveal() },
  }));
}
