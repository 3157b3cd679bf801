import { syntheticUid } from '../../../odoo/front/synthetic-uid.ts';
import { readClient } from '../../../odoo/wire/recordings.fixture.ts';
import { DATABASE, KEY, LOGIN } from './client-house.fixture.ts';
import { type HttpMessage, readMessage } from './raw-exchange.fixture.ts';

export interface RecordedExchange {
  readonly request: HttpMessage;
  /** What a real Odoo 19 answered. */
  readonly response: HttpMessage;
}

const UID = syntheticUid(LOGIN);

/** All exchanges of a client, in order. Throws where the recordings are missing or are not pairs. */
export function recordedExchanges(client: string): readonly RecordedExchange[] {
  return readClient(client).map(([asked, answered, ...more]) => {
    const request = asked?.dir === 'request' ? readMessage(Buffer.from(asked.text)) : undefined;
    const response = answered?.dir === 'response' ? readMessage(Buffer.from(answered.text)) : undefined;
    if (request === undefined || response === undefined || more.length > 0) throw new Error(`${client}: no exchange`);
    return { request, response };
  });
}

/** What has to be put in the place of the recorded server's own. */
export interface Exchanged {
  readonly cookie: string | undefined;
  /** Ids of created records: ours by the recorded one. */
  readonly ids: ReadonlyMap<number, number>;
}

/** The request with the gateway's database, login, key, user id and record ids in the place of the recorded ones. */
export function exchanged({ start, headers, body }: HttpMessage, { cookie, ids }: Exchanged): HttpMessage {
  let text = body.toString();
  for (const [place, ours] of PLACES) text = text.replace(place, ours);
  for (const [theirs, ours] of ids) {
    text = text.replaceAll(`<int>${theirs}</int>`, `<int>${ours}</int>`).replaceAll(`[[${theirs}]]`, `[[${ours}]]`);
  }
  const changed = Buffer.from(text);
  return {
    start,
    headers: headers.map(([name, value]) => {
      if (/^content-length$/i.test(name)) return [name, String(changed.length)];
      if (/^cookie$/i.test(name)) return [name, cookie ?? ''];
      return [name, value];
    }),
    body: changed,
  };
}

const text = (value: string) => `<string>${value}</string>`;
const GAP = '(</value>\\s*</param>\\s*<param>\\s*<value>)';
const xml = (...values: readonly string[]) => new RegExp(values.join(GAP));

/** Login, then calls; XML, then JSON, with and without spaces. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [xml(text('odoo19'), text('admin'), text('admin')), `${text(DATABASE)}$1${text(LOGIN)}$2${text(KEY)}`],
  [xml(text('odoo19'), '<int>2</int>', text('admin')), `${text(DATABASE)}$1<int>${UID}</int>$2${text(KEY)}`],
  [/"odoo19", 2, "admin"/, `"${DATABASE}", ${UID}, "${KEY}"`],
  [/("db": ?)"odoo19"(, ?"login": ?)"admin"(, ?"password": ?)"admin"/, `$1"${DATABASE}"$2"${LOGIN}"$3"${KEY}"`],
  [/("uid": ?)2\b/, `$1${UID}`],
];
