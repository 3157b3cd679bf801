import type { Front, FrontAnswer, FrontMessage, FrontRequest } from '../../gateway/front.ts';
import type { Refusal } from '../../gateway/problems.ts';
import { isOdooPath, readRequest } from '../wire/read-request.ts';
import type { ApiKeys } from './api-keys.ts';
import { frontAnswer, OdooMessage } from './odoo-message.ts';
import type { OpenedDatabase } from './opened-database.ts';
import { type SessionSeal, sessionCookie } from './session-seal.ts';

export interface OdooFrontParts {
  readonly keys: ApiKeys;
  readonly sessions: SessionSeal;
  /** Consumer name → database name → what it may do there. Never empty. */
  readonly consumers: ReadonlyMap<string, ReadonlyMap<string, OpenedDatabase>>;
  /** Whether clients reach the gateway over TLS. */
  readonly isSecure: () => boolean;
}

/** Odoo's own protocols on Odoo's own paths, for the consumers whose grants open them. */
export class OdooFront implements Front {
  readonly keys: ApiKeys;
  readonly sessions: SessionSeal;
  /** Names of all databases that are opened to anybody, in order. */
  readonly databases: readonly string[];
  /** The version that it says to be: the oldest of all, as newer clients know older servers, and not the other way. */
  readonly major: number;
  readonly #consumers: OdooFrontParts['consumers'];
  readonly #isSecure: () => boolean;

  constructor({ keys, sessions, consumers, isSecure }: OdooFrontParts) {
    this.keys = keys;
    this.sessions = sessions;
    this.#consumers = consumers;
    this.#isSecure = isSecure;
    const all = [...consumers.values()].flatMap((databases) => [...databases.values()]);
    this.databases = [...new Set(all.map(({ name }) => name))].sort();
    this.major = Math.min(...all.map(({ major }) => major));
  }

  owns(path: string): boolean {
    return isOdooPath(path);
  }

  read(request: FrontRequest): FrontMessage | FrontAnswer {
    const read = readRequest(request, this.major);
    return 'request' in read ? new OdooMessage(read) : frontAnswer(read);
  }

  refuseUnread(request: Omit<FrontRequest, 'body'>, refusal: Refusal): FrontAnswer {
    throw new Error(`${request.path} ${refusal.code}`);
  }

  isOpenTo(consumer: string): boolean {
    return this.#consumers.has(consumer);
  }

  /** A database that is opened to a consumer; without a name the only one. */
  database(consumer: string, name: string | undefined): OpenedDatabase | undefined {
    const databases = this.#consumers.get(consumer);
    if (name !== undefined) return databases?.get(name);
    return databases?.size === 1 ? [...databases.values()][0] : undefined;
  }

  /** The header that gives a session to a client, or takes it back. */
  cookie(token: string | undefined): readonly string[] {
    return sessionCookie(token, this.#isSecure());
  }
}
