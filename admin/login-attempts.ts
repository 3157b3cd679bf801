import { localCounter } from './window-counters.ts';

/** Counts failed log-ins, per login and per address, and password checks under way. */
export interface LoginAttempts {
  /** Runs the check unless too many have failed or run; `undefined` from the check counts as failed. */
  attempt<A>(login: string, address: string, check: () => Promise<A | undefined>): Promise<A | undefined | 'too-many'>;
}

export interface LoginAttemptsOptions {
  /** Failures within the time, per login. Default 10. */
  readonly perLogin?: number;
  /** Failures within the time, per address. Default 50. */
  readonly perAddress?: number;
  /** Seconds. Default 900. */
  readonly withinSeconds?: number;
}

/** A check takes some 60 ms and 32 MB; more at once would only make all of them slower. */
const AT_ONCE = 4;

export function loginAttempts(options: LoginAttemptsOptions = {}): LoginAttempts {
  const { perLogin = 10, perAddress = 50, withinSeconds: seconds = 900 } = options;
  const logins = localCounter({ points: perLogin, seconds, name: 'login' });
  const addresses = localCounter({ points: perAddress, seconds, name: 'address' });
  let underWay = 0;

  return {
    async attempt(login, address, check) {
      if (underWay >= AT_ONCE) return 'too-many';
      underWay++;
      // Taken before the check, so that attempts side by side cannot overtake the count.
      if ((await logins.take(login)) > 0 || (await addresses.take(address)) > 0) {
        underWay--;
        return 'too-many';
      }
      try {
        const account = await check();
        if (account !== undefined) {
          await logins.forget(login);
          await addresses.give(address);
        }
        return account;
      } finally {
        underWay--;
      }
    },
  };
}
