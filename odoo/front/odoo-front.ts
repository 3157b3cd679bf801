import type { Front, FrontAnswer, FrontMessage, FrontRequest } from '../../gateway/front.ts';
import type { Refusal } from '../../gateway/problems.ts';
import { json2Fault, jsonRpcFault } from '../wire/json-reply.ts';
import { isOdooPath, readRequest } from '../wire/read-request.ts';
import { xmlFault } from '../wire/xml-reply.ts';
import type { ApiKeys } from './api-keys.ts';
import { faultOf } from './front-faults.ts';
import { frontAnswer, OdooMessage, retryAfter } from './odoo-message.ts';
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

/** Below these, what is not served is not there, as in Odoo; an interface of such a name has its version behind it. */
const ODOO_ROOT = /^\/(?:xmlrpc|json|web)\/(?!v\d)/;

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
  readonly #majorOf: (database: string | undefined) => number;

  constructor({ keys, sessions, consumers, isSecure }: OdooFrontParts) {
    this.keys = keys;
    this.sessions = sessions;
    this.#consumers = consumers;
    this.#isSecure = isSecure;
    const all = [...consumers.values()].flatMap((databases) => [...databases.values()]);
    this.databases = [...new Set(all.map(({ name }) => name))].sort();
    this.major = Math.min(...all.map(({ major }) => major));
    const majors = new Map(all.map(({ name, major }) => [name, major]));
    this.#majorOf = (database) => majors.get(database ?? '') ?? this.major;
  }

  owns(path: string): boolean {
    if (!path.startsWith('/xmlrpc') && !path.startsWith('/json') && !path.startsWith('/web/')) return false;
    return isOdooPath(path) || ODOO_ROOT.test(path);
  }

  read(request: FrontRequest): FrontMessage | FrontAnswer {
    const read = readRequest(request, this.#majorOf);
    return 'request' in read ? new OdooMessage(read) : frontAnswer(read);
  }

  refuseUnread({ path }: Omit<FrontRequest, 'body'>, { code, headers = [] }: Refusal): FrontAnswer {
    const fault = faultOf(code);
    if (path.startsWith('/xmlrpc/')) {
      const protocol = path.startsWith('/xmlrpc/2/') ? 'xmlrpc/2' : 'xmlrpc';
      return frontAnswer(xmlFault(fault, protocol, this.major));
    }
    const hasStatus = path.startsWith('/json/') || path.startsWith('/web/version');
    return frontAnswer(hasStatus ? json2Fault(fault, retryAfter(headers)) : jsonRpcFault(null, fault, this.major));
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
