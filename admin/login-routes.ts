import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type NextFunction, type Request, type Response, Router, urlencoded } from 'express';
import type { AccountSource } from './accounts.ts';
import { type LoginAttempts, loginAttempts } from './login-attempts.ts';
import { errorPage, loginPage, type Page } from './login-page.ts';
import type { OAuthProvider, PendingLogin } from './oauth-provider.ts';

export interface LoginRoutesOptions {
  readonly provider: () => OAuthProvider;
  readonly accounts: AccountSource;
  /** What the login page calls the client. */
  readonly clientName: (clientId: string) => string;
  /** Origin of the authorization server: a form from anywhere else is refused. */
  readonly origin: string;
  readonly attempts?: LoginAttempts;
}

const FAILED = 'The login or the password is not right.';
const TOO_MANY = 'Too many attempts. Wait a while and try again.';

/**
 * The login page of the authorization server: `GET` shows it, `POST` takes it. A form counts only from the browser that
 * holds the cookie of the interaction, from our own origin and with the token that was put into the page.
 */
export function loginRoutes(options: LoginRoutesOptions): Router {
  const { accounts, attempts = loginAttempts() } = options;
  const secret = randomBytes(32);
  const formToken = (uid: string) => createHmac('sha256', secret).update(uid).digest('base64url');
  const router = Router();

  async function pending(request: Request, response: Response): Promise<PendingLogin | undefined> {
    try {
      const login = await options.provider().pendingLogin(request, response);
      if (login.uid === request.params.uid) return login;
    } catch {
      // Told below: the cookie is missing, or the interaction has expired.
    }
    send(
      response,
      400,
      errorPage('invalid_request', 'This log-in has expired. Go back to the application and start again.'),
    );
    return undefined;
  }

  function show(response: Response, status: number, login: PendingLogin, message?: string): void {
    const { uid, clientId, redirectUri } = login;
    const shown = { formToken: formToken(uid), clientName: options.clientName(clientId), redirectUri };
    send(response, status, loginPage(message === undefined ? shown : { ...shown, message }));
  }

  router.get('/:uid', async (request, response) => {
    const login = await pending(request, response);
    if (login === undefined) return;
    if (login.needsLogin) show(response, 200, login);
    else await options.provider().finishLogin(request, response, 'consent');
  });

  const readForm = urlencoded({ extended: false, limit: '4kb', parameterLimit: 10 });
  router.post('/:uid', readForm, async (request: Request, response: Response) => {
    const login = await pending(request, response);
    if (login === undefined) return;
    const form = fieldsOf(request.body);
    if (!fromOurPage(request, options.origin) || !sameText(form.form, formToken(login.uid))) {
      send(response, 403, errorPage('access_denied', 'The form did not come from the log-in page.'));
      return;
    }
    if (form.action === 'cancel') {
      await options.provider().finishLogin(request, response, 'cancelled');
      return;
    }
    const address = request.socket.remoteAddress ?? '';
    const account = await attempts.attempt(form.login, address, () => accounts.authenticate(form.login, form.password));
    if (account === 'too-many') show(response, 429, login, TOO_MANY);
    else if (account === undefined) show(response, 401, login, FAILED);
    else await options.provider().finishLogin(request, response, { login: account.login });
  });

  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    const { status } = error as { status?: unknown };
    if (typeof status !== 'number' || status >= 500 || response.headersSent) return next(error);
    return send(response, status, errorPage('invalid_request', 'The form could not be read.'));
  });
  return router;
}

function send(response: Response, status: number, { html, policy }: Page): void {
  response
    .status(status)
    .set({ 'content-security-policy': policy, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    .type('html')
    .send(html);
}

function fieldsOf(body: unknown): { form: string; action: string; login: string; password: string } {
  const given = new Map(Object.entries(body ?? {}));
  const text = (name: string) => {
    const value: unknown = given.get(name);
    return typeof value === 'string' ? value.slice(0, 1024) : '';
  };
  return { form: text('form'), action: text('action'), login: text('login').slice(0, 256), password: text('password') };
}

/** Browsers send Origin with every form that is posted across origins, and Sec-Fetch-Site with every request. */
function fromOurPage(request: Request, origin: string): boolean {
  const named = request.get('origin');
  const site = request.get('sec-fetch-site');
  // A page without referrer posts with the origin `null`: then the browser's own word counts.
  const sameOrigin = named === undefined || named === origin || (named === 'null' && site === 'same-origin');
  return sameOrigin && (site === undefined || site === 'same-origin');
}

function sameText(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}
