/**
 * Models through which a client would become somebody else, run code, or read what belongs to the records of others:
 * settings, users and keys, messages and their attachments, payment tokens, wizards.
 */
const SYSTEM = new RegExp(
  `^(?:${[
    ...['ir', 'base', 'bus', 'auth_\\w+', 'iap', 'report', 'mail', 'sms', 'discuss', 'fetchmail', 'payment', 'digest'],
    ...['change\\.password', 'privacy', 'res\\.config', 'res\\.users', 'res\\.groups', 'res\\.device', 'certificate'],
  ].join('|')})(?:\\.|$)|\\.wizard(?:\\.|$)`,
);

/** Whether a model is shut to the Odoo protocols whatever a grant says. */
export function isSystemModel(model: string): boolean {
  return SYSTEM.test(model);
}
