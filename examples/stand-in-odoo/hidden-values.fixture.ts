/** What the recorded target must not give away, and what else of its surroundings no contact tells. */
export const RECORDED_VALUES = {
  email: 'secret.person@hidden.example',
  phone: '+32 2 290 34 90',
  vat: 'BE0477472701',
  ref: 'REFSECRET77',
  note: 'hidden note',
  credit: 1234.5,
  cost: 7.77,
  price: 10,
  product: 'Leak Product',
  category: 1,
  state: 'draft',
  message: 'hi',
  changed: 'changed@evil.example',
  login: 'gwbot',
  admin: 'admin@example.com',
  address: 'http://erp-web-1.internal',
  isCompany: true,
  /** Whether its child, its order and its follower are linked to it. */
  isLinked: true,
  hasAccount: true,
  hasImage: true,
  hasAdmin: true,
};

export type HiddenValues = Readonly<typeof RECORDED_VALUES>;

/** Others in their place: no recorded vector finds any of them. */
export const OTHER_VALUES: HiddenValues = {
  email: 'other.person@elsewhere.example',
  phone: '+32 9 111 22 33',
  vat: 'NL8100000001',
  ref: 'OTHERREF42',
  note: 'another remark',
  credit: 9876.5,
  cost: 5.55,
  price: 12,
  product: 'Other Thing',
  category: 2,
  state: 'sale',
  message: 'by letter',
  changed: 'moved@elsewhere.example',
  login: 'otherbot',
  admin: 'boss@elsewhere.example',
  address: 'http://erp-web-2.internal',
  isCompany: false,
  isLinked: false,
  hasAccount: false,
  hasImage: false,
  hasAdmin: false,
};

/** The values of a contact, its orders and products, as they turn up in answers. */
export function secretsAmong({ email, vat, ref, note, cost, phone }: HiddenValues): readonly string[] {
  return [email, vat, ref, note, String(cost), phone];
}
