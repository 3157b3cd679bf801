/** The demo's old integration, which speaks Odoo's protocols. */
export const DATABASE = 'distribution';
export const DESK = 'legacy-order-desk';
export const DESK_KEY = `demo-${DESK}`;
