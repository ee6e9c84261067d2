/** What somebody may do: look, or also change things. */
export type Role = 'viewer' | 'operator';

/** The settings that decide who administers the server; `config` has checked their forms. */
export interface AdminSettings {
  /** `TOKEN`, `operator:TOKEN` or `viewer:TOKEN`. */
  readonly tokens: readonly string[];
  /** `NAME:ROLE:HASH`, the hash as `hashPassword` makes it. */
  readonly users: readonly string[];
  /** Origins of pages elsewhere that may ask, such as `https://admin.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** Names, beside `localhost` and addresses, under which this machine asks itself without credentials. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks (CIDR) whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

/** Whether a role is enough where another one is asked for. */
export function suffices(has: Role, needed: Role): boolean {
  return has === 'operator' || needed === 'viewer';
}
