/** Families of models: settings, code, users and keys, messages about other records, texts with code, payments, devices. */
const FAMILIES: readonly string[] = [
  'ir',
  'base',
  'bus',
  'iap',
  'report',
  'digest',
  'discuss',
  'mail',
  'sms',
  'snailmail',
  'payment',
  'privacy',
  'certificate',
  'onboarding',
  'rating',
  'web',
  'change\\.password',
  'res\\.(?:users|groups|config|device)',
  '(?:auth|ir|fetchmail|base_import|base_automation|spreadsheet|web|google|microsoft)(?:_\\w+)?',
];

const SYSTEM = new RegExp(`^(?:${FAMILIES.join('|')})(?:\\.|$)|(?:^|\\.)wizard(?:\\.|$)`);

/**
 * Whether a model is shut to the Odoo protocols whatever a grant says: through it a client would become somebody else, run
 * code, or read what belongs to the records of other models. As the target of a relation it shows ids, and labels where
 * they are granted.
 */
export function isSystemModel(model: string): boolean {
  return SYSTEM.test(model);
}
