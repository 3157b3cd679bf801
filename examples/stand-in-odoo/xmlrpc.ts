import { errorBody, OdooError } from './odoo-error.ts';
import type { Reply } from './reply.ts';
import { serve } from './services.ts';
import type { Request, Site } from './site.ts';
import { readMethodCall, writeFault, writeMethodResponse } from './xmlrpc-values.ts';

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)/;

/** `/xmlrpc/2/<service>` and `/xmlrpc/<service>`: always 200; they differ in the codes of their faults. */
export function answerXmlRpc(site: Site, request: Request, service: string, second: boolean): Reply {
  try {
    // Werkzeug has read a form before the body can be.
    const form = FORM.test(request.headers['content-type'] ?? '');
    const { name, params } = readMethodCall(form ? Buffer.alloc(0) : request.bytes);
    return xmlReply(writeMethodResponse(serve(site, 'xmlrpc', service, name, params)));
  } catch (error) {
    if (error instanceof OdooError) return xmlReply(second ? numberedFault(error) : namedFault(error));
    throw error;
  }
}

const xmlReply = (body: string): Reply => ({ status: 200, contentType: 'text/xml; charset=utf-8', body });

const USER_ERRORS = new Set(['UserError', 'ValidationError', 'MissingError', 'RedirectWarning', 'LockError']);

function numberedFault(error: OdooError): string {
  const name = error.pythonName.replace('odoo.exceptions.', '');
  if (name === 'AccessDenied') return writeFault(3, error.message);
  if (name === 'AccessError') return writeFault(4, error.message);
  return USER_ERRORS.has(name) ? writeFault(2, error.message) : writeFault(1, String(errorBody(error).debug));
}

function namedFault(error: OdooError): string {
  const name = error.pythonName.replace('odoo.exceptions.', '');
  if (name === 'AccessDenied') return writeFault('AccessDenied', error.message);
  if (name === 'AccessError' || name === 'MissingError')
    return writeFault(`warning -- ${name}\n\n${error.message}`, '');
  if (USER_ERRORS.has(name)) return writeFault(`warning -- UserError\n\n${error.message}`, '');
  return writeFault(error.message, String(errorBody(error).debug));
}
