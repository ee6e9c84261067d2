import { type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Config } from '../../config/index.js';
import type { Keys } from './keys.js';
import { Rights, rightsSchema } from './rights.js';

/** What a valid token gives. */
export interface Grant {
  readonly rights: Rights;
  /** ms since 1970; streams that run then go on, new ones are refused. */
  readonly expires: number;
}

const longestToken = 8192;

/** Verifies tokens (RFC 7519) of one key or set of keys. */
export class Tokens {
  private readonly options: JWTVerifyOptions;
  private readonly tolerance: number;

  constructor(
    private readonly keys: Keys,
    private readonly settings: Config['access'],
  ) {
    const { jwtIssuer, jwtAudience, jwtRequireExpiry, jwtClockTolerance } = settings;
    this.tolerance = jwtClockTolerance;
    this.options = {
      algorithms: [...keys.algorithms],
      clockTolerance: jwtClockTolerance / 1000,
      ...(jwtRequireExpiry ? { requiredClaims: ['exp'] } : {}),
      ...(jwtIssuer.length > 0 ? { issuer: [...jwtIssuer] } : {}),
      ...(jwtAudience.length > 0 ? { audience: [...jwtAudience] } : {}),
    };
  }

  /**
   * @param now ms since 1970
   * @throws (rejects) Error with why it is not valid, without anything of it
   */
  async verify(token: string, now: number): Promise<Grant> {
    if (token.length > longestToken) throw new Error('it is too long');
    const { payload } = await jwtVerify(token, this.keys.find, {
      ...this.options,
      currentDate: new Date(now),
    });
    const claim = rightsSchema.safeParse(payload[this.settings.jwtClaim]);
    if (!claim.success) throw new Error(`its claim ${this.settings.jwtClaim} gives no rights`);
    const { exp } = payload;
    return {
      rights: new Rights(claim.data),
      expires: exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000 + this.tolerance,
    };
  }
}
