import { createHttpClient } from '../../gateway/upstreams/http-client.ts';
import { createTransport } from '../../gateway/upstreams/transport.ts';
import { DatabaseError, type LiveDatabase, openDatabase } from '../../odoo/import/live-database.ts';
import { type CommandContext, UsageError } from './command.ts';

/** Options that every command takes that asks a database. */
export const DATABASE_OPTIONS = {
  url: { type: 'string' },
  database: { type: 'string' },
  login: { type: 'string' },
  'key-env': { type: 'string' },
  protocol: { type: 'string' },
  'allow-plain-http': { type: 'boolean' },
} as const;

export const DATABASE_USAGE =
  '--url URL --database NAME [--login LOGIN] --key-env VARIABLE [--protocol json2|jsonrpc] [--allow-plain-http]';

const PROTOCOLS = ['json2', 'jsonrpc'] as const;

interface DatabaseValues {
  readonly url?: string | undefined;
  readonly database?: string | undefined;
  readonly login?: string | undefined;
  readonly 'key-env'?: string | undefined;
  readonly protocol?: string | undefined;
  readonly 'allow-plain-http'?: boolean | undefined;
}

/**
 * Opens the database that the options name, lets `use` ask it and closes all connections after. A DatabaseError is told
 * and becomes exit code 1. Throws a UsageError where options are missing; the key is read from the environment alone.
 */
export async function withDatabase(
  values: DatabaseValues,
  { variable: read, err }: Pick<CommandContext, 'variable' | 'err'>,
  use: (database: LiveDatabase) => Promise<number>,
): Promise<number> {
  const { url, database, login, protocol } = values;
  const variable = values['key-env'];
  if (url === undefined || database === undefined || variable === undefined) {
    throw new UsageError(
      'Name the database with --url and --database, and the variable that holds the key with --key-env.',
    );
  }
  const spoken = PROTOCOLS.find((known) => known === protocol);
  if (spoken !== protocol) throw new UsageError('--protocol takes json2 or jsonrpc.');
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw new UsageError('--key-env takes the name of an environment variable, never the key itself.');
  }
  const key = read(variable);
  if (key === undefined || key === '') {
    throw new UsageError(`The environment variable ${variable} is not set; put the API key of the user in it.`);
  }
  const client = createHttpClient();
  try {
    const address = {
      url,
      database,
      login,
      key,
      protocol: spoken,
      allowPlainHttp: values['allow-plain-http'] === true,
    };
    return await use(await openDatabase(address, createTransport(client)));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    err(error.message);
    return 1;
  } finally {
    client.close();
  }
}
