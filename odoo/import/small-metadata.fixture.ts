import { Refused, type Tell } from './told-database.fixture.ts';

type Attributes = Readonly<Record<string, unknown>>;

const logged: Readonly<Record<string, Attributes>> = {
  id: { type: 'integer', string: 'ID', readonly: true },
  create_date: { type: 'datetime', string: 'Created on', readonly: true },
  create_uid: { type: 'many2one', relation: 'res.users', string: 'Created by', readonly: true },
  write_date: { type: 'datetime', string: 'Last Updated on', readonly: true },
  write_uid: { type: 'many2one', relation: 'res.users', string: 'Last Updated by', readonly: true },
};
const char = (string: string, more: Attributes = {}): Attributes => ({ type: 'char', string, ...more });

/** What a small Odoo says of its fields: every type, a custom model, secrets, copies, and hidden ones. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Attributes>>>> = {
  'res.partner': {
    ...logged,
    name: char('Name'),
    display_name: char('Display Name', { readonly: true, store: false, depends: ['complete_name', 'vat'] }),
    complete_name: char('Complete Name', { readonly: true, depends: ['name', 'parent_id.name'] }),
    parent_id: { type: 'many2one', relation: 'res.partner', string: 'Related Company' },
    child_ids: { type: 'one2many', relation: 'res.partner', relation_field: 'parent_id', string: 'Contact' },
    category_id: { type: 'many2many', relation: 'res.partner.category', string: 'Tags' },
    country_id: { type: 'many2one', relation: 'res.country', string: 'Country' },
    vat_label: char('Tax ID Label', { related: 'country_id.vat_label', store: false, readonly: true }),
    vat: char('Tax ID'),
    email: char('Email'),
    email_formatted: char('Formatted Email', { store: false, readonly: true, depends: ['name', 'email'] }),
    zip: char('Zip', { size: 24 }),
    is_company: { type: 'boolean', string: 'Is a Company' },
    type: {
      type: 'selection',
      string: 'Address Type',
      selection: [
        ['contact', 'Contact'],
        ['invoice', 'Invoice'],
      ],
    },
    credit_limit: { type: 'float', string: 'Credit Limit', company_dependent: true, digits: [16, 2] },
    debit: { type: 'monetary', string: 'Total Payable', store: false, readonly: true },
    partner_latitude: { type: 'float', string: 'Geo Latitude' },
    comment: { type: 'html', string: 'Notes' },
    image_1920: { type: 'binary', string: 'Image' },
    properties: { type: 'properties', string: 'Properties' },
    signup_token: char('Signup Token', { groups: 'base.group_erp_manager' }),
    message_ids: { type: 'one2many', relation: 'mail.message', relation_field: 'res_id', string: 'Messages' },
    ref_company_ids: { type: 'one2many', relation: 'res.company', relation_field: 'partner_id', string: 'Companies' },
    property_payment_term_id: {
      type: 'many2one',
      relation: 'account.payment.term',
      string: 'Payment Terms',
      company_dependent: true,
    },
    x_studio_risk: char('Risk'),
    x_iban_copy: char('IBAN'),
    show_credit: { type: 'boolean', string: 'Show', store: false },
    strange: { type: 'of no known type', string: 'Strange' },
  },
  'x_fleet.vehicle': {
    ...logged,
    x_name: char('Plate', { required: true, translate: true }),
    x_driver_id: { type: 'many2one', relation: 'res.partner', string: 'Driver', required: true },
    x_bought: { type: 'date', string: 'Bought' },
    x_state: {
      type: 'selection',
      string: 'State',
      required: true,
      selection: [
        ['new', 'New'],
        ['old', 'Old'],
      ],
    },
  },
};

const BEHIND: Readonly<Record<string, Readonly<Record<string, Attributes>>>> = {
  'res.country': {
    id: { type: 'integer', string: 'ID' },
    name: char('Country Name', { required: true }),
    vat_label: char('Vat Label'),
  },
  'res.users': {
    id: { type: 'integer', string: 'ID' },
    name: char('Name', { related: 'partner_id.name', store: false }),
    partner_id: { type: 'many2one', relation: 'res.partner', string: 'Partner' },
  },
  'account.payment.term': { id: { type: 'integer', string: 'ID' }, name: char('Payment Terms') },
};

const METHODS = {
  action_archive: { parameters: {} },
  action_open_map: { parameters: {}, api: [] },
  action_find: { parameters: {}, api: ['model'] },
  action_look: { parameters: {}, api: ['readonly'] },
  action_send: { parameters: { to: {} }, api: [] },
  _action_hidden: { parameters: {}, api: [] },
  write: { parameters: {}, api: [] },
};

/** A database with that metadata. `sees`: whether the tables of models and fields may be read. */
export function smallMetadata(sees: boolean): Tell {
  return (model, method, args) => {
    if (method === 'fields_get') {
      const fields = FIELDS[model] ?? BEHIND[model];
      if (model === 'hr.secret') throw new Refused('AccessError');
      if (fields === undefined) throw new Refused('UserError');
      const wanted = args.allfields;
      return Object.fromEntries(
        Object.entries(fields).filter(([name]) => !Array.isArray(wanted) || wanted.includes(name)),
      );
    }
    if (method === 'doc' && model === 'res.partner' && sees) return { methods: METHODS };
    if (!sees) throw new Refused('AccessError');
    if (model === 'ir.model') return [{ model: 'res.partner', name: 'Contact', order: 'complete_name ASC, id DESC' }];
    if (model === 'ir.model.fields') return fieldRecords(args.domain);
    throw new Refused('UserError');
  };
}

/** The same as records, and one field of partners that fields_get does not tell. */
function fieldRecords(domain: unknown): unknown[] {
  const text = JSON.stringify(domain);
  const all = { ...FIELDS, ...BEHIND };
  const records = Object.entries(all).flatMap(([model, fields]) =>
    Object.entries(fields).map(([name, field]) => ({
      model,
      name,
      ttype: field.type,
      field_description: field.string,
      relation: field.relation ?? false,
      relation_field: field.relation_field ?? false,
      store: field.store ?? true,
      related: field.related ?? false,
      depends: Array.isArray(field.depends) ? field.depends.join(',') : false,
      readonly: field.readonly ?? false,
      required: field.required ?? false,
    })),
  );
  const hidden = {
    model: 'res.partner',
    name: 'hidden_score',
    ttype: 'integer',
    field_description: 'Score',
    store: true,
  };
  return [...records, hidden].filter(({ model }) => text.includes(`"${model}"`));
}
