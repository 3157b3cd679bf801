import { type DestinationStream, pino } from 'pino';

/** Levels from quiet to talkative. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Details of a log line. Names that speak of secrets lose their values. */
export type LogDetails = Readonly<Record<string, unknown>>;

/** The operational log: JSON lines for machines. What was let through stands in the audit trail, not here. */
export interface Log {
  error(message: string, details?: LogDetails): void;
  warn(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  debug(message: string, details?: LogDetails): void;
}

const MOST_CHARACTERS = 1024;
const MOST_MEMBERS = 50;
const MOST_DEPTH = 4;
const HIDDEN = '(hidden)';
const SECRET_NAME =
  /authorization|cookie|secret|passw(or)?d|passphrase|token|credential|assertion|api[-_]?key|private[-_]?key|signature|^key$|^code$|^dpop$/i;
/** Things that look like a credential wherever they stand: bearer headers, JWTs, PEM blocks, user:password in a URL. */
const SECRET_TEXT =
  /\b(?:bearer|basic|dpop)\s+[\w~+/.=-]{8,}|\beyJ[\w-]{5,}\.[\w-]*\.?[\w-]*|-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)|(?<=:\/\/)[^\s/@:]*:[^\s/@]*(?=@)/gi;

/** Creates a log at a level; `destination` gets whole lines (standard error when absent, so that standard output stays free). */
export function createLog(options: {
  readonly level: LogLevel;
  readonly destination?: { write(line: string): void };
}): Log {
  const destination: DestinationStream = options.destination ?? pino.destination({ dest: 2, sync: true });
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (message: string, details: LogDetails = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level](cleanMembers(details, 0, reserved), cleanText(message));
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** Members that the line itself has; a detail of that name gets an underscore. */
const reserved: ReadonlySet<string> = new Set(['level', 'time', 'message']);

function cleanMembers(members: object, depth: number, taken: ReadonlySet<string> = new Set()): Record<string, unknown> {
  const clean: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(members).slice(0, MOST_MEMBERS)) {
    const key = cleanText(name);
    clean[taken.has(key) ? `${key}_` : key] = SECRET_NAME.test(name) ? HIDDEN : cleanValue(value, depth);
  }
  return clean;
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return cleanError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (depth >= MOST_DEPTH) return '(deeper)';
  if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((entry) => cleanValue(entry, depth + 1));
  return cleanMembers(value, depth + 1);
}

function cleanError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as NodeJS.ErrnoException;
  return {
    name: cleanText(error.name),
    message: cleanText(error.message),
    ...(typeof code === 'string' ? { code: cleanText(code) } : {}),
    ...(error.stack === undefined ? {} : { stack: cleanText(error.stack) }),
    ...(error.cause === undefined || depth >= MOST_DEPTH ? {} : { cause: cleanValue(error.cause, depth + 1) }),
  };
}

/** Bounded, without credentials, and without characters that steer a terminal even after a viewer has decoded the JSON. */
function cleanText(text: string): string {
  const bounded = text.length > MOST_CHARACTERS * 4 ? text.slice(0, MOST_CHARACTERS * 4) : text;
  const clean = bounded
    .replace(SECRET_TEXT, HIDDEN)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      character === '\n' ? ' | ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return clean.length > MOST_CHARACTERS ? `${clean.slice(0, MOST_CHARACTERS)}…` : clean;
}
