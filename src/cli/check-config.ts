import { type Config, effectiveSettings } from '../config/index.js';

/**
 * What `sluice check-config` prints: the settings in force, as a file would have them, secrets masked.
 * @throws (rejects) Fault TLS_CERTIFICATE_UNUSABLE where the configured certificate does not fit its key
 */
export async function checkConfig(config: Config): Promise<string> {
  if (config.tls.enabled) {
    // Loaded only here: what starts the server loads this file, too.
    const { checkCertificate } = await import('../tls/index.js');
    await checkCertificate(config.tls);
  }
  return effectiveSettings(config);
}
