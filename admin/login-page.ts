import { createHash } from 'node:crypto';

export interface Page {
  readonly html: string;
  /** Content-Security-Policy that lets this page do what it does and nothing else. */
  readonly policy: string;
}

export interface LoginPage {
  /** Ties the form to the interaction it was made for. */
  readonly formToken: string;
  readonly clientName: string;
  /** Where the browser is sent in the end; its origin has to be allowed, for policies follow redirects of a form. */
  readonly redirectUri: string;
  readonly message?: string;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f5f7;color:#1c2330}
main{max-width:22rem;margin:12vh auto;padding:2rem;background:#fff;border:1px solid #d5d9e0;border-radius:6px}
h1{font-size:1.25rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem}
input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #8b94a3;border-radius:4px}
button{font:inherit;margin:1.25rem .5rem 0 0;padding:.5rem 1rem;border:1px solid #1f4f8f;border-radius:4px;cursor:pointer}
button[value=login]{background:#1f4f8f;color:#fff}button[value=cancel]{background:#fff;color:#1f4f8f}
[role=alert]{padding:.5rem .75rem;background:#fdecea;border-left:4px solid #b3261e}`;
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

export function loginPage({ formToken, clientName, redirectUri, message }: LoginPage): Page {
  const origin = URL.parse(redirectUri)?.origin ?? '';
  const alert = message === undefined ? '' : `<p role="alert">${escapeHtml(message)}</p>`;
  const body = `<h1>Log in for ${escapeHtml(clientName)}</h1>${alert}<form method="post" autocomplete="on">
<input type="hidden" name="form" value="${escapeHtml(formToken)}">
<label for="login">Login</label><input id="login" name="login" autocomplete="username" maxlength="256" autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" maxlength="256">
<button name="action" value="login">Log in</button><button name="action" value="cancel">Cancel</button></form>`;
  return page('Log in', body, `'self' ${/^https?:/.test(origin) ? origin : ''}`);
}

/** For a browser; `code` and `description` are those of RFC 6749 §5.2. */
export function errorPage(code: string, description: string): Page {
  return page(
    'Log in',
    `<h1>This did not work</h1><p>${escapeHtml(description)}</p><p>Code: ${escapeHtml(code)}</p>`,
    `'none'`,
  );
}

function page(title: string, body: string, formAction: string): Page {
  return {
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`,
    policy: `default-src 'none'; style-src ${STYLE_HASH}; form-action ${formAction.trim()}; frame-ancestors 'none'; base-uri 'none'`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
