import { type Config, effectiveSettings } from '../config/index.js';
import { checkCertificate } from '../tls/index.js';

/**
 * What `sluice check-config` prints: the settings in force, as a file would have them, secrets masked.
 * @throws (rejects) Fault TLS_CERTIFICATE_UNUSABLE where the configured certificate does not fit its key
 */
export async function checkConfig(config: Config): Promise<string> {
  if (config.tls.enabled) await checkCertificate(config.tls);
  return effectiveSettings(config);
}
