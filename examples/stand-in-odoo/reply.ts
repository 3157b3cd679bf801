import { pythonJson } from './python-float.ts';

/** What goes back over HTTP. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const jsonReply = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: pythonJson(value),
  ...(headers === undefined ? {} : { headers }),
});

export const htmlReply = (status: number, title: string, text: string): Reply => ({
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`,
});
