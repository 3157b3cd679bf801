import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { openLogKey } from '../../audit/keys/log-key.ts';
import { cosigner } from '../../audit/tlog/cosignature.ts';
import { ED25519, type NoteKey, parseVerifierKey } from '../../audit/tlog/signed-note.ts';
import { Witness } from '../../audit/witness/witness.ts';
import { witnessServer } from '../../audit/witness/witness-server.ts';
import { WitnessState } from '../../audit/witness/witness-state.ts';
import { lockFile } from '../../storage/lock-file.ts';
import { type Command, UsageError } from './command.ts';

/** `audit witness`: a witness of other machines' logs (C2SP tlog-witness); runs until it is told to stop. */
export const auditWitness: Command = {
  name: 'audit witness',
  usage: 'audit witness --log VKEY… --key FILE --state FOLDER --port PORT [--host ADDRESS] [--name NAME]',
  summary: 'cosign checkpoints of a log on another machine, each consistent with the one before',
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        log: { type: 'string', multiple: true },
        key: { type: 'string' },
        state: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        name: { type: 'string' },
      },
    });
    const port = Number(values.port ?? Number.NaN);
    if (values.log === undefined || values.key === undefined || values.state === undefined)
      throw new UsageError('audit witness takes --log, --key and --state.');
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new UsageError('--port takes a port from 0 to 65535.');
    const logs = values.log.map(logKey);
    const { origin, seed } = await openLogKey(values.key, values.name ?? 'portcullis-witness');
    const own = cosigner(origin, seed);
    const state = new WitnessState(values.state);
    // Two witnesses over one state could cosign two views.
    const unlock = await lockFile(`${values.state}/witness`);
    try {
      const witness = new Witness(logs, own, state, () => Math.floor(Date.now() / 1000));
      const server = witnessServer(witness, ({ message }) => context.err(`A checkpoint was not kept: ${message}`));
      server.listen(port, values.host ?? '127.0.0.1');
      await once(server, 'listening');
      const { address, port: bound } = server.address() as AddressInfo;
      context.out(`witness ${own.verifierKey}`);
      context.out(`listening on ${address} port ${bound}`);
      await new Promise<void>((stop) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
      });
      server.closeAllConnections();
      server.close();
      return 0;
    } finally {
      await unlock();
    }
  },
};

function logKey(text: string): NoteKey {
  try {
    const key = parseVerifierKey(text);
    if (key.type === ED25519) return key;
  } catch (error) {
    throw new UsageError(`--log: ${error instanceof Error ? error.message : 'no key'}.`);
  }
  throw new UsageError('--log takes the verifier key of a log, not that of a witness.');
}
