/** Methods that change nothing (RFC 9110 §9.2.1): may be sent again, and leave nothing in doubt. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY']);
