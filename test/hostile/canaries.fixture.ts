/** What must never be found in a sink: one of each kind, in no other place of the project. */
export const CANARIES = {
  iban: 'BE71096123456769',
  vat: 'BE0477472701',
  email: 'canary-person@canary.example',
  phone: '+32 475 55 91 73',
  apiKey: 'ck_live_7Qd2mXz9canary4Vb1',
  bearer: 'eyJhbGciOiJub25lIn0.Y2FuYXJ5LXRva2Vu.canary-signature-7f3a',
  clientSecret: 'canary-client-secret-91c0',
  proof: 'eyJ0eXAiOiJkcG9wK2p3dCJ9.Y2FuYXJ5LXByb29m.canary-proof-5b2e',
  cookie: 'session-canary-3d81c7aa',
  text: 'Canary Wharf, third floor: ring twice & ask for “Zoë”',
} as const;

/** A canary that was found, and in which form. */
export interface Sighting {
  readonly canary: string;
  readonly form: string;
  readonly sink: string;
  /** What stands around it. */
  readonly around: string;
}

/** A place where something may have been left. */
export interface Sink {
  readonly name: string;
  readonly content: Buffer;
}

type Form = readonly [name: string, write: (text: string) => string];

/** How a value may look once it has been written down by somebody. */
const FORMS: readonly Form[] = [
  ['as it is', (text) => text],
  ['in a URL', encodeURIComponent],
  ['in a form', (text) => new URLSearchParams([['', text]]).toString().slice(1)],
  ['in JSON', (text) => JSON.stringify(text).slice(1, -1)],
  [
    'in ASCII JSON',
    (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replaceAll(/[^ -~]/g, escapeUnit),
  ],
  ['in XML', (text) => text.replaceAll('&', '&amp;')],
  ['without spaces', (text) => text.replaceAll(' ', '')],
  ['in UTF-16', (text) => Buffer.from(text, 'utf16le').toString('latin1')],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  ...[0, 1, 2].map((shift): Form => [`in base64 (${shift})`, (text) => base64At(text, shift)]),
];

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The characters that do not hang on what stands around the text, where it starts so many bytes into a group of three. */
function base64At(text: string, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
  return encoded.slice(shift === 0 ? 0 : 4, -4);
}

/** How many characters of its surroundings are shown. */
const AROUND = 60;

/** Everything of these values that stands in a sink, whatever its case. Once for each value and sink. */
export function sightings(values: Readonly<Record<string, string>>, sinks: readonly Sink[]): Sighting[] {
  return sinks.flatMap(({ name: sink, content }) => {
    const texts = [content.toString('latin1').toLowerCase(), content.toString('utf8').toLowerCase()];
    return Object.entries(values).flatMap(([canary, value]): Sighting[] => {
      for (const [form, write] of FORMS) {
        const wanted = write(value).toLowerCase();
        for (const text of texts) {
          const at = text.indexOf(wanted);
          if (at < 0) continue;
          return [{ canary, form, sink, around: text.slice(Math.max(0, at - AROUND), at + wanted.length + AROUND) }];
        }
      }
      return [];
    });
  });
}
